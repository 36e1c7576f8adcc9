package org.lanewise.kernel;

/**
 * The tile of {@link RunTilesVector} for sums of a single run: they begin at 0 in registers and are
 * written straight to where they belong.
 *
 * <p>{@code c[out[i] + y + j] = sum over t of a[rows[i] + t] * b[t][j]}, t ascending, where j counts
 * the lanes of {@link #VECTORS} vectors.
 */
final class SingleRunTilesVector {
    /** Rows of a tile; fewer cannot be computed. */
    static final int ROWS = 5;

    /** Vectors of a row. */
    static final int VECTORS = 4;

    private static final int L = Lanes.COUNT;

    private SingleRunTilesVector() {}

    /**
     * Computes some rows of sums; the last tile ends at the last of all rows, and what it shares
     * with the one before is computed twice.
     *
     * @param a read, one element at a time
     * @param rows where each row begins in a
     * @param from first row
     * @param to end of the rows, exclusive
     * @param count all rows, no fewer than a tile's
     * @param b read: rows of whole vectors, one after another
     * @param w where b begins
     * @param length elements of the run
     * @param c overwritten
     * @param out position of each row of sums
     * @param y added to the position of each row of sums
     */
    static void multiply(double[] a, int[] rows, int from, int to, int count, double[] b, int w,
            int length, double[] c, int[] out, int y) {
        for (int row = from; row < to; row += ROWS) {
            // The last tile begins early enough, and computes some rows again.
            int first = Math.min(row, count - ROWS);
            SingleRunKernel.tile5x4(a, rows, first, 0, length, b, w, VECTORS * L, c, out,
                    first, y);
        }
    }
}
