package org.lanewise.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * IDX files of unsigned bytes, the format of MNIST: 00 00, a byte for the type, a byte for the
 * number of axes, each size in four big-endian bytes without a sign, then the elements.
 */
public final class IdxFile {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final String EXPECTED = "an IDX file of unsigned bytes begins with 00 00 08 and"
            + " the number of axes: 00 00 08 03 for images, 00 00 08 01 for labels";

    private IdxFile() {}

    /**
     * {@return the elements}
     *
     * @param file a plain file, or gzip if it begins with 1f 8b, whatever its name
     * @throws FileFormatException if the content is not valid IDX or gzip
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static NumericArray.Bytes read(Path file) throws IOException {
        try (Source source = Source.open(file)) {
            Body body = header(source).body();
            source.begin(body);
            byte[] values = source.allocateBytes(body);
            source.fill(values, values.length, body);
            source.end(body);
            return new NumericArray.Bytes(body.shape(), values);
        }
    }

    /**
     * {@return the array, mapped and not read; empty if the file is gzip}
     *
     * @param file as {@link #read} takes it
     * @throws FileFormatException if its header or its length is not valid
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Optional<MappedArray> map(Path file) throws IOException {
        return MappedArray.of(file, false);
    }

    static NpyHeader header(Source source) throws IOException {
        int rank = readRank(source);
        ByteBuffer header = ByteBuffer.wrap(source.next(4 * rank, rank + " sizes"));
        long[] sizes = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            sizes[axis] = Integer.toUnsignedLong(header.getInt());
        }
        return new NpyHeader(new Body(source.shape(sizes), ElementType.UINT8),
                ByteOrder.BIG_ENDIAN, false);
    }

    private static int readRank(Source source) throws IOException {
        byte[] magic = source.next(4);
        String found = "begins with " + Source.hex(magic);
        if (magic.length == 4 && magic[0] == 0 && magic[1] == 0) {
            String type = typeName(magic[2]);
            if (magic[2] != UNSIGNED_BYTE) {
                throw source.fault(found + ", elements of " + type + "; " + EXPECTED);
            }
            if (magic[3] == 0) {
                throw source.fault(found + ", an array without axes; " + EXPECTED);
            }
            int axes = Byte.toUnsignedInt(magic[3]);
            if (axes > ArrayShape.MOST_AXES) {
                throw source.fault(found + ", an array of " + axes + " axes; at most "
                        + ArrayShape.MOST_AXES + " are read");
            }
            return axes;
        }
        if (magic.length == 4 && magic[2] == 0 && magic[3] == 0) {
            throw source.fault(found + ", which is little-endian byte order; " + EXPECTED);
        }
        throw source.fault(found + "; " + EXPECTED);
    }

    private static String typeName(byte type) {
        return switch (type) {
            case UNSIGNED_BYTE -> "unsigned bytes";
            case 0x09 -> "signed bytes";
            case 0x0B -> "16-bit integers";
            case 0x0C -> "32-bit integers";
            case 0x0D -> "32-bit floats";
            case 0x0E -> "64-bit floats";
            default -> "no known type";
        };
    }
}
