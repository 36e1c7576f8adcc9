package org.lanewise;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The inputs of samples, one after another, before any normalization. */
sealed interface Inputs {
    /** {@return how many values there are} */
    int length();

    /** Copies the values of one sample. */
    void copy(int sample, int each, double[] into, int offset);

    /** {@return some samples, in an array of their own} */
    Inputs slice(int from, int to, int each);

    /** {@return the bytes in memory} */
    long bytes();

    /** Adds everything to a checksum. */
    void add(CRC32C checksum);

    /** {@return the index of the first value that is not finite; -1 if there is none} */
    int firstNonFinite();

    /**
     * Numbers as they are.
     *
     * @param values shared
     */
    record Numbers(double[] values) implements Inputs {
        @Override
        public int length() {
            return values.length;
        }

        @Override
        public void copy(int sample, int each, double[] into, int offset) {
            System.arraycopy(values, sample * each, into, offset, each);
        }

        @Override
        public Inputs slice(int from, int to, int each) {
            return new Numbers(Arrays.copyOfRange(values, from * each, to * each));
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
        public int firstNonFinite() {
            return firstNonFinite(values);
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
        public int length() {
            return values.length;
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
        public long bytes() {
            return values.length;
        }

        @Override
        public void add(CRC32C checksum) {
            checksum.update(values);
        }

        @Override
        public int firstNonFinite() {
            return -1;
        }
    }
}
