package org.lanewise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The inputs of samples, one after another, before any normalization. */
sealed interface Inputs {
    /** Copies the values of one sample. */
    void copy(int sample, int each, double[] into, int offset);

    /** {@return some samples, in an array of their own} */
    Inputs slice(int from, int to, int each);

    /** {@return the bytes in memory} */
    long bytes();

    /** Adds everything to a checksum. */
    void add(CRC32C checksum);

    /** {@return whether values are bytes divided by 255} */
    boolean areBytes();

    /** {@return where the first value is that is not finite, for a message; null if all are} */
    String nonFinite(int each);

    /**
     * Copies one input as bytes.
     *
     * @throws IllegalArgumentException if inputs are no bytes
     */
    default void copyBytes(int sample, int each, byte[] into) {
        if (!areBytes()) {
            throw new IllegalArgumentException("the inputs are numbers, not bytes");
        }
        double[] values = new double[each];
        copy(sample, each, values, 0);
        for (int i = 0; i < each; i++) {
            into[i] = (byte) Math.round(255 * values[i]);
        }
    }

    /**
     * Numbers as they are.
     *
     * @param values shared
     */
    record Numbers(double[] values) implements Inputs {
        @Override
        public void copy(int sample, int each, double[] into, int offset) {
            System.arraycopy(values, sample * each, into, offset, each);
        }

        @Override
        public Inputs slice(int from, int to, int each) {
            return new Numbers(Arrays.copyOfRange(values, from * each, to * each));
        }

        @Override
        public boolean areBytes() {
            return false;
        }

        @Override
        public long bytes() {
            return (long) Double.BYTES * values.length;
        }

        @Override
        public void add(CRC32C checksum) {
            add(checksum, values);
        }

        static void add(CRC32C checksum, double[] numbers) {
            ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
            int each = chunk.capacity() / Double.BYTES;
            for (int start = 0; start < numbers.length; start += each) {
                int count = Math.min(each, numbers.length - start);
                chunk.clear().asDoubleBuffer().put(numbers, start, count);
                checksum.update(chunk.limit(count * Double.BYTES));
            }
        }

        @Override
        public String nonFinite(int each) {
            int index = firstNonFinite(values);
            return index < 0
                    ? null
                    : "input value " + index % each + " of sample " + index / each + " is "
                            + values[index];
        }

        static int firstNonFinite(double[] numbers) {
            for (int i = 0; i < numbers.length; i++) {
                if (!Double.isFinite(numbers[i])) {
                    return i;
                }
            }
            return -1;
        }
    }

    /**
     * Unsigned bytes, divided by 255 as they are copied.
     *
     * @param values shared
     */
    record Pixels(byte[] values) implements Inputs {
        private static final double[] SCALE = new double[256];

        static {
            Arrays.setAll(SCALE, i -> i / 255.0);
        }

        @Override
        public void copy(int sample, int each, double[] into, int offset) {
            int from = sample * each;
            for (int i = 0; i < each; i++) {
                into[offset + i] = SCALE[values[from + i] & 0xFF];
            }
        }

        @Override
        public Inputs slice(int from, int to, int each) {
            return new Pixels(Arrays.copyOfRange(values, from * each, to * each));
        }

        @Override
        public boolean areBytes() {
            return true;
        }

        @Override
        public long bytes() {
            return values.length;
        }

        @Override
        public void add(CRC32C checksum) {
            checksum.update(values);
        }

        @Override
        public String nonFinite(int each) {
            return null;
        }
    }

    /**
     * Inputs that are read as they are needed.
     *
     * @param reader of the whole set
     * @param from index of the first sample
     */
    record Read(InputReader reader, int from) implements Inputs {
        @Override
        public void copy(int sample, int each, double[] into, int offset) {
            try {
                reader.read(from + sample, into, offset);
            } catch (IOException e) {
                throw new SampleException(from + sample, e);
            }
        }

        @Override
        public Inputs slice(int first, int to, int each) {
            return new Read(reader, from + first);
        }

        @Override
        public boolean areBytes() {
            return reader.readsBytes();
        }

        @Override
        public long bytes() {
            return reader.memoryBytes();
        }

        /** A slice is that of the whole set and where it begins: how long it is, is compared anyway. */
        @Override
        public void add(CRC32C checksum) {
            try {
                reader.identify(checksum);
                if (from > 0) {
                    checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(from).flip());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String nonFinite(int each) {
            return null;
        }
    }
}
