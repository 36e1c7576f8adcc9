package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner kernel of sums over pixels: rows of sums are neighbouring elements of a pixel, and the
 * sum walks from pixel to pixel.
 *
 * <p>{@code c[i][j] += sum over pixels t of a[x + place(t) + i] * b[t][j]}, in the order of the
 * pixels. All rows of a tile stand behind one index, so their bounds are checked together.
 */
final class PixelTilesVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
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
     * @param a read; up to 7 elements behind the last row as well
     * @param x where the first row's first pixel stands
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
                tile8x1(a, x + i, pixels, lines, b, w, step, c, to);
            } else if (Lanes.MANY_REGISTERS) {
                tile8x2(a, x + i, pixels, lines, b, w, step, c, to);
            } else {
                tile4x2(a, x + i, pixels, lines, b, w, step, c, to);
            }
        }
    }

    /**
     * The same for rows that stand anywhere: where few of them are neighbours.
     *
     * @param vectors vectors of a row, 1 or 2
     * @param a read
     * @param rows where each row's first pixel stands; filled up with {@link Lanes#filledUp}
     * @param count rows; those that fill the last tile are computed as well
     * @param shift added to where each row's first pixel stands
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
                tile9x1(a, rows, i, shift, pixels, lines, b, w, step, c, to);
            } else if (Lanes.MANY_REGISTERS) {
                tile9x2(a, rows, i, shift, pixels, lines, b, w, step, c, to);
            } else {
                tile4x2(a, rows, i, shift, pixels, lines, b, w, step, c, to);
            }
        }
    }

    private static void tile8x2(double[] a, int x, Pixels pixels, int lines, double[] b, int w,
            int step, double[] c, int y) {
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        int y1 = y + step;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        int y2 = y + 2 * step;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        int y3 = y + 3 * step;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        int y4 = y + 4 * step;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        int y5 = y + 5 * step;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, c, y5 + L);
        int y6 = y + 6 * step;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, c, y6 + L);
        int y7 = y + 7 * step;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        DoubleVector c71 = DoubleVector.fromArray(SPECIES, c, y7 + L);
        int length = pixels.length();
        int column = pixels.column();
        for (int line = 0; line < lines; line++) {
            int pixel = x + line * pixels.line();
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[pixel]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[pixel + 1]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[pixel + 2]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[pixel + 3]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[pixel + 4]);
                c40 = a4.fma(b0, c40);
                c41 = a4.fma(b1, c41);
                DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[pixel + 5]);
                c50 = a5.fma(b0, c50);
                c51 = a5.fma(b1, c51);
                DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[pixel + 6]);
                c60 = a6.fma(b0, c60);
                c61 = a6.fma(b1, c61);
                DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[pixel + 7]);
                c70 = a7.fma(b0, c70);
                c71 = a7.fma(b1, c71);
                w += step;
                pixel += column;
            }
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
    }

    private static void tile8x1(double[] a, int x, Pixels pixels, int lines, double[] b, int w,
            int step, double[] c, int y) {
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        int y1 = y + step;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        int y2 = y + 2 * step;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        int y3 = y + 3 * step;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        int y4 = y + 4 * step;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        int y5 = y + 5 * step;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        int y6 = y + 6 * step;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        int y7 = y + 7 * step;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        int length = pixels.length();
        int column = pixels.column();
        for (int line = 0; line < lines; line++) {
            int pixel = x + line * pixels.line();
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[pixel]);
                c00 = a0.fma(b0, c00);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[pixel + 1]);
                c10 = a1.fma(b0, c10);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[pixel + 2]);
                c20 = a2.fma(b0, c20);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[pixel + 3]);
                c30 = a3.fma(b0, c30);
                DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[pixel + 4]);
                c40 = a4.fma(b0, c40);
                DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[pixel + 5]);
                c50 = a5.fma(b0, c50);
                DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[pixel + 6]);
                c60 = a6.fma(b0, c60);
                DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[pixel + 7]);
                c70 = a7.fma(b0, c70);
                w += step;
                pixel += column;
            }
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

    private static void tile4x2(double[] a, int x, Pixels pixels, int lines, double[] b, int w,
            int step, double[] c, int y) {
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        int y1 = y + step;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        int y2 = y + 2 * step;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        int y3 = y + 3 * step;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        int length = pixels.length();
        int column = pixels.column();
        for (int line = 0; line < lines; line++) {
            int pixel = x + line * pixels.line();
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[pixel]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[pixel + 1]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[pixel + 2]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[pixel + 3]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                w += step;
                pixel += column;
            }
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

    private static void tile9x2(double[] a, int[] rows, int row, int shift, Pixels pixels,
            int lines,
            double[] b, int w, int step, double[] c, int y) {
        int x0 = rows[row];
        int x1 = rows[row + 1];
        int x2 = rows[row + 2];
        int x3 = rows[row + 3];
        int x4 = rows[row + 4];
        int x5 = rows[row + 5];
        int x6 = rows[row + 6];
        int x7 = rows[row + 7];
        int x8 = rows[row + 8];
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        int y1 = y + step;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        int y2 = y + 2 * step;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        int y3 = y + 3 * step;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        int y4 = y + 4 * step;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        int y5 = y + 5 * step;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, c, y5 + L);
        int y6 = y + 6 * step;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, c, y6 + L);
        int y7 = y + 7 * step;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        DoubleVector c71 = DoubleVector.fromArray(SPECIES, c, y7 + L);
        int y8 = y + 8 * step;
        DoubleVector c80 = DoubleVector.fromArray(SPECIES, c, y8);
        DoubleVector c81 = DoubleVector.fromArray(SPECIES, c, y8 + L);
        int length = pixels.length();
        int column = pixels.column();
        for (int line = 0; line < lines; line++) {
            int pixel = shift + line * pixels.line();
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[pixel + x0]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[pixel + x1]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[pixel + x2]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[pixel + x3]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[pixel + x4]);
                c40 = a4.fma(b0, c40);
                c41 = a4.fma(b1, c41);
                DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[pixel + x5]);
                c50 = a5.fma(b0, c50);
                c51 = a5.fma(b1, c51);
                DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[pixel + x6]);
                c60 = a6.fma(b0, c60);
                c61 = a6.fma(b1, c61);
                DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[pixel + x7]);
                c70 = a7.fma(b0, c70);
                c71 = a7.fma(b1, c71);
                DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[pixel + x8]);
                c80 = a8.fma(b0, c80);
                c81 = a8.fma(b1, c81);
                w += step;
                pixel += column;
            }
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

    private static void tile9x1(double[] a, int[] rows, int row, int shift, Pixels pixels,
            int lines,
            double[] b, int w, int step, double[] c, int y) {
        int x0 = rows[row];
        int x1 = rows[row + 1];
        int x2 = rows[row + 2];
        int x3 = rows[row + 3];
        int x4 = rows[row + 4];
        int x5 = rows[row + 5];
        int x6 = rows[row + 6];
        int x7 = rows[row + 7];
        int x8 = rows[row + 8];
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        int y1 = y + step;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        int y2 = y + 2 * step;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        int y3 = y + 3 * step;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        int y4 = y + 4 * step;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        int y5 = y + 5 * step;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        int y6 = y + 6 * step;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        int y7 = y + 7 * step;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        int y8 = y + 8 * step;
        DoubleVector c80 = DoubleVector.fromArray(SPECIES, c, y8);
        int length = pixels.length();
        int column = pixels.column();
        for (int line = 0; line < lines; line++) {
            int pixel = shift + line * pixels.line();
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[pixel + x0]);
                c00 = a0.fma(b0, c00);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[pixel + x1]);
                c10 = a1.fma(b0, c10);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[pixel + x2]);
                c20 = a2.fma(b0, c20);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[pixel + x3]);
                c30 = a3.fma(b0, c30);
                DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[pixel + x4]);
                c40 = a4.fma(b0, c40);
                DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[pixel + x5]);
                c50 = a5.fma(b0, c50);
                DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[pixel + x6]);
                c60 = a6.fma(b0, c60);
                DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[pixel + x7]);
                c70 = a7.fma(b0, c70);
                DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[pixel + x8]);
                c80 = a8.fma(b0, c80);
                w += step;
                pixel += column;
            }
        }
        c00.intoArray(c, y0);
        c10.intoArray(c, y1);
        c20.intoArray(c, y2);
        c30.intoArray(c, y3);
        c40.intoArray(c, y4);
        c50.intoArray(c, y5);
        c60.intoArray(c, y6);
        c70.intoArray(c, y7);
        c80.intoArray(c, y8);
    }

    private static void tile4x2(double[] a, int[] rows, int row, int shift, Pixels pixels,
            int lines,
            double[] b, int w, int step, double[] c, int y) {
        int x0 = rows[row];
        int x1 = rows[row + 1];
        int x2 = rows[row + 2];
        int x3 = rows[row + 3];
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        int y1 = y + step;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        int y2 = y + 2 * step;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        int y3 = y + 3 * step;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        int length = pixels.length();
        int column = pixels.column();
        for (int line = 0; line < lines; line++) {
            int pixel = shift + line * pixels.line();
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[pixel + x0]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[pixel + x1]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[pixel + x2]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[pixel + x3]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                w += step;
                pixel += column;
            }
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
