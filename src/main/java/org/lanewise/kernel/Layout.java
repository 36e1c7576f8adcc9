package org.lanewise.kernel;

/**
 * Where the elements of a batch stand in a flat array.
 *
 * <p>Element (n, c, h, w) stands at {@code n * sample + c * channel + h * row + w * column}.
 *
 * @param sample distance of neighbouring samples
 * @param channel distance of neighbouring channels
 * @param row distance of neighbouring rows
 * @param column distance of neighbouring columns
 */
public record Layout(int sample, int channel, int row, int column) {
    /**
     * {@return dense row-major maps: channel by channel, row by row}
     *
     * @param c channels
     * @param h rows
     * @param w columns
     */
    public static Layout rowMajor(int c, int h, int w) {
        return new Layout(c * h * w, h * w, w, 1);
    }
}
