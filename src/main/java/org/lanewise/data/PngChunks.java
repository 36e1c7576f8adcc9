package org.lanewise.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file, each of which ends with a CRC-32 that the JDK's own reader leaves
 * unread: without this a flipped bit would be another picture and no error.
 */
final class PngChunks {
    /** Length, type and CRC-32. */
    private static final int AROUND = 12;
    private static final int SIGNATURE = 8;

    private PngChunks() {}

    /** {@return what is wrong with a file that begins as PNG does; empty if nothing is} */
    static Optional<String> fault(byte[] content) {
        ByteBuffer rest = ByteBuffer.wrap(content, SIGNATURE, content.length - SIGNATURE);
        String type = "";
        while (!type.equals("IEND")) {
            int at = rest.position();
            if (rest.remaining() < AROUND) {
                return Optional.of("is cut: it ends at byte " + content.length
                        + " without the chunk IEND");
            }
            long length = Integer.toUnsignedLong(rest.getInt());
            if (length > rest.remaining() - 8) {
                return Optional.of("the chunk at byte " + at + " says that it has " + length
                        + " bytes, but " + (rest.remaining() - 8) + " are left: the file is cut"
                        + " or damaged");
            }
            CRC32 checksum = new CRC32();
            checksum.update(content, at + 4, (int) length + 4);
            type = new String(content, at + 4, 4, StandardCharsets.ISO_8859_1);
            rest.position(at + 8 + (int) length);
            if (rest.getInt() != (int) checksum.getValue()) {
                return Optional.of("is damaged: the CRC-32 of the chunk at byte " + at
                        + " is not that of its content");
            }
        }
        return rest.hasRemaining()
                ? Optional.of("has " + rest.remaining() + " bytes after its end")
                : Optional.empty();
    }
}
