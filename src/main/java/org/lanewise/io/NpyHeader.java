package org.lanewise.io;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of an {@code .npy} array.
 *
 * @param body shape and type
 * @param order order of the bytes of an element
 * @param columnMajor whether the first index runs fastest (Fortran), not the last
 */
record NpyHeader(Body body, ByteOrder order, boolean columnMajor) {
    /** NumPy writes headers under 200 bytes for numbers; only field names make them long. */
    private static final int LONGEST = 1 << 16;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;

    /** Reads versions 1, 2 and 3, which differ in the width of a length and the text's encoding. */
    static NpyHeader read(Source source) throws IOException {
        byte[] magic = source.next(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw source.fault("begins with " + Source.hex(magic) + "; an .npy array begins with "
                    + Source.hex(MAGIC) + " (\\x93NUMPY)");
        }
        byte[] version = source.next(2, "the version");
        boolean known = version[0] >= 1 && version[0] <= 3 && version[1] == 0;
        if (!known) {
            throw source.fault("is .npy version " + Byte.toUnsignedInt(version[0]) + "."
                    + Byte.toUnsignedInt(version[1]) + "; versions 1.0, 2.0 and 3.0 are known");
        }
        long length = littleEndian(source.next(version[0] == 1 ? 2 : 4, "the header's length"));
        if (length > LONGEST) {
            throw source.fault("says that its header has " + length + " bytes; no array of numbers"
                    + " needs more than " + LONGEST);
        }
        byte[] text = source.next((int) length, "the dictionary");
        return new NpyLiteral(source, new String(text, StandardCharsets.ISO_8859_1)).header();
    }

    private static long littleEndian(byte[] bytes) {
        long value = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value << 8 | Byte.toUnsignedLong(bytes[i]);
        }
        return value;
    }

    /** {@return the bytes of a version 1 header: little-endian doubles, floats or whole numbers, row-major} */
    static byte[] of(NumericArray.Doubles array) {
        return of(switch (array.type()) {
            case INT64 -> "<i8";
            case FLOAT32 -> "<f4";
            default -> "<f8";
        }, array.shape().toString());
    }

    /** {@return the bytes of a version 1 header: unsigned bytes} */
    static byte[] ofBytes(String shape) {
        return of("|u1", shape);
    }

    private static byte[] of(String type, String shape) {
        String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        int unpadded = MAGIC.length + 4 + text.length() + 1;
        int length = Math.ceilDiv(unpadded, ALIGNMENT) * ALIGNMENT;
        byte[] header = Arrays.copyOf(MAGIC, length);
        Arrays.fill(header, MAGIC.length, length, (byte) ' ');
        int dictionary = length - MAGIC.length - 4;
        header[6] = 1;
        header[7] = 0;
        header[8] = (byte) dictionary;
        header[9] = (byte) (dictionary >>> 8);
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, header, 10, text.length());
        header[length - 1] = '\n';
        return header;
    }
}
