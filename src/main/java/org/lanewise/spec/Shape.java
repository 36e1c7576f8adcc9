package org.lanewise.spec;

import java.io.Serializable;

/** The shape of one sample: a stack of maps, or a flat row of features. */
public sealed interface Shape extends Serializable {
    /** {@return the number of elements of one sample} */
    long size();

    /**
     * Maps of one size, row-major: element (c, h, w) is at {@code (c * height + h) * width + w}.
     *
     * @param channels maps
     * @param height rows of a map
     * @param width columns of a map
     */
    record Image(int channels, int height, int width) implements Shape {
        /**
         * Checks the sizes.
         *
         * @param channels maps
         * @param height rows of a map
         * @param width columns of a map
         * @throws IllegalArgumentException if one is below 1; the message names it
         */
        public Image {
            String shape = "shape " + text(channels, height, width) + ": ";
            Checks.positive(shape + "channels", channels);
            Checks.positive(shape + "height", height);
            Checks.positive(shape + "width", width);
        }

        private static String text(int channels, int height, int width) {
            return channels + "x" + height + "x" + width;
        }

        @Override
        public long size() {
            return Math.multiplyExact(Math.multiplyExact((long) channels, height), width);
        }

        /** {@return rows and columns of one map} */
        public Size map() {
            return new Size(height, width);
        }

        @Override
        public String toString() {
            return text(channels, height, width);
        }
    }

    /**
     * Features in a row.
     *
     * @param features how many
     */
    record Flat(int features) implements Shape {
        /**
         * Checks the size.
         *
         * @param features how many
         * @throws IllegalArgumentException if it is below 1
         */
        public Flat {
            Checks.positive("features", features);
        }

        @Override
        public long size() {
            return features;
        }

        @Override
        public String toString() {
            return String.valueOf(features);
        }
    }
}
