package org.lanewise.kernel;

/**
 * The inner kernel where lanes are adjacent pixels and rows are a few channels: factors of a row
 * are adjacent, and what they are multiplied with is read through offsets.
 *
 * <p>{@code c[i][j] += sum over t of a[rows[i] + shift + t] * b[w + places[t] + j]}, t ascending.
 */
final class PlaneTilesVector {
    private static final int L = Lanes.COUNT;

    /** Most rows. */
    static final int ROWS = 7;

    private static final int FEW_ROWS = 3;

    private PlaneTilesVector() {}

    /** Most vectors of a row, where there are some rows. */
    static int widest(int rows) {
        return !Lanes.MANY_REGISTERS ? 1 : rows <= FEW_ROWS ? 4 : 2;
    }

    /**
     * Adds a whole sum to some rows, at most {@link #ROWS}.
     *
     * @param vectors vectors of a row: 1, 2, or 4 of at most three rows
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param shift added to every row's beginning
     * @param b read, some vectors at a time
     * @param w added to every place in b
     * @param places positions of the vectors of each product in b
     * @param c added to: rows of some vectors
     * @param y position of the first of them
     */
    static void multiply(int vectors, double[] a, int[] rows, int shift, double[] b, int w,
            int[] places, double[] c, int y) {
        int pitch = vectors * L;
        int length = places.length;
        switch (vectors) {
            case 1 -> PlaneKernel.tile7x1(a, rows, 0, shift, length, b, w, places, c, y, pitch);
            case 2 -> PlaneKernel.tile7x2(a, rows, 0, shift, length, b, w, places, c, y, pitch);
            default -> PlaneKernel.tile3x4(a, rows, 0, shift, length, b, w, places, c, y, pitch);
        }
    }
}
