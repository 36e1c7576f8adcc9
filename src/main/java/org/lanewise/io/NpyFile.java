package org.lanewise.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** NumPy's {@code .npy} files: one array each, of versions 1, 2 and 3. */
public final class NpyFile {
    /** A multiple of every element's bytes. */
    private static final int CHUNK = 1 << 16;

    private NpyFile() {}

    /**
     * {@return the array, row-major in the machine's byte order whatever those of the file are}
     *
     * @param file a plain file, or gzip if it begins with 1f 8b, whatever its name
     * @throws FileFormatException if the content is no array of numbers, cut, or followed by more;
     *         or if it holds an integer that no double equals
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static NumericArray read(Path file) throws IOException {
        try (Source source = Source.open(file)) {
            return read(source);
        }
    }

    /**
     * {@return the array, mapped and not read; empty if the file is gzip, or the array in Fortran order or
     * a single number}
     *
     * @param file as {@link #read(Path)} takes it
     * @throws FileFormatException if its header or its length is not valid
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Optional<MappedArray> map(Path file) throws IOException {
        return MappedArray.of(file, true);
    }

    static NumericArray read(Source source) throws IOException {
        NpyHeader header = NpyHeader.read(source);
        Body body = header.body();
        source.begin(body);
        NumericArray array = body.type() == ElementType.UINT8
                ? bytes(source, header)
                : doubles(source, header);
        source.end(body);
        return array;
    }

    private static NumericArray bytes(Source source, NpyHeader header) throws IOException {
        Body body = header.body();
        byte[] values = source.allocateBytes(body);
        if (header.columnMajor()) {
            decode(source, header, (index, value) -> values[index] = (byte) value);
        } else {
            source.fill(values, values.length, body);
        }
        return new NumericArray.Bytes(body.shape(), values);
    }

    private static NumericArray doubles(Source source, NpyHeader header) throws IOException {
        double[] values = source.allocateDoubles(header.body());
        decode(source, header, (index, value) -> values[index] = value);
        return new NumericArray.Doubles(header.body().type(), header.body().shape(), values);
    }

    @FunctionalInterface
    private interface Element {
        void put(int index, double value);
    }

    private static void decode(Source source, NpyHeader header, Element element)
            throws IOException {
        Body body = header.body();
        ElementType type = body.type();
        byte[] chunk = new byte[CHUNK];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(header.order());
        ColumnMajor columns = new ColumnMajor(body.shape());
        int size = body.shape().size();
        int next = 0;
        while (next < size) {
            int count = Math.min(CHUNK / type.bytes(), size - next);
            source.fill(chunk, count * type.bytes(), body);
            buffer.clear();
            for (int i = 0; i < count; i++, next++) {
                int index = header.columnMajor() ? columns.next() : next;
                try {
                    element.put(index, type.read(buffer));
                } catch (ArithmeticException e) {
                    throw source.fault("element " + body.shape().position(index) + " is "
                            + e.getMessage() + ", beyond 2^53 and not to be had in doubles");
                }
            }
        }
    }

    /** Row-major indices of elements that are stored in Fortran order, first axis fastest. */
    private static final class ColumnMajor {
        private final int[] sizes;
        private final int[] strides;
        private final int[] position;
        private int index;

        ColumnMajor(ArrayShape shape) {
            sizes = shape.sizes().stream().mapToInt(Integer::intValue).toArray();
            strides = strides(shape.sizes());
            position = new int[sizes.length];
        }

        private static int[] strides(List<Integer> sizes) {
            int[] strides = new int[sizes.size()];
            int stride = 1;
            for (int axis = strides.length - 1; axis >= 0; axis--) {
                strides[axis] = stride;
                stride *= sizes.get(axis);
            }
            return strides;
        }

        int next() {
            int current = index;
            for (int axis = 0; axis < sizes.length; axis++) {
                index += strides[axis];
                if (++position[axis] < sizes[axis]) {
                    break;
                }
                index -= position[axis] * strides[axis];
                position[axis] = 0;
            }
            return current;
        }
    }
}
