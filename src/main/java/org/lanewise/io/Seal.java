package org.lanewise.io;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A checksum over a whole file in its last eight bytes: the CRC-32C of all before, in hexadecimal.
 *
 * <p>CRC-32C, because a zip archive holds the CRC-32 of its own parts; the CRC-32 of a part
 * followed by its own CRC-32 is a constant, whatever the part is.
 */
final class Seal extends FilterOutputStream {
    /** What ends a sealed file, before the checksum. */
    static final String MARK = "lanewise checkpoint, CRC-32C ";

    /** Placeholder of the checksum, which is the last write to the file. */
    static final String PLACE = "00000000";

    private static final int DIGITS = PLACE.length();

    private final CRC32C checksum = new CRC32C();
    private final byte[] held = new byte[DIGITS];
    private int count;

    /** Passes on all but the last eight bytes, in whose place {@link #finish} puts the checksum. */
    Seal(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int free = Math.max(0, count + length - DIGITS);
        int ofHeld = Math.min(count, free);
        pass(held, 0, ofHeld);
        System.arraycopy(held, ofHeld, held, 0, count - ofHeld);
        count -= ofHeld;
        pass(bytes, offset, free - ofHeld);
        System.arraycopy(bytes, offset + free - ofHeld, held, count, length - free + ofHeld);
        count += length - free + ofHeld;
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
        checksum.update(bytes, offset, length);
        out.write(bytes, offset, length);
    }

    void finish() throws IOException {
        out.write(digits(checksum));
        out.flush();
    }

    private static byte[] digits(CRC32C checksum) {
        return HexFormat.of().toHexDigits((int) checksum.getValue())
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a whole file and compares its checksum.
     *
     * @throws FileFormatException if it is not sealed, or the seal is broken
     * @throws IOException if it cannot be read; the message is the path and the reason
     */
    static void verify(Path file) throws IOException {
        byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
        long length = FileAccess.requireFile(file);
        CRC32C checksum = new CRC32C();
        try (InputStream in = new FileInputStream(file.toFile())) {
            long head = length - mark.length - DIGITS;
            byte[] chunk = new byte[1 << 16];
            for (long left = head; left > 0;) {
                int read = in.read(chunk, 0, (int) Math.min(chunk.length, left));
                if (read < 0) {
                    throw new EOFException("became shorter while it was read");
                }
                checksum.update(chunk, 0, read);
                left -= read;
            }
            byte[] tail = head < 0 ? new byte[0] : in.readNBytes(mark.length + DIGITS);
            if (!Arrays.equals(mark, Arrays.copyOf(tail, mark.length))) {
                throw new FileFormatException(file, "is no checkpoint, or is cut: it has " + length
                        + " bytes and does not end in '" + MARK + "' and a checksum");
            }
            checksum.update(mark);
            byte[] said = Arrays.copyOfRange(tail, mark.length, tail.length);
            if (!Arrays.equals(said, digits(checksum))) {
                throw new FileFormatException(file, "is damaged: the CRC-32C of its " + length
                        + " bytes is " + text(digits(checksum)) + ", the file says " + text(said));
            }
        } catch (FileFormatException e) {
            throw e;
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }

    private static String text(byte[] digits) {
        return Source.quote(new String(digits, StandardCharsets.ISO_8859_1));
    }
}
