package org.lanewise.kernel;

/**
 * The inner kernel where runs are short: as {@link RunTilesVector}, but the factors of a row are at
 * any offsets from its beginning.
 *
 * <p>{@code c[i][j] += sum over t of a[rows[i] + shift + taps[t]] * b[t][j]}, t ascending.
 */
final class TapTilesVector {
    private static final int L = Lanes.COUNT;

    private TapTilesVector() {}

    /**
     * Adds all taps to some rows.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks#ofTaps} cuts them
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param from first row
     * @param to end of the rows, exclusive; those that fill the last tile are computed as well
     * @param shift added to every row's beginning
     * @param taps offsets of the factors from a row's beginning
     * @param b read, a vector at a time: rows of some vectors
     * @param w where b begins
     * @param c added to: rows of some vectors, the first of them at {@link Lanes#LEAD}
     */
    static void multiply(int vectors, double[] a, int[] rows, int from, int to, int shift,
            int[] taps, double[] b, int w, double[] c) {
        int step = vectors * L;
        int tile = Lanes.tileRows(vectors);
        int y = Lanes.LEAD;
        for (int row = from; row < to; row += tile) {
            switch (vectors) {
                case 1 -> TapKernel.tile8x1(a, rows, row, shift, taps, b, w, step, c, y, step);
                case 2 -> {
                    if (Lanes.MANY_REGISTERS) {
                        TapKernel.tile9x2(a, rows, row, shift, taps, b, w, step, c, y, step);
                    } else {
                        TapKernel.tile4x2(a, rows, row, shift, taps, b, w, step, c, y, step);
                    }
                }
                case 3 -> throw new AssertionError("no tile of three vectors");
                default -> TapKernel.tile5x4(a, rows, row, shift, taps, b, w, step, c, y, step);
            }
            y += tile * step;
        }
    }
}
