package org.lanewise.cli.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.lanewise.io.FileAccess;

/**
 * Files and folders of a tar archive: blocks of 512 bytes, a header before each file, names up to 255
 * bytes in the header (POSIX ustar) or of any length in an entry before it (GNU's {@code L}, pax's
 * {@code x}).
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    private static final int LONGEST_TEXT = 1 << 20;

    private final Path archive;
    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private final byte[] chunk = new byte[1 << 16];
    /** Of the next file, where an entry before it gives them. */
    private String name;
    private long size = -1;

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
        for (boolean first = true; next(first); first = false) {
            long length = size >= 0 ? size : number();
            char type = (char) block[TYPE];
            switch (type) {
                case 'L' -> name = text(length);
                case 'x' -> attributes(text(length));
                case 'g', 'K' -> copy(length, OutputStream.nullOutputStream());
                case '0', '7', '\0', '5' -> {
                    String path = name == null ? header() : name;
                    boolean isFolder = type == '5' || path.endsWith("/");
                    write(resolve(folder, path), path, isFolder, length);
                    name = null;
                    size = -1;
                }
                default -> throw fault("holds " + header() + ", which is a link, a device or of"
                        + " another type ('" + type + "'); expected files and folders");
            }
        }
        // What decompresses compares its checksum at the end.
        copy(Long.MAX_VALUE, OutputStream.nullOutputStream());
    }

    /** Reads a header; {@return whether there is one} */
    private boolean next(boolean first) throws IOException {
        int found = read(block, BLOCK);
        if (found == BLOCK && new String(block, StandardCharsets.ISO_8859_1).chars()
                .allMatch(value -> value == 0)) {
            return false;
        }
        if (found < BLOCK || octal(CHECKSUM, 8) != sum()) {
            throw fault(first
                    ? "is no .tar archive, plain or compressed by gzip or xz"
                    : found < BLOCK
                            ? "is cut: an archive ends with a block of zeros"
                            : "is damaged: the checksum of a header is wrong");
        }
        return true;
    }

    /** Of all bytes, those of the checksum itself taken for spaces. */
    private long sum() {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : Byte.toUnsignedInt(block[i]);
        }
        return sum;
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

    /** The size: octal, or where that is too short binary with the first bit set. */
    private long number() throws IOException {
        long value = 0;
        if (block[SIZE] < 0) {
            for (int i = SIZE + 4; i < SIZE + 12; i++) {
                value = value << 8 | Byte.toUnsignedLong(block[i]);
            }
        } else {
            value = octal(SIZE, 12);
        }
        if (value < 0) {
            throw fault("is damaged: the size of " + header() + " is no number");
        }
        return value;
    }

    private long octal(int from, int digits) {
        try {
            return Long.parseLong(string(from, digits).strip(), 8);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private String text(long length) throws IOException {
        if (length > LONGEST_TEXT) {
            throw fault("is damaged: it has a name of " + length + " bytes");
        }
        byte[] bytes = new byte[(int) length];
        if (read(bytes, bytes.length) < length) {
            throw fault("is cut");
        }
        skipPadding(length);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** Lines of a length, a space, a key, = and a value. */
    private void attributes(String text) throws IOException {
        for (String line : text.split("\n")) {
            String entry = line.substring(line.indexOf(' ') + 1);
            if (entry.startsWith("path=")) {
                name = entry.substring(5);
            } else if (entry.startsWith("size=")) {
                try {
                    size = Long.parseLong(entry.substring(5));
                } catch (NumberFormatException _) {
                    throw fault("is damaged: it has a file of the size " + entry.substring(5));
                }
            }
        }
    }

    private Path resolve(Path folder, String path) throws IOException {
        try {
            Path to = folder.resolve(path).normalize();
            if (to.startsWith(folder)) {
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
                copy(length, OutputStream.nullOutputStream());
                return;
            }
            Files.createDirectories(to.getParent());
        } catch (IOException e) {
            throw explain(to, path, e);
        }
        try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            copy(length, out);
        } catch (FileAlreadyExistsException e) {
            throw explain(to, path, e);
        }
    }

    private IOException explain(Path to, String path, IOException failure) {
        return failure instanceof FileAlreadyExistsException
                ? fault("holds " + path + " twice")
                : FileAccess.explain(to, failure);
    }

    private void copy(long length, OutputStream out) throws IOException {
        long left = length;
        while (left > 0) {
            int found = read(chunk, (int) Math.min(chunk.length, left));
            if (found == 0 && length < Long.MAX_VALUE) {
                throw fault("is cut: " + left + " bytes of " + (name == null ? header() : name)
                        + " are missing");
            }
            if (found == 0) {
                return;
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
