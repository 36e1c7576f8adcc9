package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernel.PixelTilesVector.Pixels;

/**
 * The inner kernels where the pixels of a line stand side by side, as in an image that was not
 * reordered: what is multiplied stands at constant distances, so that bounds are checked together.
 */
final class LineTilesVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
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
     * @param a read, up to a tile behind the last pixel as well
     * @param x where the first pixel begins
     * @param pixels how many, at most {@link #MOST_PIXELS}
     * @param taps where the factors stand, from a pixel's beginning
     * @param b read, a vector at a time: rows of some vectors
     * @param w where b begins
     * @param start read: what the sums of every pixel begin with
     * @param at where start begins
     * @param c overwritten: rows of some vectors, those that only fill the last tile as well
     * @param first where the first of them stands
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
     * @param taps where the factors stand, from a pixel's beginning
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
                tile8x1(a, x, taps, b, w, step, start, at, floor, c, y, pitch);
            case MANY_PIXELS ->
                tile14x1(a, x, taps, b, w, step, start, at, floor, c, y, pitch);
            case 9 -> tile9x2(a, x, taps, b, w, step, start, at, floor, c, y, pitch);
            case 4 -> tile4x2(a, x, taps, b, w, step, start, at, floor, c, y, pitch);
            default -> tile5x4(a, x, taps, b, w, step, start, at, floor, c, y, pitch);
        }
    }

    private static void tile5x4(double[] a, int x, int[] taps, double[] b, int w, int step,
            double[] start, int at, double floor, double[] c, int y, int pitch) {
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, start, at);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, start, at + L);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, start, at + 2 * L);
        DoubleVector c03 = DoubleVector.fromArray(SPECIES, start, at + 3 * L);
        DoubleVector c10 = c00;
        DoubleVector c11 = c01;
        DoubleVector c12 = c02;
        DoubleVector c13 = c03;
        DoubleVector c20 = c00;
        DoubleVector c21 = c01;
        DoubleVector c22 = c02;
        DoubleVector c23 = c03;
        DoubleVector c30 = c00;
        DoubleVector c31 = c01;
        DoubleVector c32 = c02;
        DoubleVector c33 = c03;
        DoubleVector c40 = c00;
        DoubleVector c41 = c01;
        DoubleVector c42 = c02;
        DoubleVector c43 = c03;
        for (int tap : taps) {
            int pixel = x + tap;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, w + 2 * L);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, w + 3 * L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[pixel]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[pixel + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[pixel + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[pixel + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[pixel + 4]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
            w += step;
        }
        int y0 = y;
        c00.blend(0.0, c00.compare(VectorOperators.LE, floor)).intoArray(c, y0);
        c01.blend(0.0, c01.compare(VectorOperators.LE, floor)).intoArray(c, y0 + L);
        c02.blend(0.0, c02.compare(VectorOperators.LE, floor)).intoArray(c, y0 + 2 * L);
        c03.blend(0.0, c03.compare(VectorOperators.LE, floor)).intoArray(c, y0 + 3 * L);
        int y1 = y + pitch;
        c10.blend(0.0, c10.compare(VectorOperators.LE, floor)).intoArray(c, y1);
        c11.blend(0.0, c11.compare(VectorOperators.LE, floor)).intoArray(c, y1 + L);
        c12.blend(0.0, c12.compare(VectorOperators.LE, floor)).intoArray(c, y1 + 2 * L);
        c13.blend(0.0, c13.compare(VectorOperators.LE, floor)).intoArray(c, y1 + 3 * L);
        int y2 = y + 2 * pitch;
        c20.blend(0.0, c20.compare(VectorOperators.LE, floor)).intoArray(c, y2);
        c21.blend(0.0, c21.compare(VectorOperators.LE, floor)).intoArray(c, y2 + L);
        c22.blend(0.0, c22.compare(VectorOperators.LE, floor)).intoArray(c, y2 + 2 * L);
        c23.blend(0.0, c23.compare(VectorOperators.LE, floor)).intoArray(c, y2 + 3 * L);
        int y3 = y + 3 * pitch;
        c30.blend(0.0, c30.compare(VectorOperators.LE, floor)).intoArray(c, y3);
        c31.blend(0.0, c31.compare(VectorOperators.LE, floor)).intoArray(c, y3 + L);
        c32.blend(0.0, c32.compare(VectorOperators.LE, floor)).intoArray(c, y3 + 2 * L);
        c33.blend(0.0, c33.compare(VectorOperators.LE, floor)).intoArray(c, y3 + 3 * L);
        int y4 = y + 4 * pitch;
        c40.blend(0.0, c40.compare(VectorOperators.LE, floor)).intoArray(c, y4);
        c41.blend(0.0, c41.compare(VectorOperators.LE, floor)).intoArray(c, y4 + L);
        c42.blend(0.0, c42.compare(VectorOperators.LE, floor)).intoArray(c, y4 + 2 * L);
        c43.blend(0.0, c43.compare(VectorOperators.LE, floor)).intoArray(c, y4 + 3 * L);
    }

    private static void tile9x2(double[] a, int x, int[] taps, double[] b, int w, int step,
            double[] start, int at, double floor, double[] c, int y, int pitch) {
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, start, at);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, start, at + L);
        DoubleVector c10 = c00;
        DoubleVector c11 = c01;
        DoubleVector c20 = c00;
        DoubleVector c21 = c01;
        DoubleVector c30 = c00;
        DoubleVector c31 = c01;
        DoubleVector c40 = c00;
        DoubleVector c41 = c01;
        DoubleVector c50 = c00;
        DoubleVector c51 = c01;
        DoubleVector c60 = c00;
        DoubleVector c61 = c01;
        DoubleVector c70 = c00;
        DoubleVector c71 = c01;
        DoubleVector c80 = c00;
        DoubleVector c81 = c01;
        for (int tap : taps) {
            int pixel = x + tap;
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
            DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[pixel + 8]);
            c80 = a8.fma(b0, c80);
            c81 = a8.fma(b1, c81);
            w += step;
        }
        int y0 = y;
        c00.blend(0.0, c00.compare(VectorOperators.LE, floor)).intoArray(c, y0);
        c01.blend(0.0, c01.compare(VectorOperators.LE, floor)).intoArray(c, y0 + L);
        int y1 = y + pitch;
        c10.blend(0.0, c10.compare(VectorOperators.LE, floor)).intoArray(c, y1);
        c11.blend(0.0, c11.compare(VectorOperators.LE, floor)).intoArray(c, y1 + L);
        int y2 = y + 2 * pitch;
        c20.blend(0.0, c20.compare(VectorOperators.LE, floor)).intoArray(c, y2);
        c21.blend(0.0, c21.compare(VectorOperators.LE, floor)).intoArray(c, y2 + L);
        int y3 = y + 3 * pitch;
        c30.blend(0.0, c30.compare(VectorOperators.LE, floor)).intoArray(c, y3);
        c31.blend(0.0, c31.compare(VectorOperators.LE, floor)).intoArray(c, y3 + L);
        int y4 = y + 4 * pitch;
        c40.blend(0.0, c40.compare(VectorOperators.LE, floor)).intoArray(c, y4);
        c41.blend(0.0, c41.compare(VectorOperators.LE, floor)).intoArray(c, y4 + L);
        int y5 = y + 5 * pitch;
        c50.blend(0.0, c50.compare(VectorOperators.LE, floor)).intoArray(c, y5);
        c51.blend(0.0, c51.compare(VectorOperators.LE, floor)).intoArray(c, y5 + L);
        int y6 = y + 6 * pitch;
        c60.blend(0.0, c60.compare(VectorOperators.LE, floor)).intoArray(c, y6);
        c61.blend(0.0, c61.compare(VectorOperators.LE, floor)).intoArray(c, y6 + L);
        int y7 = y + 7 * pitch;
        c70.blend(0.0, c70.compare(VectorOperators.LE, floor)).intoArray(c, y7);
        c71.blend(0.0, c71.compare(VectorOperators.LE, floor)).intoArray(c, y7 + L);
        int y8 = y + 8 * pitch;
        c80.blend(0.0, c80.compare(VectorOperators.LE, floor)).intoArray(c, y8);
        c81.blend(0.0, c81.compare(VectorOperators.LE, floor)).intoArray(c, y8 + L);
    }

    private static void tile4x2(double[] a, int x, int[] taps, double[] b, int w, int step,
            double[] start, int at, double floor, double[] c, int y, int pitch) {
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, start, at);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, start, at + L);
        DoubleVector c10 = c00;
        DoubleVector c11 = c01;
        DoubleVector c20 = c00;
        DoubleVector c21 = c01;
        DoubleVector c30 = c00;
        DoubleVector c31 = c01;
        for (int tap : taps) {
            int pixel = x + tap;
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
        }
        int y0 = y;
        c00.blend(0.0, c00.compare(VectorOperators.LE, floor)).intoArray(c, y0);
        c01.blend(0.0, c01.compare(VectorOperators.LE, floor)).intoArray(c, y0 + L);
        int y1 = y + pitch;
        c10.blend(0.0, c10.compare(VectorOperators.LE, floor)).intoArray(c, y1);
        c11.blend(0.0, c11.compare(VectorOperators.LE, floor)).intoArray(c, y1 + L);
        int y2 = y + 2 * pitch;
        c20.blend(0.0, c20.compare(VectorOperators.LE, floor)).intoArray(c, y2);
        c21.blend(0.0, c21.compare(VectorOperators.LE, floor)).intoArray(c, y2 + L);
        int y3 = y + 3 * pitch;
        c30.blend(0.0, c30.compare(VectorOperators.LE, floor)).intoArray(c, y3);
        c31.blend(0.0, c31.compare(VectorOperators.LE, floor)).intoArray(c, y3 + L);
    }

    private static void tile14x1(double[] a, int x, int[] taps, double[] b, int w, int step,
            double[] start, int at, double floor, double[] c, int y, int pitch) {
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, start, at);
        DoubleVector c10 = c00;
        DoubleVector c20 = c00;
        DoubleVector c30 = c00;
        DoubleVector c40 = c00;
        DoubleVector c50 = c00;
        DoubleVector c60 = c00;
        DoubleVector c70 = c00;
        DoubleVector c80 = c00;
        DoubleVector c90 = c00;
        DoubleVector c100 = c00;
        DoubleVector c110 = c00;
        DoubleVector c120 = c00;
        DoubleVector c130 = c00;
        for (int tap : taps) {
            int pixel = x + tap;
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
            DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[pixel + 8]);
            c80 = a8.fma(b0, c80);
            DoubleVector a9 = DoubleVector.broadcast(SPECIES, a[pixel + 9]);
            c90 = a9.fma(b0, c90);
            DoubleVector a10 = DoubleVector.broadcast(SPECIES, a[pixel + 10]);
            c100 = a10.fma(b0, c100);
            DoubleVector a11 = DoubleVector.broadcast(SPECIES, a[pixel + 11]);
            c110 = a11.fma(b0, c110);
            DoubleVector a12 = DoubleVector.broadcast(SPECIES, a[pixel + 12]);
            c120 = a12.fma(b0, c120);
            DoubleVector a13 = DoubleVector.broadcast(SPECIES, a[pixel + 13]);
            c130 = a13.fma(b0, c130);
            w += step;
        }
        c00.blend(0.0, c00.compare(VectorOperators.LE, floor)).intoArray(c, y);
        c10.blend(0.0, c10.compare(VectorOperators.LE, floor)).intoArray(c, y + pitch);
        c20.blend(0.0, c20.compare(VectorOperators.LE, floor)).intoArray(c, y + 2 * pitch);
        c30.blend(0.0, c30.compare(VectorOperators.LE, floor)).intoArray(c, y + 3 * pitch);
        c40.blend(0.0, c40.compare(VectorOperators.LE, floor)).intoArray(c, y + 4 * pitch);
        c50.blend(0.0, c50.compare(VectorOperators.LE, floor)).intoArray(c, y + 5 * pitch);
        c60.blend(0.0, c60.compare(VectorOperators.LE, floor)).intoArray(c, y + 6 * pitch);
        c70.blend(0.0, c70.compare(VectorOperators.LE, floor)).intoArray(c, y + 7 * pitch);
        c80.blend(0.0, c80.compare(VectorOperators.LE, floor)).intoArray(c, y + 8 * pitch);
        c90.blend(0.0, c90.compare(VectorOperators.LE, floor)).intoArray(c, y + 9 * pitch);
        c100.blend(0.0, c100.compare(VectorOperators.LE, floor)).intoArray(c, y + 10 * pitch);
        c110.blend(0.0, c110.compare(VectorOperators.LE, floor)).intoArray(c, y + 11 * pitch);
        c120.blend(0.0, c120.compare(VectorOperators.LE, floor)).intoArray(c, y + 12 * pitch);
        c130.blend(0.0, c130.compare(VectorOperators.LE, floor)).intoArray(c, y + 13 * pitch);
    }

    private static void tile8x1(double[] a, int x, int[] taps, double[] b, int w, int step,
            double[] start, int at, double floor, double[] c, int y, int pitch) {
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, start, at);
        DoubleVector c10 = c00;
        DoubleVector c20 = c00;
        DoubleVector c30 = c00;
        DoubleVector c40 = c00;
        DoubleVector c50 = c00;
        DoubleVector c60 = c00;
        DoubleVector c70 = c00;
        for (int tap : taps) {
            int pixel = x + tap;
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
        }
        c00.blend(0.0, c00.compare(VectorOperators.LE, floor)).intoArray(c, y);
        c10.blend(0.0, c10.compare(VectorOperators.LE, floor)).intoArray(c, y + pitch);
        c20.blend(0.0, c20.compare(VectorOperators.LE, floor)).intoArray(c, y + 2 * pitch);
        c30.blend(0.0, c30.compare(VectorOperators.LE, floor)).intoArray(c, y + 3 * pitch);
        c40.blend(0.0, c40.compare(VectorOperators.LE, floor)).intoArray(c, y + 4 * pitch);
        c50.blend(0.0, c50.compare(VectorOperators.LE, floor)).intoArray(c, y + 5 * pitch);
        c60.blend(0.0, c60.compare(VectorOperators.LE, floor)).intoArray(c, y + 6 * pitch);
        c70.blend(0.0, c70.compare(VectorOperators.LE, floor)).intoArray(c, y + 7 * pitch);
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
     * @param rows where each row's first pixel stands
     * @param first the first row
     * @param shift added to where each row's first pixel stands
     * @param pixels which pixels: {@code column} from one to the next in b, {@code line} from one
     *        line to the next in a
     * @param lines how many lines of them
     * @param next from one line to the next in b
     * @param b read: vectors of neighbours, of which only those that are wanted need mean anything
     * @param w where the first pixel stands in b
     * @param c added to: rows of some vectors
     * @param y where the first of them stands
     */
    static void addLines(int vectors, int tile, double[] a, int[] rows, int first, int shift,
            Pixels pixels, int lines, int next, double[] b, int w, double[] c, int y) {
        int step = vectors * L;
        switch (10 * tile + vectors) {
            case 131 -> sums13x1(a, rows, first, shift, pixels, lines, next, b, w, step, c, y);
            case 91 -> sums9x1(a, rows, first, shift, pixels, lines, next, b, w, step, c, y);
            case 92 -> sums9x2(a, rows, first, shift, pixels, lines, next, b, w, step, c, y);
            default -> sums4x2(a, rows, first, shift, pixels, lines, next, b, w, step, c, y);
        }
    }

    private static void sums9x2(double[] a, int[] rows, int row, int shift,
            Pixels pixels, int lines, int next, double[] b, int w, int step, double[] c, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int x7 = rows[row + 7] + shift;
        int x8 = rows[row + 8] + shift;
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
        int y9 = y + 9 * step;
        DoubleVector c90 = DoubleVector.fromArray(SPECIES, c, y9);
        DoubleVector c91 = DoubleVector.fromArray(SPECIES, c, y9 + L);
        int length = pixels.length();
        int column = pixels.column();
        int down = pixels.line();
        int back = next - length * column;
        for (int line = 0; line < lines; line++) {
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                c90 = c90.add(b0);
                c91 = c91.add(b1);
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
                w += column;
            }
            w += back;
            x0 += down;
            x1 += down;
            x2 += down;
            x3 += down;
            x4 += down;
            x5 += down;
            x6 += down;
            x7 += down;
            x8 += down;
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
        c90.intoArray(c, y9);
        c91.intoArray(c, y9 + L);
    }

    private static void sums4x2(double[] a, int[] rows, int row, int shift,
            Pixels pixels, int lines, int next, double[] b, int w, int step, double[] c, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
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
        int length = pixels.length();
        int column = pixels.column();
        int down = pixels.line();
        int back = next - length * column;
        for (int line = 0; line < lines; line++) {
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                c40 = c40.add(b0);
                c41 = c41.add(b1);
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
                w += column;
            }
            w += back;
            x0 += down;
            x1 += down;
            x2 += down;
            x3 += down;
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
    }

    private static void sums13x1(double[] a, int[] rows, int row, int shift,
            Pixels pixels, int lines, int next, double[] b, int w, int step, double[] c, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int x7 = rows[row + 7] + shift;
        int x8 = rows[row + 8] + shift;
        int x9 = rows[row + 9] + shift;
        int x10 = rows[row + 10] + shift;
        int x11 = rows[row + 11] + shift;
        int x12 = rows[row + 12] + shift;
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
        int y9 = y + 9 * step;
        DoubleVector c90 = DoubleVector.fromArray(SPECIES, c, y9);
        int y10 = y + 10 * step;
        DoubleVector c100 = DoubleVector.fromArray(SPECIES, c, y10);
        int y11 = y + 11 * step;
        DoubleVector c110 = DoubleVector.fromArray(SPECIES, c, y11);
        int y12 = y + 12 * step;
        DoubleVector c120 = DoubleVector.fromArray(SPECIES, c, y12);
        int y13 = y + 13 * step;
        DoubleVector c130 = DoubleVector.fromArray(SPECIES, c, y13);
        int length = pixels.length();
        int column = pixels.column();
        int down = pixels.line();
        int back = next - length * column;
        for (int line = 0; line < lines; line++) {
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                c130 = c130.add(b0);
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
                DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[x8 + t]);
                c80 = a8.fma(b0, c80);
                DoubleVector a9 = DoubleVector.broadcast(SPECIES, a[x9 + t]);
                c90 = a9.fma(b0, c90);
                DoubleVector a10 = DoubleVector.broadcast(SPECIES, a[x10 + t]);
                c100 = a10.fma(b0, c100);
                DoubleVector a11 = DoubleVector.broadcast(SPECIES, a[x11 + t]);
                c110 = a11.fma(b0, c110);
                DoubleVector a12 = DoubleVector.broadcast(SPECIES, a[x12 + t]);
                c120 = a12.fma(b0, c120);
                w += column;
            }
            w += back;
            x0 += down;
            x1 += down;
            x2 += down;
            x3 += down;
            x4 += down;
            x5 += down;
            x6 += down;
            x7 += down;
            x8 += down;
            x9 += down;
            x10 += down;
            x11 += down;
            x12 += down;
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
        c90.intoArray(c, y9);
        c100.intoArray(c, y10);
        c110.intoArray(c, y11);
        c120.intoArray(c, y12);
        c130.intoArray(c, y13);
    }

    private static void sums9x1(double[] a, int[] rows, int row, int shift,
            Pixels pixels, int lines, int next, double[] b, int w, int step, double[] c, int y) {
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int x7 = rows[row + 7] + shift;
        int x8 = rows[row + 8] + shift;
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
        int y9 = y + 9 * step;
        DoubleVector c90 = DoubleVector.fromArray(SPECIES, c, y9);
        int length = pixels.length();
        int column = pixels.column();
        int down = pixels.line();
        int back = next - length * column;
        for (int line = 0; line < lines; line++) {
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                c90 = c90.add(b0);
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
                DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[x8 + t]);
                c80 = a8.fma(b0, c80);
                w += column;
            }
            w += back;
            x0 += down;
            x1 += down;
            x2 += down;
            x3 += down;
            x4 += down;
            x5 += down;
            x6 += down;
            x7 += down;
            x8 += down;
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
        c90.intoArray(c, y9);
    }
}
