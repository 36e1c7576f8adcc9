package org.lanewise.kernel;

/**
 * A flat array of elements, doubles or floats, for what does not compute with them. Numbers are read exactly and
 * rounded to the nearest when they are written.
 */
public sealed interface Elements {
    /**
     * {@return a view of an array; null for null}
     *
     * @param array shared
     */
    static Elements of(double[] array) {
        return array == null ? null : new Doubles(array);
    }

    /**
     * {@return a view of an array; null for null}
     *
     * @param array shared
     */
    static Elements of(float[] array) {
        return array == null ? null : new Floats(array);
    }

    /**
     * {@return the array; null for null}
     *
     * @param elements doubles
     */
    static double[] doubles(Elements elements) {
        return elements == null ? null : ((Doubles) elements).array;
    }

    /**
     * {@return the array; null for null}
     *
     * @param elements floats
     */
    static float[] floats(Elements elements) {
        return elements == null ? null : ((Floats) elements).array;
    }

    /** {@return bytes of one} */
    int bytes();

    /** {@return how many there are} */
    int length();

    /**
     * {@return an element}
     *
     * @param index its place
     */
    double get(int index);

    /**
     * Overwrites an element.
     *
     * @param index its place
     * @param value rounded
     */
    void set(int index, double value);

    /**
     * Overwrites elements.
     *
     * @param from read
     * @param start of the first to read
     * @param at place of the first to overwrite
     * @param count how many
     */
    void write(double[] from, int start, int at, int count);

    /**
     * Reads elements.
     *
     * @param at place of the first
     * @param to overwritten
     * @param start of the first to overwrite
     * @param count how many
     */
    void read(int at, double[] to, int start, int count);

    /**
     * Overwrites elements.
     *
     * @param from read
     * @param start of the first to read
     * @param at place of the first to overwrite
     * @param count how many
     */
    default void write(float[] from, int start, int at, int count) {
        for (int i = 0; i < count; i++) {
            set(at + i, from[start + i]);
        }
    }

    /**
     * Reads elements, rounded to the nearest.
     *
     * @param at place of the first
     * @param to overwritten
     * @param start of the first to overwrite
     * @param count how many
     */
    default void read(int at, float[] to, int start, int count) {
        for (int i = 0; i < count; i++) {
            to[start + i] = (float) get(at + i);
        }
    }

    /**
     * Copies elements to others.
     *
     * @param at place of the first
     * @param to overwritten
     * @param start place of the first to overwrite
     * @param count how many
     */
    default void copy(int at, Elements to, int start, int count) {
        for (int i = 0; i < count; i++) {
            to.set(start + i, get(at + i));
        }
    }

    /**
     * {@return new elements of the same type, all 0}
     *
     * @param length how many
     */
    Elements ofLength(int length);

    /** {@return a copy of all of them} */
    default double[] copy() {
        double[] copy = new double[length()];
        read(0, copy, 0, copy.length);
        return copy;
    }

    /**
     * Doubles.
     *
     * @param array shared
     */
    record Doubles(double[] array) implements Elements {
        @Override
        public int bytes() {
            return Double.BYTES;
        }

        @Override
        public int length() {
            return array.length;
        }

        @Override
        public Elements ofLength(int length) {
            return new Doubles(new double[length]);
        }

        @Override
        public double get(int index) {
            return array[index];
        }

        @Override
        public void set(int index, double value) {
            array[index] = value;
        }

        @Override
        public void write(double[] from, int start, int at, int count) {
            System.arraycopy(from, start, array, at, count);
        }

        @Override
        public void read(int at, double[] to, int start, int count) {
            System.arraycopy(array, at, to, start, count);
        }

        @Override
        public void copy(int at, Elements to, int start, int count) {
            to.write(array, at, start, count);
        }
    }

    /**
     * Floats.
     *
     * @param array shared
     */
    record Floats(float[] array) implements Elements {
        @Override
        public int bytes() {
            return Float.BYTES;
        }

        @Override
        public int length() {
            return array.length;
        }

        @Override
        public Elements ofLength(int length) {
            return new Floats(new float[length]);
        }

        @Override
        public double get(int index) {
            return array[index];
        }

        @Override
        public void set(int index, double value) {
            array[index] = (float) value;
        }

        @Override
        public void write(double[] from, int start, int at, int count) {
            for (int i = 0; i < count; i++) {
                array[at + i] = (float) from[start + i];
            }
        }

        @Override
        public void read(int at, double[] to, int start, int count) {
            for (int i = 0; i < count; i++) {
                to[start + i] = array[at + i];
            }
        }

        @Override
        public void write(float[] from, int start, int at, int count) {
            System.arraycopy(from, start, array, at, count);
        }

        @Override
        public void read(int at, float[] to, int start, int count) {
            System.arraycopy(array, at, to, start, count);
        }

        @Override
        public void copy(int at, Elements to, int start, int count) {
            to.write(array, at, start, count);
        }
    }
}
