package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner kernel where lanes are neighbouring pixels and rows are a few channels: factors of a row
 * stand side by side, and what they are multiplied with is looked up.
 *
 * <p>{@code c[i][j] += sum over t of a[rows[i] + shift + t] * b[w + places[t] + j]}, t ascending.
 */
final class PlaneTilesVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
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
     * @param places where the vectors of each product stand in b
     * @param c added to: rows of some vectors
     * @param y where the first of them stands
     */
    static void multiply(int vectors, double[] a, int[] rows, int shift, double[] b, int w,
            int[] places, double[] c, int y) {
        int pitch = vectors * L;
        switch (vectors) {
            case 1 -> tile7x1(a, rows, shift, b, w, places, c, y, pitch);
            case 2 -> tile7x2(a, rows, shift, b, w, places, c, y, pitch);
            default -> tile3x4(a, rows, shift, b, w, places, c, y, pitch);
        }
    }

    private static void tile3x4(double[] a, int[] rows, int shift, double[] b, int w,
            int[] places, double[] c, int y, int pitch) {
        int x0 = rows[0] + shift;
        int x1 = rows[1] + shift;
        int x2 = rows[2] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, c, y0 + 2 * L);
        DoubleVector c03 = DoubleVector.fromArray(SPECIES, c, y0 + 3 * L);
        int y1 = y + pitch;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        DoubleVector c12 = DoubleVector.fromArray(SPECIES, c, y1 + 2 * L);
        DoubleVector c13 = DoubleVector.fromArray(SPECIES, c, y1 + 3 * L);
        int y2 = y + 2 * pitch;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        DoubleVector c22 = DoubleVector.fromArray(SPECIES, c, y2 + 2 * L);
        DoubleVector c23 = DoubleVector.fromArray(SPECIES, c, y2 + 3 * L);
        for (int t = 0; t < places.length; t++) {
            int place = w + places[t];
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, place);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, place + L);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, place + 2 * L);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, place + 3 * L);
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
    }

    private static void tile7x2(double[] a, int[] rows, int shift, double[] b, int w,
            int[] places, double[] c, int y, int pitch) {
        int x0 = rows[0] + shift;
        int x1 = rows[1] + shift;
        int x2 = rows[2] + shift;
        int x3 = rows[3] + shift;
        int x4 = rows[4] + shift;
        int x5 = rows[5] + shift;
        int x6 = rows[6] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        int y1 = y + pitch;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        int y2 = y + 2 * pitch;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        int y3 = y + 3 * pitch;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        int y4 = y + 4 * pitch;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        int y5 = y + 5 * pitch;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, c, y5 + L);
        int y6 = y + 6 * pitch;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, c, y6 + L);
        for (int t = 0; t < places.length; t++) {
            int place = w + places[t];
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, place);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, place + L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
            c60 = a6.fma(b0, c60);
            c61 = a6.fma(b1, c61);
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c50.intoArray(c, y5);
        c51.intoArray(c, y5 + L);
        c60.intoArray(c, y6);
        c61.intoArray(c, y6 + L);
    }

    private static void tile7x1(double[] a, int[] rows, int shift, double[] b, int w,
            int[] places, double[] c, int y, int pitch) {
        int x0 = rows[0] + shift;
        int x1 = rows[1] + shift;
        int x2 = rows[2] + shift;
        int x3 = rows[3] + shift;
        int x4 = rows[4] + shift;
        int x5 = rows[5] + shift;
        int x6 = rows[6] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        int y1 = y + pitch;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        int y2 = y + 2 * pitch;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        int y3 = y + 3 * pitch;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        int y4 = y + 4 * pitch;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        int y5 = y + 5 * pitch;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        int y6 = y + 6 * pitch;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        for (int t = 0; t < places.length; t++) {
            int place = w + places[t];
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, place);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
            c50 = a5.fma(b0, c50);
            DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
            c60 = a6.fma(b0, c60);
        }
        c00.intoArray(c, y0);
        c10.intoArray(c, y1);
        c20.intoArray(c, y2);
        c30.intoArray(c, y3);
        c40.intoArray(c, y4);
        c50.intoArray(c, y5);
        c60.intoArray(c, y6);
    }
}
