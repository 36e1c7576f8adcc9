package org.lanewise.kernel;

/**
 * The positions of the elements of a batch in a flat array.
 *
 * <p>Element (n, c, h, w) is at {@code origin + n * sample + c * channel + h * row + w * column}.
 * Around every map there may be a halo of zeros that is never overwritten.
 *
 * @param origin place of the first element
 * @param sample distance of neighbouring samples
 * @param channel distance of neighbouring channels
 * @param row distance of neighbouring rows
 * @param column distance of neighbouring columns
 */
public record Layout(int origin, int sample, int channel, int row, int column) {
    /**
     * Rows and columns of zeros around a map.
     *
     * @param top rows above
     * @param left columns to the left
     * @param bottom rows below
     * @param right columns to the right
     */
    public record Halo(int top, int left, int bottom, int right) {
        /** No halo. */
        public static final Halo NONE = new Halo(0, 0, 0, 0);

        /**
         * {@return a halo that holds both}
         *
         * @param other the other
         */
        public Halo with(Halo other) {
            return new Halo(Math.max(top, other.top), Math.max(left, other.left),
                    Math.max(bottom, other.bottom), Math.max(right, other.right));
        }
    }

    /**
     * {@return dense row-major maps: channel by channel, row by row}
     *
     * @param c channels
     * @param h rows
     * @param w columns
     */
    public static Layout rowMajor(int c, int h, int w) {
        return new Layout(0, c * h * w, h * w, w, 1);
    }

    /**
     * {@return NHWC maps: the channels of a pixel are adjacent}
     *
     * @param c channels
     * @param h rows
     * @param w columns
     * @param halo zeros around each map
     * @param lead elements before the first map
     * @throws ArithmeticException if one sample is larger than any array
     */
    public static Layout channelsLast(int c, int h, int w, Halo halo, int lead) {
        int row = Math.multiplyExact(c, halo.left + w + halo.right);
        int sample = Math.multiplyExact(row, halo.top + h + halo.bottom);
        return new Layout(lead + halo.top * row + halo.left * c, sample, 1, row, c);
    }

    /**
     * {@return NCHW maps: channel by channel, row by row, each with its halo}
     *
     * @param c channels
     * @param h rows
     * @param w columns
     * @param halo zeros around each map
     * @throws ArithmeticException if one sample is larger than any array
     */
    public static Layout planes(int c, int h, int w, Halo halo) {
        int row = halo.left + w + halo.right;
        int plane = Math.multiplyExact(row, halo.top + h + halo.bottom);
        return new Layout(halo.top * row + halo.left, Math.multiplyExact(c, plane), plane, row, 1);
    }

    /** {@return whether the channels of a pixel are adjacent} */
    public boolean channelsLast() {
        return channel == 1;
    }

    /**
     * {@return the zeros around maps that {@link #channelsLast} or {@link #planes} has placed}
     *
     * @param h rows of a map
     * @param w columns
     * @param lead what {@link #channelsLast} was given
     */
    public Halo halo(int h, int w, int lead) {
        int first = channelsLast() ? origin - lead : origin;
        int rows = (channelsLast() ? sample : channel) / row;
        int top = first / row;
        int left = first % row / column;
        return new Halo(top, left, rows - top - h, row / column - left - w);
    }

    /**
     * {@return the position of an element}
     *
     * @param n sample
     * @param c channel
     * @param h row
     * @param w column
     */
    public int at(int n, int c, int h, int w) {
        return origin + n * sample + c * channel + h * row + w * column;
    }
}
