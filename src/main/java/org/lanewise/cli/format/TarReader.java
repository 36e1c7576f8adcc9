package org.lanewise.cli.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.io.FileAccess;

/**
 * Files and folders of a tar archive: blocks of 512 bytes, a header before each file, names up to 255
 * bytes and sizes up to 8 GiB in the header (POSIX ustar), larger sizes in base 256 (GNU), or both in
 * an entry before it: GNU's {@code L}, pax's {@code x} for the next file and {@code g} for all that follow.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final String PATH_KEY = "path";
    private static final String SIZE_KEY = "size";
    private static final String SPARSE_KEYS = "GNU.sparse.";
    private static final String SPARSE_NAME = "GNU.sparse.name";

    private final Path archive;
    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private final byte[] chunk = new byte[1 << 16];
    /** What entries say of all files that follow them. */
    private final Map<String, String> global = new HashMap<>();
    /** What they say of the next file alone, whatever other entries are between. */
    private final Map<String, String> local = new HashMap<>();

    TarReader(Path archive, InputStream in) {
        this.archive = archive;
        this.in = in;
    }

    /** {@return a failure of what decompresses an archive} */
    static IOException damaged(Path archive, IOException cause) {
        return new IOException(archive + ": is damaged: " + (cause.getMessage() == null
                ? "it ends too early"
                : cause.getMessage().replaceAll("\\p{Cntrl}", "?")), cause);
    }

    private IOException fault(String message) {
        return new IOException(archive + ": " + message.replaceAll("\\p{Cntrl}", "?"));
    }

    /**
     * Writes all files to a folder.
     *
     * @throws IOException if the archive is damaged, has a name twice or one that leads out of the
     *         folder, or holds something else than files and folders
     */
    void unpack(Path folder) throws IOException {
        boolean described = false;
        for (boolean first = true; next(first); first = false) {
            char type = (char) Byte.toUnsignedInt(block[TYPE]);
            switch (type) {
                case 'L' -> local.put(PATH_KEY, new String(text(), StandardCharsets.UTF_8)
                        .replaceFirst("\0+$", ""));
                // The target of a link, which is refused itself.
                case 'K' -> text();
                case 'x', 'X' -> records(text(), local);
                case 'g' -> records(text(), global);
                default -> {
                    file(folder, type);
                    local.clear();
                }
            }
            described = "LKxX".indexOf(type) >= 0 || described && type == 'g';
        }
        if (described) {
            throw fault("is cut: no file follows the header that describes it");
        }
        while (read(chunk, chunk.length) > 0) {
            // What decompresses compares its checksum at the end.
        }
    }

    private void file(Path folder, char type) throws IOException {
        String path = attribute(PATH_KEY).orElseGet(this::header);
        boolean isSparse = type == 'S' || Stream.of(local, global)
                .anyMatch(some -> some.keySet().stream().anyMatch(
                        key -> key.startsWith(SPARSE_KEYS)));
        if (isSparse || "057\0".indexOf(type) < 0) {
            throw fault("holds " + attribute(SPARSE_NAME).orElse(path) + ", which is "
                    + (isSparse ? "a sparse file" : kind(type)) + "; expected files and folders,"
                    + " as tar writes with --dereference, --hard-dereference and without --sparse");
        }
        long length = length(path);
        boolean isFolder = type == '5' || path.endsWith("/");
        if (isFolder && length > 0) {
            throw fault("is damaged: the folder " + path + " has a content of " + length
                    + " bytes");
        }
        write(resolve(folder, path, isFolder), path, isFolder, length);
    }

    private static String kind(char type) {
        return switch (type) {
            case '1' -> "a hard link";
            case '2' -> "a symbolic link";
            case '3', '4' -> "a device";
            case '6' -> "a pipe";
            default -> "of type '" + type + "'";
        };
    }

    /** What is said of the next file; an empty value takes back what was said of all files. */
    private Optional<String> attribute(String key) {
        return Optional.ofNullable(local.getOrDefault(key, global.get(key)))
                .filter(value -> !value.isEmpty());
    }

    private long length(String path) throws IOException {
        Optional<String> given = attribute(SIZE_KEY);
        if (given.isEmpty()) {
            return number(path);
        }
        try {
            if (given.get().matches("[0-9]+")) {
                return Long.parseLong(given.get());
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw fault("is damaged: the size of " + path + " is " + given.get());
    }

    /** Reads a header; {@return whether there is one} */
    private boolean next(boolean first) throws IOException {
        int found = read(block, BLOCK);
        if (found == BLOCK && new String(block, StandardCharsets.ISO_8859_1).chars()
                .allMatch(value -> value == 0)) {
            return false;
        }
        if (found < BLOCK || !isChecksum(octal(CHECKSUM, CHECKSUM_BYTES))) {
            throw fault(first
                    ? "is no .tar archive, plain or compressed by gzip or xz"
                    : found < BLOCK
                            ? "is cut: an archive ends with a block of zeros"
                            : "is damaged: the checksum of a header is wrong");
        }
        return true;
    }

    /**
     * Whether it is the sum of all bytes, those of the checksum itself taken for spaces. Some old programs
     * added signed bytes.
     */
    private boolean isChecksum(long expected) {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte value = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES ? (byte) ' ' : block[i];
            unsigned += Byte.toUnsignedInt(value);
            signed += value;
        }
        return expected == unsigned || expected == signed;
    }

    private String header() {
        String own = string(0, NAME);
        String before = string(MAGIC, 5).equals("ustar") && block[MAGIC + 5] == 0
                ? string(PREFIX, PREFIX_BYTES)
                : "";
        return before.isEmpty() ? own : before + "/" + own;
    }

    private String string(int from, int most) {
        int end = from;
        while (end < from + most && block[end] != 0) {
            end++;
        }
        return new String(block, from, end - from, StandardCharsets.UTF_8);
    }

    /**
     * The size of an entry: octal, or where that is too short binary, by the first bit; the next bit is the
     * sign.
     */
    private long number(String path) throws IOException {
        if (block[SIZE] >= 0) {
            long value = octal(SIZE, SIZE_BYTES);
            if (value < 0) {
                throw fault("is damaged: the size of " + path + " is no number");
            }
            return value;
        }
        byte[] binary = Arrays.copyOfRange(block, SIZE, SIZE + SIZE_BYTES);
        binary[0] = (byte) ((byte) (binary[0] << 1) >> 1);
        BigInteger value = new BigInteger(binary);
        if (value.signum() < 0 || value.bitLength() >= Long.SIZE) {
            throw fault("is damaged: the size of " + path + " is " + value);
        }
        return value.longValue();
    }

    /** A number in the header; 0 where the field is blank, -1 where it is something else. */
    private long octal(int from, int digits) {
        String text = string(from, digits).strip();
        return text.isEmpty() ? 0 : text.matches("[0-7]+") ? Long.parseLong(text, 8) : -1;
    }

    /** The content of an entry that describes others. */
    private byte[] text() throws IOException {
        long length = number(header());
        if (length > LONGEST_TEXT) {
            throw fault("is damaged: " + header() + ", which describes a file, has " + length
                    + " bytes");
        }
        byte[] bytes = new byte[(int) length];
        if (read(bytes, bytes.length) < length) {
            throw fault("is cut");
        }
        skipPadding(length);
        return bytes;
    }

    /** Reads records of their length in bytes, a space, a key, = and a value, and a line feed. */
    private void records(byte[] text, Map<String, String> into) throws IOException {
        // As ISO 8859-1 each byte is a character.
        String all = new String(text, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < all.length() && all.charAt(at) != 0;) {
            int space = all.indexOf(' ', at);
            int equals = all.indexOf('=', at);
            String digits = all.substring(at, Math.max(at, space));
            int end = digits.matches("[0-9]{1,7}") ? at + Integer.parseInt(digits) : 0;
            if (space < at || equals < space || end <= equals || end > all.length()
                    || all.charAt(end - 1) != '\n') {
                throw fault("is damaged: " + header() + " has a record that is no length, key and"
                        + " value");
            }
            String key = all.substring(space + 1, equals);
            if (key.equals(PATH_KEY) || key.equals(SIZE_KEY) || key.startsWith(SPARSE_KEYS)) {
                into.put(key, new String(text, equals + 1, end - equals - 2,
                        StandardCharsets.UTF_8));
            }
            at = end;
        }
    }

    private Path resolve(Path folder, String path, boolean isFolder) throws IOException {
        try {
            Path to = folder.resolve(path).normalize();
            if (to.startsWith(folder) && (isFolder || !to.equals(folder))
                    && !List.of(path.split("/")).contains("..")) {
                return to;
            }
        } catch (InvalidPathException _) {
            // Said below.
        }
        throw fault("holds " + path + ", which is no path in a folder");
    }

    private void write(Path to, String path, boolean isFolder, long length) throws IOException {
        try {
            if (isFolder) {
                Files.createDirectories(to);
                return;
            }
            Files.createDirectories(to.getParent());
        } catch (IOException e) {
            throw explain(to, path, e);
        }
        try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            copy(length, out, path);
        } catch (FileAlreadyExistsException e) {
            throw explain(to, path, e);
        }
    }

    private IOException explain(Path to, String path, IOException failure) {
        return failure instanceof FileAlreadyExistsException
                ? fault("holds " + path + " twice")
                : FileAccess.explain(to, failure);
    }

    private void copy(long length, OutputStream out, String path) throws IOException {
        for (long left = length; left > 0;) {
            int found = read(chunk, (int) Math.min(chunk.length, left));
            if (found == 0) {
                throw fault("is cut: " + left + " bytes of " + path + " are missing");
            }
            out.write(chunk, 0, found);
            left -= found;
        }
        skipPadding(length);
    }

    private void skipPadding(long length) throws IOException {
        int padding = (int) (-length & BLOCK - 1);
        if (read(chunk, padding) < padding) {
            throw fault("is cut");
        }
    }

    private int read(byte[] into, int count) throws IOException {
        try {
            return in.readNBytes(into, 0, count);
        } catch (IOException e) {
            throw damaged(archive, e);
        }
    }
}
