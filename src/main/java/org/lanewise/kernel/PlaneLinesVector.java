package org.lanewise.kernel;

/**
 * The inner kernel for NCHW input and output: lanes are adjacent pixels of a row, rows are filters,
 * and sums are stored directly to the output.
 */
final class PlaneLinesVector {
    private static final int L = Lanes.COUNT;

    /** Filters of a tile. */
    static final int FILTERS = 8;
    /** Pixels of a tile, the fewest of a line. */
    static final int PIXELS = 2 * L;

    private PlaneLinesVector() {}

    /**
     * Computes a line of pixels of eight filters:
     * {@code c[i][q] = start[i] + sum over t of b[t][i] * a[x + q + taps[t]]}, t ascending.
     *
     * @param a read
     * @param x where the first pixel begins
     * @param pixels how many, at least {@link #PIXELS}
     * @param taps offsets of the factors from a pixel's beginning
     * @param b read, one element at a time
     * @param w where b begins
     * @param step from one product to the next in b
     * @param start read: what the sums of each filter begin with
     * @param at where start begins
     * @param bound sums that are at most this become 0; none are at most NaN
     * @param c overwritten
     * @param y where the first filter's pixels go
     * @param plane from one filter's pixels to the next one's
     */
    static void multiply(double[] a, int x, int pixels, int[] taps, double[] b, int w, int step,
            double[] start, int at, double bound, double[] c, int y, int plane) {
        for (int q = 0; q < pixels; q += PIXELS) {
            // The last tile computes some pixels again, to the same bits.
            int first = Math.min(q, pixels - PIXELS);
            PlaneLineKernel.tile8x2(b, w, step, a, x + first, taps, start, at, c, y + first, plane,
                    bound);
        }
    }
}
