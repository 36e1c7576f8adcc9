package org.lanewise.kernel;

import org.lanewise.kernel.PixelTilesVector.Pixels;

/**
 * The inner kernels where the pixels of a row are adjacent, as in an image that was not reordered:
 * factors are at constant distances, so that bounds are checked together.
 */
final class LineTilesVector {
    private static final int L = Lanes.COUNT;

    /** Most pixels that one call computes. */
    static final int MOST_PIXELS = 72;

    private static final int FEW_PIXELS = 8;
    private static final int MANY_PIXELS = 14;

    private LineTilesVector() {}

    /**
     * Rows of a tile over pixels.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks#ofTaps} cuts them
     * @param pixels pixels of a line
     */
    static int tile(int vectors, int pixels) {
        return switch (vectors) {
            case 1 -> Lanes.MANY_REGISTERS
                    && 4 * Math.ceilDiv(pixels, MANY_PIXELS) < 3 * Math.ceilDiv(pixels, FEW_PIXELS)
                            ? MANY_PIXELS
                            : FEW_PIXELS;
            case 2 -> Lanes.MANY_REGISTERS ? 9 : 4;
            case 4 -> 5;
            default -> throw new AssertionError("no tile of " + vectors + " vectors");
        };
    }

    /**
     * Computes whole sums of neighbouring pixels:
     * {@code c[i][j] = start[j] + sum over t of a[x + i + taps[t]] * b[t][j]}, t ascending.
     *
     * @param vectors vectors of a row
     * @param tile what {@link #tile} says
     * @param a read, up to a tile after the last pixel as well
     * @param x where the first pixel begins
     * @param pixels how many, at most {@link #MOST_PIXELS}
     * @param taps offsets of the factors from a pixel's beginning
     * @param b read, a vector at a time: rows of some vectors
     * @param w where b begins
     * @param start read: what the sums of every pixel begin with
     * @param at where start begins
     * @param c overwritten: rows of some vectors, those that only fill the last tile as well
     * @param first position of the first of them
     */
    static void multiply(int vectors, int tile, double[] a, int x, int pixels, int[] taps,
            double[] b, int w, double[] start, int at, double[] c, int first) {
        int step = vectors * L;
        for (int i = 0; i < pixels; i += tile) {
            tile(tile, a, x + i, taps, b, w, step, start, at, Double.NaN, c, first + i * step,
                    step);
        }
    }

    /**
     * The same for a line of pixels, at least a tile of them, written where it belongs: the last tile
     * begins early enough, and computes some pixels again.
     *
     * @param vectors vectors of a row
     * @param tile what {@link #tile} says
     * @param a read
     * @param x where the first pixel begins
     * @param pixels how many
     * @param taps offsets of the factors from a pixel's beginning
     * @param b read, a vector at a time: rows of some vectors
     * @param w where b begins
     * @param start read: what the sums of every pixel begin with
     * @param at where start begins
     * @param floor sums up to this are written as 0; NaN for none
     * @param c overwritten
     * @param first where the first pixel goes
     * @param column from one pixel to the next
     */
    static void line(int vectors, int tile, double[] a, int x, int pixels, int[] taps, double[] b,
            int w, double[] start, int at, double floor, double[] c, int first, int column) {
        for (int i = 0; i < pixels; i += tile) {
            int pixel = Math.min(i, pixels - tile);
            tile(tile, a, x + pixel, taps, b, w, vectors * L, start, at, floor, c,
                    first + pixel * column, column);
        }
    }

    private static void tile(int tile, double[] a, int x, int[] taps, double[] b, int w, int step,
            double[] start, int at, double floor, double[] c, int y, int pitch) {
        switch (tile) {
            case FEW_PIXELS ->
                LineKernel.tile8x1(a, x, taps, b, w, step, start, at, c, y, pitch, floor);
            case MANY_PIXELS ->
                LineKernel.tile14x1(a, x, taps, b, w, step, start, at, c, y, pitch, floor);
            case 9 -> LineKernel.tile9x2(a, x, taps, b, w, step, start, at, c, y, pitch, floor);
            case 4 -> LineKernel.tile4x2(a, x, taps, b, w, step, start, at, c, y, pitch, floor);
            default -> LineKernel.tile5x4(a, x, taps, b, w, step, start, at, c, y, pitch, floor);
        }
    }

    /**
     * Rows of a tile over weights.
     *
     * @param vectors vectors of a row, 1 or 2
     * @param weights how many rows there are
     */
    static int tileOfWeights(int vectors, int weights) {
        if (vectors == 2) {
            return Lanes.MANY_REGISTERS ? 9 : 4;
        }
        return Lanes.MANY_REGISTERS && weights > 9 ? 13 : 9;
    }

    /**
     * Adds lines of pixels to the sums of a tile of weights, and to a last row what each was
     * multiplied with: {@code c[i][j] += sum over pixels t of a[rows[i] + shift + t] * b[t][j]}
     * and {@code c[tile][j] += sum over t of b[t][j]}, in the order of the pixels.
     *
     * @param vectors vectors of a row, 1 or 2
     * @param tile what {@link #tileOfWeights} says
     * @param a read
     * @param rows position of each row's first pixel
     * @param first the first row
     * @param shift added to the position of each row's first pixel
     * @param pixels which pixels: {@code column} from one to the next in b, {@code line} from one
     *        line to the next in a
     * @param lines how many lines of them
     * @param next from one line to the next in b
     * @param b read: vectors of adjacent elements, of which only the used ones need be valid
     * @param w position of the first pixel in b
     * @param c added to: rows of some vectors
     * @param y position of the first of them
     */
    static void addLines(int vectors, int tile, double[] a, int[] rows, int first, int shift,
            Pixels pixels, int lines, int next, double[] b, int w, double[] c, int y) {
        int step = vectors * L;
        switch (10 * tile + vectors) {
            case 131 -> WeightKernel.tile13x1(a, rows, first, shift, pixels.line(), lines,
                    pixels.length(), b, w, next, pixels.column(), c, y, step);
            case 91 -> WeightKernel.tile9x1(a, rows, first, shift, pixels.line(), lines,
                    pixels.length(), b, w, next, pixels.column(), c, y, step);
            case 92 -> WeightKernel.tile9x2(a, rows, first, shift, pixels.line(), lines,
                    pixels.length(), b, w, next, pixels.column(), c, y, step);
            default -> WeightKernel.tile4x2(a, rows, first, shift, pixels.line(), lines,
                    pixels.length(), b, w, next, pixels.column(), c, y, step);
        }
    }
}
