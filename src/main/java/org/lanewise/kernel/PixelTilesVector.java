package org.lanewise.kernel;

/**
 * The inner kernel of sums over pixels: rows of sums are adjacent elements of a pixel, and the sum
 * runs over pixels.
 *
 * <p>{@code c[i][j] += sum over pixels t of a[x + place(t) + i] * b[t][j]}, in the order of the
 * pixels. All rows of a tile are adjacent at one index, so their bounds are checked together.
 */
final class PixelTilesVector {
    private static final int L = Lanes.COUNT;

    /**
     * Which pixels a sum walks over.
     *
     * @param length pixels of a line
     * @param column from one pixel to the next
     * @param line from one line to the next
     */
    record Pixels(int length, int column, int line) {}

    private PixelTilesVector() {}

    /** Rows of whole tiles of neighbours that hold some, whatever the vectors. */
    static int wholeTiles(int rows) {
        return Math.ceilDiv(rows, 8) * 8;
    }

    /** The same for tiles whose rows are looked up: of nine rows or of four. */
    static int wholeTilesLookedUp(int rows) {
        return Math.ceilDiv(rows, 36) * 36;
    }

    /**
     * Adds lines of pixels to some rows.
     *
     * @param vectors vectors of a row, 1 or 2
     * @param a read; up to 7 elements after the last row as well
     * @param x position of the first row's first pixel
     * @param count rows; those that fill the last tile are computed as well
     * @param pixels which pixels
     * @param lines how many lines of them
     * @param b read, a vector at a time: rows of some vectors, one for each pixel
     * @param w where b begins
     * @param c added to: rows of some vectors
     * @param y where c begins
     */
    static void multiply(int vectors, double[] a, int x, int count, Pixels pixels, int lines,
            double[] b, int w, double[] c, int y) {
        int step = vectors * L;
        int tile = vectors == 2 && !Lanes.MANY_REGISTERS ? 4 : 8;
        for (int i = 0; i < count; i += tile) {
            int to = y + i * step;
            if (vectors == 1) {
                PixelKernel.tile8x1(a, x + i, pixels, lines, b, w, step, c, to, step);
            } else if (Lanes.MANY_REGISTERS) {
                PixelKernel.tile8x2(a, x + i, pixels, lines, b, w, step, c, to, step);
            } else {
                PixelKernel.tile4x2(a, x + i, pixels, lines, b, w, step, c, to, step);
            }
        }
    }

    /**
     * The same for rows at any positions, where few of them are adjacent.
     *
     * @param vectors vectors of a row, 1 or 2
     * @param a read
     * @param rows position of each row's first pixel; filled up with {@link Lanes#filledUp}
     * @param count rows; those that fill the last tile are computed as well
     * @param shift added to the position of each row's first pixel
     * @param pixels which pixels
     * @param lines how many lines of them
     * @param b read, a vector at a time: rows of some vectors, one for each pixel
     * @param w where b begins
     * @param c added to: rows of some vectors
     * @param y where c begins
     */
    static void multiply(int vectors, double[] a, int[] rows, int count, int shift, Pixels pixels,
            int lines, double[] b, int w, double[] c, int y) {
        int step = vectors * L;
        int tile = vectors == 2 && !Lanes.MANY_REGISTERS ? 4 : 9;
        for (int i = 0; i < count; i += tile) {
            int to = y + i * step;
            if (vectors == 1) {
                PixelRowKernel.tile9x1(a, rows, i, shift, pixels, lines, b, w, step, c, to, step);
            } else if (Lanes.MANY_REGISTERS) {
                PixelRowKernel.tile9x2(a, rows, i, shift, pixels, lines, b, w, step, c, to, step);
            } else {
                PixelRowKernel.tile4x2(a, rows, i, shift, pixels, lines, b, w, step, c, to, step);
            }
        }
    }
}
