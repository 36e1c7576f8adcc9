package org.lanewise.kernel;

/**
 * One sample's maps with the channels side by side, and perhaps a border of zeros: pixel (h, w) of
 * channel c stands at {@code ((h + top) * columns + w + left) * channels + c}.
 *
 * @param channels elements of one pixel; there may be more than the maps have
 * @param rows rows with the border
 * @param columns columns with the border
 * @param top rows of border above
 * @param left columns of border on the left
 */
record ChannelsLast(int channels, int rows, int columns, int top, int left) {
    /** Pixels that are copied together, so that reads along a row share cache lines. */
    private static final int STRIP = 8;

    long size() {
        return (long) rows * columns * channels;
    }

    int row() {
        return columns * channels;
    }

    /**
     * Copies one sample in; the border is left as it is.
     *
     * @param maps read
     * @param start where the sample's first channel begins
     * @param layout where elements stand in {@code maps}
     * @param h rows of a map
     * @param w columns of a map
     * @param into overwritten
     */
    void fill(double[] maps, int start, Layout layout, int count, int h, int w, double[] into) {
        for (int y = 0; y < h; y++) {
            int line = start + y * layout.row();
            int pixel = ((y + top) * columns + left) * channels;
            for (int x = 0; x < w; x += STRIP) {
                int end = Math.min(x + STRIP, w);
                for (int c = 0; c < count; c++) {
                    int from = line + c * layout.channel();
                    for (int i = x; i < end; i++) {
                        into[pixel + i * channels + c] = maps[from + i * layout.column()];
                    }
                }
            }
        }
    }

    /** Copies channels {@code 0} to {@code count} of every pixel out; there is no border. */
    void empty(double[] from, double[] maps, int start, Layout layout, int count) {
        for (int y = 0; y < rows; y++) {
            int line = start + y * layout.row();
            int pixel = y * columns * channels;
            for (int x = 0; x < columns; x += STRIP) {
                int end = Math.min(x + STRIP, columns);
                for (int c = 0; c < count; c++) {
                    int to = line + c * layout.channel();
                    for (int i = x; i < end; i++) {
                        maps[to + i * layout.column()] = from[pixel + i * channels + c];
                    }
                }
            }
        }
    }
}
