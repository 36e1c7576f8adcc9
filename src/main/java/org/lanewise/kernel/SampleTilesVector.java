package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner kernel where lanes are samples: what is multiplied with a factor stands side by side for
 * all samples of a block, so even a single channel fills whole vectors, and at one pixel all lanes
 * meet the same taps.
 *
 * <p>{@code c[i][j] = sum over r, t of a[x + i * pitch + r * down + t] * b[w + r * up + t * step + j]},
 * r ascending and t ascending within, where j counts the lanes of some vectors.
 */
final class SampleTilesVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = Lanes.COUNT;

    private static final int FEW_ROWS = 3;
    private static final int MANY_ROWS = 6;

    private SampleTilesVector() {}

    /** Rows of a tile, where there are some channels. */
    static int rows(int channels) {
        return channels == 1
                ? 1
                : Lanes.MANY_REGISTERS && channels > FEW_ROWS && channels <= MANY_ROWS
                        ? MANY_ROWS
                        : FEW_ROWS;
    }

    /** Vectors of a row, in a tile of some rows. */
    static int vectors(int rows) {
        return rows == 1 || rows == FEW_ROWS && Lanes.MANY_REGISTERS ? 4 : 2;
    }

    /**
     * Computes the whole sums of a tile.
     *
     * @param rows rows of the tile
     * @param a read, one element at a time
     * @param x where the first row's factors begin
     * @param pitch from one row's factors to the next row's
     * @param down from one line of factors to the next
     * @param b read, some vectors at a time
     * @param w where what the first line meets begins
     * @param up from there to what the next line meets
     * @param step from what one factor meets to the next, in b
     * @param lines lines of factors, perhaps none
     * @param length factors of a line, perhaps none
     * @param c overwritten
     * @param y where the first row of sums stands
     * @param row from one row of sums to the next
     */
    static void multiply(int rows, double[] a, int x, int pitch, int down, double[] b, int w,
            int up, int step, int lines, int length, double[] c, int y, int row) {
        if (rows == 1) {
            tile1x4(a, x, down, b, w, up, step, lines, length, c, y);
        } else if (rows == MANY_ROWS) {
            tile6x2(a, x, pitch, down, b, w, up, step, lines, length, c, y, row);
        } else if (Lanes.MANY_REGISTERS) {
            tile3x4(a, x, pitch, down, b, w, up, step, lines, length, c, y, row);
        } else {
            tile3x2(a, x, pitch, down, b, w, up, step, lines, length, c, y, row);
        }
    }

    private static void tile3x4(double[] a, int x, int pitch, int down, double[] b, int w, int up,
            int step, int lines, int length, double[] c, int y, int row) {
        int x0 = x;
        int x1 = x + pitch;
        int x2 = x + 2 * pitch;
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
        int back = up - length * step;
        for (int line = 0; line < lines; line++) {
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
                w += step;
            }
            w += back;
            x0 += down;
            x1 += down;
            x2 += down;
        }
        int y0 = y;
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c02.intoArray(c, y0 + 2 * L);
        c03.intoArray(c, y0 + 3 * L);
        int y1 = y + row;
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c12.intoArray(c, y1 + 2 * L);
        c13.intoArray(c, y1 + 3 * L);
        int y2 = y + 2 * row;
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c22.intoArray(c, y2 + 2 * L);
        c23.intoArray(c, y2 + 3 * L);
    }

    private static void tile6x2(double[] a, int x, int pitch, int down, double[] b, int w, int up,
            int step, int lines, int length, double[] c, int y, int row) {
        int x0 = x;
        int x1 = x + pitch;
        int x2 = x + 2 * pitch;
        int x3 = x + 3 * pitch;
        int x4 = x + 4 * pitch;
        int x5 = x + 5 * pitch;
        DoubleVector c00 = DoubleVector.zero(SPECIES);
        DoubleVector c01 = DoubleVector.zero(SPECIES);
        DoubleVector c10 = DoubleVector.zero(SPECIES);
        DoubleVector c11 = DoubleVector.zero(SPECIES);
        DoubleVector c20 = DoubleVector.zero(SPECIES);
        DoubleVector c21 = DoubleVector.zero(SPECIES);
        DoubleVector c30 = DoubleVector.zero(SPECIES);
        DoubleVector c31 = DoubleVector.zero(SPECIES);
        DoubleVector c40 = DoubleVector.zero(SPECIES);
        DoubleVector c41 = DoubleVector.zero(SPECIES);
        DoubleVector c50 = DoubleVector.zero(SPECIES);
        DoubleVector c51 = DoubleVector.zero(SPECIES);
        int back = up - length * step;
        for (int line = 0; line < lines; line++) {
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
                w += step;
            }
            w += back;
            x0 += down;
            x1 += down;
            x2 += down;
            x3 += down;
            x4 += down;
            x5 += down;
        }
        int y0 = y;
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        int y1 = y + row;
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        int y2 = y + 2 * row;
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        int y3 = y + 3 * row;
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        int y4 = y + 4 * row;
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        int y5 = y + 5 * row;
        c50.intoArray(c, y5);
        c51.intoArray(c, y5 + L);
    }

    private static void tile3x2(double[] a, int x, int pitch, int down, double[] b, int w, int up,
            int step, int lines, int length, double[] c, int y, int row) {
        int x0 = x;
        int x1 = x + pitch;
        int x2 = x + 2 * pitch;
        DoubleVector c00 = DoubleVector.zero(SPECIES);
        DoubleVector c01 = DoubleVector.zero(SPECIES);
        DoubleVector c10 = DoubleVector.zero(SPECIES);
        DoubleVector c11 = DoubleVector.zero(SPECIES);
        DoubleVector c20 = DoubleVector.zero(SPECIES);
        DoubleVector c21 = DoubleVector.zero(SPECIES);
        int back = up - length * step;
        for (int line = 0; line < lines; line++) {
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
                w += step;
            }
            w += back;
            x0 += down;
            x1 += down;
            x2 += down;
        }
        int y0 = y;
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        int y1 = y + row;
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        int y2 = y + 2 * row;
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
    }

    private static void tile1x4(double[] a, int x, int down, double[] b, int w, int up, int step,
            int lines, int length, double[] c, int y) {
        DoubleVector c00 = DoubleVector.zero(SPECIES);
        DoubleVector c01 = DoubleVector.zero(SPECIES);
        DoubleVector c02 = DoubleVector.zero(SPECIES);
        DoubleVector c03 = DoubleVector.zero(SPECIES);
        int back = up - length * step;
        for (int line = 0; line < lines; line++) {
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, w + 2 * L);
                DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, w + 3 * L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x + t]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                c02 = a0.fma(b2, c02);
                c03 = a0.fma(b3, c03);
                w += step;
            }
            w += back;
            x += down;
        }
        c00.intoArray(c, y);
        c01.intoArray(c, y + L);
        c02.intoArray(c, y + 2 * L);
        c03.intoArray(c, y + 3 * L);
    }
}
