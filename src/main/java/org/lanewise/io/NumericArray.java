package org.lanewise.io;

/** An array as a file held it: row-major, whatever the order in the file was. */
public sealed interface NumericArray {
    /** {@return the sizes, outermost first} */
    ArrayShape shape();

    /** {@return what an element was in the file} */
    ElementType type();

    /**
     * {@return one element}
     *
     * @param index from 0, row-major
     */
    double value(int index);

    /**
     * {@return one element as its type writes it: {@code 10} of integers, {@code 10.0} of floats}
     *
     * @param index from 0, row-major
     */
    default String text(int index) {
        return type().isInteger()
                ? Long.toString((long) value(index))
                : Double.toString(value(index));
    }

    /**
     * Unsigned bytes, kept as they are: an eighth of the memory that doubles take.
     *
     * @param shape the sizes, outermost first
     * @param values the elements, row-major; shared, not copied
     */
    record Bytes(ArrayShape shape, byte[] values) implements NumericArray {
        /**
         * Checks the length.
         *
         * @param shape the sizes, outermost first
         * @param values the elements, row-major; shared, not copied
         * @throws IllegalArgumentException if shape and length differ
         */
        public Bytes {
            requireLength(shape, values.length);
        }

        @Override
        public ElementType type() {
            return ElementType.UINT8;
        }

        @Override
        public double value(int index) {
            return Byte.toUnsignedInt(values[index]);
        }
    }

    /**
     * Elements of every other type, each exactly as it was in the file.
     *
     * @param type what an element was in the file
     * @param shape the sizes, outermost first
     * @param values the elements, row-major; shared, not copied
     */
    record Doubles(ElementType type, ArrayShape shape, double[] values) implements NumericArray {
        /**
         * Checks the length.
         *
         * @param type what an element was in the file
         * @param shape the sizes, outermost first
         * @param values the elements, row-major; shared, not copied
         * @throws IllegalArgumentException if shape and length differ
         */
        public Doubles {
            requireLength(shape, values.length);
        }

        @Override
        public double value(int index) {
            return values[index];
        }

        /** {@return the index of the first NaN or infinity, or -1} */
        public int firstNonFinite() {
            for (int i = 0; i < values.length; i++) {
                if (!Double.isFinite(values[i])) {
                    return i;
                }
            }
            return -1;
        }
    }

    private static void requireLength(ArrayShape shape, int length) {
        if (shape.size() != length) {
            throw new IllegalArgumentException("shape " + shape + " needs " + shape.size()
                    + " values, found " + length);
        }
    }
}
