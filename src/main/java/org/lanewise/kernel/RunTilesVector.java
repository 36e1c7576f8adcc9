package org.lanewise.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner kernel of most passes: rows of sums whose factors stand side by side. A tile of some
 * rows and vectors is held in registers while a run of products is added.
 *
 * <p>{@code c[i][j] += sum over t of a[rows[i] + shift + t] * b[t][j]}, t ascending, where j counts
 * the lanes of some vectors. A tile of m rows and v vectors needs m v accumulators, v vectors of b
 * and up to m broadcasts, because the compiler starts the broadcasts of a turn together. The step
 * through b is a variable on purpose, and places in c are looked up: were they constants, the
 * compiler would unroll the loop or move the accumulators out of the registers.
 */
final class RunTilesVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = Lanes.COUNT;

    /** Where the rows of a tile stand that follow one another, by their vectors. */
    private static final int[][] SIDE_BY_SIDE = sideBySide();

    private RunTilesVector() {}

    private static int[][] sideBySide() {
        int[][] places = new int[5][];
        for (int vectors = 1; vectors < places.length; vectors++) {
            int pitch = vectors * L;
            places[vectors] = new int[Lanes.tileRows(vectors)];
            Arrays.setAll(places[vectors], row -> row * pitch);
        }
        return places;
    }

    /**
     * Adds a run to some rows of sums that stand side by side.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks} cuts them
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param from first row
     * @param to behind the last row; those that fill the last tile are computed as well
     * @param shift added to every row's beginning
     * @param b read, some vectors at a time
     * @param w where b begins
     * @param step from one element of the run to the next, in b
     * @param length elements of the run
     * @param c added to: rows of some vectors
     * @param y where the first of them stands
     */
    static void multiply(int vectors, double[] a, int[] rows, int from, int to, int shift,
            double[] b, int w, int step, int length, double[] c, int y) {
        int tile = Lanes.tileRows(vectors);
        int place = y;
        for (int row = from; row < to; row += tile) {
            tile(vectors, a, rows, row, shift, b, w, step, length, c, SIDE_BY_SIDE[vectors], 0,
                    place);
            place += tile * vectors * L;
        }
    }

    /**
     * Adds a run to some rows of sums that stand anywhere.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks} cuts them
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param from first row
     * @param to behind the last row: the end of a tile or of all rows
     * @param shift added to every row's beginning
     * @param b read, some vectors at a time
     * @param w where b begins
     * @param step from one element of the run to the next, in b
     * @param length elements of the run
     * @param c added to
     * @param out where each row of sums stands; filled up like the rows
     * @param y added to where each row of sums stands
     */
    static void multiply(int vectors, double[] a, int[] rows, int from, int to, int shift,
            double[] b, int w, int step, int length, double[] c, int[] out, int y) {
        int tile = Lanes.tileRows(vectors);
        for (int row = from; row < to; row += tile) {
            tile(vectors, a, rows, row, shift, b, w, step, length, c, out, row, y);
        }
    }

    private static void tile(int vectors, double[] a, int[] rows, int row, int shift, double[] b,
            int w, int step, int length, double[] c, int[] out, int place, int y) {
        switch (vectors) {
            case 1 -> tile8x1(a, rows, row, shift, b, w, step, length, c, out, place, y);
            case 2 -> {
                if (Lanes.MANY_REGISTERS) {
                    tile9x2(a, rows, row, shift, b, w, step, length, c, out, place, y);
                } else {
                    tile4x2(a, rows, row, shift, b, w, step, length, c, out, place, y);
                }
            }
            case 3 -> tile7x3(a, rows, row, shift, b, w, step, length, c, out, place, y);
            default -> tile5x4(a, rows, row, shift, b, w, step, length, c, out, place, y);
        }
    }

    private static void tile5x4(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] c, int[] out, int place, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int y0 = out[place] + y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, c, y0 + 2 * L);
        DoubleVector c03 = DoubleVector.fromArray(SPECIES, c, y0 + 3 * L);
        int y1 = out[place + 1] + y;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        DoubleVector c12 = DoubleVector.fromArray(SPECIES, c, y1 + 2 * L);
        DoubleVector c13 = DoubleVector.fromArray(SPECIES, c, y1 + 3 * L);
        int y2 = out[place + 2] + y;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        DoubleVector c22 = DoubleVector.fromArray(SPECIES, c, y2 + 2 * L);
        DoubleVector c23 = DoubleVector.fromArray(SPECIES, c, y2 + 3 * L);
        int y3 = out[place + 3] + y;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        DoubleVector c32 = DoubleVector.fromArray(SPECIES, c, y3 + 2 * L);
        DoubleVector c33 = DoubleVector.fromArray(SPECIES, c, y3 + 3 * L);
        int y4 = out[place + 4] + y;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        DoubleVector c42 = DoubleVector.fromArray(SPECIES, c, y4 + 2 * L);
        DoubleVector c43 = DoubleVector.fromArray(SPECIES, c, y4 + 3 * L);
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

    private static void tile7x3(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] c, int[] out, int place, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int y0 = out[place] + y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, c, y0 + 2 * L);
        int y1 = out[place + 1] + y;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        DoubleVector c12 = DoubleVector.fromArray(SPECIES, c, y1 + 2 * L);
        int y2 = out[place + 2] + y;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        DoubleVector c22 = DoubleVector.fromArray(SPECIES, c, y2 + 2 * L);
        int y3 = out[place + 3] + y;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        DoubleVector c32 = DoubleVector.fromArray(SPECIES, c, y3 + 2 * L);
        int y4 = out[place + 4] + y;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        DoubleVector c42 = DoubleVector.fromArray(SPECIES, c, y4 + 2 * L);
        int y5 = out[place + 5] + y;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, c, y5 + L);
        DoubleVector c52 = DoubleVector.fromArray(SPECIES, c, y5 + 2 * L);
        int y6 = out[place + 6] + y;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, c, y6 + L);
        DoubleVector c62 = DoubleVector.fromArray(SPECIES, c, y6 + 2 * L);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, w + 2 * L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
            DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
            c60 = a6.fma(b0, c60);
            c61 = a6.fma(b1, c61);
            c62 = a6.fma(b2, c62);
            w += step;
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c02.intoArray(c, y0 + 2 * L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c12.intoArray(c, y1 + 2 * L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c22.intoArray(c, y2 + 2 * L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c32.intoArray(c, y3 + 2 * L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c42.intoArray(c, y4 + 2 * L);
        c50.intoArray(c, y5);
        c51.intoArray(c, y5 + L);
        c52.intoArray(c, y5 + 2 * L);
        c60.intoArray(c, y6);
        c61.intoArray(c, y6 + L);
        c62.intoArray(c, y6 + 2 * L);
    }

    private static void tile9x2(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] c, int[] out, int place, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int x7 = rows[row + 7] + shift;
        int x8 = rows[row + 8] + shift;
        int y0 = out[place] + y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        int y1 = out[place + 1] + y;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        int y2 = out[place + 2] + y;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        int y3 = out[place + 3] + y;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        int y4 = out[place + 4] + y;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        int y5 = out[place + 5] + y;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, c, y5 + L);
        int y6 = out[place + 6] + y;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, c, y6 + L);
        int y7 = out[place + 7] + y;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        DoubleVector c71 = DoubleVector.fromArray(SPECIES, c, y7 + L);
        int y8 = out[place + 8] + y;
        DoubleVector c80 = DoubleVector.fromArray(SPECIES, c, y8);
        DoubleVector c81 = DoubleVector.fromArray(SPECIES, c, y8 + L);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
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
            DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[x7 + t]);
            c70 = a7.fma(b0, c70);
            c71 = a7.fma(b1, c71);
            DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[x8 + t]);
            c80 = a8.fma(b0, c80);
            c81 = a8.fma(b1, c81);
            w += step;
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
        c70.intoArray(c, y7);
        c71.intoArray(c, y7 + L);
        c80.intoArray(c, y8);
        c81.intoArray(c, y8 + L);
    }

    private static void tile8x1(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] c, int[] out, int place, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int x7 = rows[row + 7] + shift;
        int y0 = out[place] + y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        int y1 = out[place + 1] + y;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        int y2 = out[place + 2] + y;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        int y3 = out[place + 3] + y;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        int y4 = out[place + 4] + y;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        int y5 = out[place + 5] + y;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        int y6 = out[place + 6] + y;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        int y7 = out[place + 7] + y;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
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
            DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[x7 + t]);
            c70 = a7.fma(b0, c70);
            w += step;
        }
        c00.intoArray(c, y0);
        c10.intoArray(c, y1);
        c20.intoArray(c, y2);
        c30.intoArray(c, y3);
        c40.intoArray(c, y4);
        c50.intoArray(c, y5);
        c60.intoArray(c, y6);
        c70.intoArray(c, y7);
    }

    private static void tile4x2(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] c, int[] out, int place, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int y0 = out[place] + y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        int y1 = out[place + 1] + y;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        int y2 = out[place + 2] + y;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        int y3 = out[place + 3] + y;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
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
            w += step;
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
    }
}
