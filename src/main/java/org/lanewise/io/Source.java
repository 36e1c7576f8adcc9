package org.lanewise.io;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.ZipException;

/**
 * The bytes of a file, or of one array in it, read once from front to end: a header, then a body.
 *
 * <p>Counts what it gives, so that a fault can say what was declared and what was found.
 */
final class Source implements Closeable {
    /** No deflated stream grows by more: zlib codes at most 258 bytes in 2 bits. */
    static final long MOST_DEFLATED = 1032;

    private static final int LONGEST_QUOTE = 100;

    private final Path file;
    private final String part;
    private final InputStream in;
    /** The file whose bytes these are; null where they are unpacked and have a checksum. */
    private final RandomAccessFile whole;
    private final long most;
    private final boolean exact;
    private long taken;
    private long header;

    private Source(Path file, String part, InputStream in, RandomAccessFile whole, long most,
            boolean exact) {
        this.file = file;
        this.part = part;
        this.in = in;
        this.whole = whole;
        this.most = most;
        this.exact = exact;
    }

    /**
     * Opens a file; one that begins with 1f 8b is taken for gzip, whatever its name.
     *
     * @throws IOException if it cannot be opened; the message is the path and the reason
     */
    static Source open(Path file) throws IOException {
        long length = FileAccess.requireFile(file);
        RandomAccessFile whole = opened(file);
        InputStream in = stream(whole);
        try {
            in.mark(2);
            byte[] head = in.readNBytes(2);
            in.reset();
            return GzipStream.isMagic(head)
                    ? new Source(file, "", new GzipStream(in), null, length * MOST_DEFLATED, false)
                    : new Source(file, "", in, whole, length, true);
        } catch (IOException e) {
            in.close();
            throw FileAccess.explain(file, e);
        }
    }

    /**
     * Opens a file that is never gzip: the first bytes of its format may be any.
     *
     * @throws IOException if it cannot be opened; the message is the path and the reason
     */
    static Source plain(Path file) throws IOException {
        long length = FileAccess.requireFile(file);
        RandomAccessFile whole = opened(file);
        return new Source(file, "", stream(whole), whole, length, true);
    }

    /** No channel, which an interrupt would close. */
    private static RandomAccessFile opened(Path file) throws IOException {
        try {
            return new RandomAccessFile(file.toFile(), "r");
        } catch (IOException e) {
            throw FileAccess.explain(file,
                    Files.isReadable(file) ? e : new AccessDeniedException(file.toString()));
        }
    }

    private static InputStream stream(RandomAccessFile file) throws IOException {
        return new BufferedInputStream(new FileInputStream(file.getFD()));
    }

    /** {@return one array of an archive, which says that the array has {@code length} bytes} */
    static Source part(Path file, String name, InputStream in, long length) {
        return new Source(file, "array " + quote(name) + ": ", in, null, length,
                true);
    }

    /** {@return text from a file fit for a message: one line, of bearable length} */
    static String quote(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().limit(LONGEST_QUOTE)
                .forEach(c -> clean.appendCodePoint(printable(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > LONGEST_QUOTE
                ? clean + "..."
                : clean.toString();
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.SURROGATE,
                    Character.UNASSIGNED ->
                false;
            default -> true;
        };
    }

    /** {@return what an unpacker says, and what it means where it says nothing} */
    static String reason(IOException unpacking) {
        return unpacking.getMessage() == null
                ? "ends too early"
                : quote(unpacking.getMessage());
    }

    /** {@return bytes for a message, as {@code 1f 8b}} */
    static String hex(byte[] bytes) {
        return bytes.length == 0 ? "nothing" : HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    FileFormatException fault(String message) {
        return new FileFormatException(file, part + message);
    }

    /** {@return how many bytes follow, by the file's length} */
    long left() {
        return most - taken;
    }

    /** {@return the next bytes of the header, or as many as there are} */
    byte[] next(int count) throws IOException {
        byte[] bytes = new byte[count];
        return Arrays.copyOf(bytes, fill(bytes, count));
    }

    /**
     * {@return the next bytes of the header}
     *
     * @param what names them, for the message if the source ends before
     */
    byte[] next(int count, String what) throws IOException {
        byte[] bytes = next(count);
        if (bytes.length < count) {
            throw fault("is cut in its header: " + what + " needs " + count + " bytes, found "
                    + bytes.length);
        }
        return bytes;
    }

    /** {@return a shape as a header gives it} */
    ArrayShape shape(long[] sizes) throws FileFormatException {
        try {
            return ArrayShape.of(sizes);
        } catch (IllegalArgumentException e) {
            throw fault(e.getMessage());
        }
    }

    /** Ends the header: compares what it declares with what there can be, before allocating. */
    void begin(Body body) throws FileFormatException {
        header = taken;
        if (exact && left() != body.bytes()) {
            throw fault(body + ", found " + left() + " after the header");
        }
        if (left() < body.bytes()) {
            throw fault(body + ", but a gzip file of " + most / MOST_DEFLATED
                    + " bytes cannot hold more than " + most);
        }
    }

    /** {@return an array for the elements as bytes, refused if memory cannot hold it} */
    byte[] allocateBytes(Body body) throws FileFormatException {
        try {
            return new byte[size(body)];
        } catch (OutOfMemoryError e) {
            throw tooLarge(body, 1);
        }
    }

    /** {@return an array for the elements as doubles, refused if memory cannot hold it} */
    double[] allocateDoubles(Body body) throws FileFormatException {
        try {
            return new double[size(body)];
        } catch (OutOfMemoryError e) {
            throw tooLarge(body, Double.BYTES);
        }
    }

    private int size(Body body) throws FileFormatException {
        try {
            return body.shape().size();
        } catch (IllegalArgumentException e) {
            throw fault(e.getMessage());
        }
    }

    /** An array that does not fit leaves nothing half done, so its error is not rethrown. */
    private FileFormatException tooLarge(Body body, long each) {
        return fault(body + ", and needs " + body.shape().elements() * each
                + " bytes of memory; this JVM has " + Runtime.getRuntime().maxMemory()
                + " for everything (-Xmx)");
    }

    /** Fills the front of an array with the next bytes of the body. */
    void fill(byte[] into, int count, Body body) throws IOException {
        if (fill(into, count) < count) {
            throw fault(body + ", found " + (taken - header) + " after the header");
        }
        // A read may give zeros for bytes that are cut off while it copies them.
        if (whole != null && whole.length() < most) {
            throw fault(body + ", but the file was cut to " + whole.length()
                    + " bytes while it was read");
        }
    }

    /** Reads to the end, where a checksum may follow; a byte more than declared is an error. */
    void end(Body body) throws IOException {
        if (fill(new byte[1], 1) > 0) {
            throw fault(body + ", but more follow");
        }
    }

    private int fill(byte[] into, int count) throws IOException {
        try {
            int found = in.readNBytes(into, 0, count);
            taken += found;
            return found;
        } catch (ZipException | EOFException e) {
            throw fault(part.isEmpty() ? reason(e) : "is damaged: " + reason(e));
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
