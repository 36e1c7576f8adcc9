package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

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

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = Lanes.COUNT;

    private SingleRunTilesVector() {}

    /**
     * Computes some rows of sums; the last tile ends at the last of all rows, and what it shares
     * with the one before is computed twice.
     *
     * @param a read, one element at a time
     * @param rows where each row begins in a
     * @param from first row
     * @param to behind the last row
     * @param count all rows, no fewer than a tile's
     * @param b read: rows of whole vectors, one behind the other
     * @param w where b begins
     * @param length elements of the run
     * @param c overwritten
     * @param out where each row of sums stands
     * @param y added to where each row of sums stands
     */
    static void multiply(double[] a, int[] rows, int from, int to, int count, double[] b, int w,
            int length, double[] c, int[] out, int y) {
        for (int row = from; row < to; row += ROWS) {
            tile5x4(a, rows, Math.min(row, count - ROWS), b, w, VECTORS * L, length, c, out, y);
        }
    }

    /**
     * Copies neighbouring elements into panels, a panel's rows of vectors each.
     *
     * @param from read
     * @param x first element
     * @param panels how many panels
     * @param to overwritten
     * @param y where the row of the first panel stands
     * @param size from one panel to the next
     */
    static void spread(double[] from, int x, int panels, double[] to, int y, int size) {
        for (int i = 0; i < panels; i++) {
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, from, x);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, from, x + L);
            DoubleVector v2 = DoubleVector.fromArray(SPECIES, from, x + 2 * L);
            DoubleVector v3 = DoubleVector.fromArray(SPECIES, from, x + 3 * L);
            v0.intoArray(to, y);
            v1.intoArray(to, y + L);
            v2.intoArray(to, y + 2 * L);
            v3.intoArray(to, y + 3 * L);
            x += VECTORS * L;
            y += size;
        }
    }

    private static void tile5x4(double[] a, int[] rows, int row, double[] b, int w, int step,
            int length, double[] c, int[] out, int y) {
        int x0 = rows[row];
        int x1 = rows[row + 1];
        int x2 = rows[row + 2];
        int x3 = rows[row + 3];
        int x4 = rows[row + 4];
        int y0 = out[row] + y;
        int y1 = out[row + 1] + y;
        int y2 = out[row + 2] + y;
        int y3 = out[row + 3] + y;
        int y4 = out[row + 4] + y;
        DoubleVector c00 = DoubleVector.zero(SPECIES);
        DoubleVector c01 = DoubleVector.zero(SPECIES);
        DoubleVector c02 = DoubleVector.zero(SPECIES);
        DoubleVector c03 = DoubleVector.zero(SPECIES);
        DoubleVector c10 = DoubleVector.zero(SPECIES);
        DoubleVector c11 = DoubleVector.zero(SPECIES);
        DoubleVector c12 = DoubleVector.zero(SPECIES);
        DoubleVector c13 = DoubleVector.zero(SPECIES);
        DoubleVector c20 = DoubleVector.zero(SPECIES);
        DoubleVector c21 = DoubleVector.zero(SPECIES);
        DoubleVector c22 = DoubleVector.zero(SPECIES);
        DoubleVector c23 = DoubleVector.zero(SPECIES);
        DoubleVector c30 = DoubleVector.zero(SPECIES);
        DoubleVector c31 = DoubleVector.zero(SPECIES);
        DoubleVector c32 = DoubleVector.zero(SPECIES);
        DoubleVector c33 = DoubleVector.zero(SPECIES);
        DoubleVector c40 = DoubleVector.zero(SPECIES);
        DoubleVector c41 = DoubleVector.zero(SPECIES);
        DoubleVector c42 = DoubleVector.zero(SPECIES);
        DoubleVector c43 = DoubleVector.zero(SPECIES);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, w + 2 * L);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, w + 3 * L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
            w += step;
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c02.intoArray(c, y0 + 2 * L);
        c03.intoArray(c, y0 + 3 * L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c12.intoArray(c, y1 + 2 * L);
        c13.intoArray(c, y1 + 3 * L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c22.intoArray(c, y2 + 2 * L);
        c23.intoArray(c, y2 + 3 * L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c32.intoArray(c, y3 + 2 * L);
        c33.intoArray(c, y3 + 3 * L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c42.intoArray(c, y4 + 2 * L);
        c43.intoArray(c, y4 + 3 * L);
    }
}
