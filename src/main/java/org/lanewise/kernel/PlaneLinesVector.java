package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner kernel where input and output stand in planes: lanes are neighbouring pixels of a line,
 * rows are filters, and sums go from registers to where they belong.
 */
final class PlaneLinesVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
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
     * @param taps where the factors stand, from a pixel's beginning
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
            tile8x2(a, x + first, taps, b, w, step, start, at, bound, c, y + first, plane);
        }
    }

    private static void tile8x2(double[] a, int x, int[] taps, double[] b, int w, int step,
            double[] start, int at, double bound, double[] c, int y, int plane) {
        DoubleVector c00 = DoubleVector.broadcast(SPECIES, start[at]);
        DoubleVector c01 = c00;
        DoubleVector c10 = DoubleVector.broadcast(SPECIES, start[at + 1]);
        DoubleVector c11 = c10;
        DoubleVector c20 = DoubleVector.broadcast(SPECIES, start[at + 2]);
        DoubleVector c21 = c20;
        DoubleVector c30 = DoubleVector.broadcast(SPECIES, start[at + 3]);
        DoubleVector c31 = c30;
        DoubleVector c40 = DoubleVector.broadcast(SPECIES, start[at + 4]);
        DoubleVector c41 = c40;
        DoubleVector c50 = DoubleVector.broadcast(SPECIES, start[at + 5]);
        DoubleVector c51 = c50;
        DoubleVector c60 = DoubleVector.broadcast(SPECIES, start[at + 6]);
        DoubleVector c61 = c60;
        DoubleVector c70 = DoubleVector.broadcast(SPECIES, start[at + 7]);
        DoubleVector c71 = c70;
        for (int tap : taps) {
            int pixel = x + tap;
            DoubleVector a0 = DoubleVector.fromArray(SPECIES, a, pixel);
            DoubleVector a1 = DoubleVector.fromArray(SPECIES, a, pixel + L);
            DoubleVector b0 = DoubleVector.broadcast(SPECIES, b[w]);
            c00 = b0.fma(a0, c00);
            c01 = b0.fma(a1, c01);
            DoubleVector b1 = DoubleVector.broadcast(SPECIES, b[w + 1]);
            c10 = b1.fma(a0, c10);
            c11 = b1.fma(a1, c11);
            DoubleVector b2 = DoubleVector.broadcast(SPECIES, b[w + 2]);
            c20 = b2.fma(a0, c20);
            c21 = b2.fma(a1, c21);
            DoubleVector b3 = DoubleVector.broadcast(SPECIES, b[w + 3]);
            c30 = b3.fma(a0, c30);
            c31 = b3.fma(a1, c31);
            DoubleVector b4 = DoubleVector.broadcast(SPECIES, b[w + 4]);
            c40 = b4.fma(a0, c40);
            c41 = b4.fma(a1, c41);
            DoubleVector b5 = DoubleVector.broadcast(SPECIES, b[w + 5]);
            c50 = b5.fma(a0, c50);
            c51 = b5.fma(a1, c51);
            DoubleVector b6 = DoubleVector.broadcast(SPECIES, b[w + 6]);
            c60 = b6.fma(a0, c60);
            c61 = b6.fma(a1, c61);
            DoubleVector b7 = DoubleVector.broadcast(SPECIES, b[w + 7]);
            c70 = b7.fma(a0, c70);
            c71 = b7.fma(a1, c71);
            w += step;
        }
        c00.blend(0.0, c00.compare(VectorOperators.LE, bound)).intoArray(c, y);
        c01.blend(0.0, c01.compare(VectorOperators.LE, bound)).intoArray(c, y + L);
        int y1 = y + 1 * plane;
        c10.blend(0.0, c10.compare(VectorOperators.LE, bound)).intoArray(c, y1);
        c11.blend(0.0, c11.compare(VectorOperators.LE, bound)).intoArray(c, y1 + L);
        int y2 = y + 2 * plane;
        c20.blend(0.0, c20.compare(VectorOperators.LE, bound)).intoArray(c, y2);
        c21.blend(0.0, c21.compare(VectorOperators.LE, bound)).intoArray(c, y2 + L);
        int y3 = y + 3 * plane;
        c30.blend(0.0, c30.compare(VectorOperators.LE, bound)).intoArray(c, y3);
        c31.blend(0.0, c31.compare(VectorOperators.LE, bound)).intoArray(c, y3 + L);
        int y4 = y + 4 * plane;
        c40.blend(0.0, c40.compare(VectorOperators.LE, bound)).intoArray(c, y4);
        c41.blend(0.0, c41.compare(VectorOperators.LE, bound)).intoArray(c, y4 + L);
        int y5 = y + 5 * plane;
        c50.blend(0.0, c50.compare(VectorOperators.LE, bound)).intoArray(c, y5);
        c51.blend(0.0, c51.compare(VectorOperators.LE, bound)).intoArray(c, y5 + L);
        int y6 = y + 6 * plane;
        c60.blend(0.0, c60.compare(VectorOperators.LE, bound)).intoArray(c, y6);
        c61.blend(0.0, c61.compare(VectorOperators.LE, bound)).intoArray(c, y6 + L);
        int y7 = y + 7 * plane;
        c70.blend(0.0, c70.compare(VectorOperators.LE, bound)).intoArray(c, y7);
        c71.blend(0.0, c71.compare(VectorOperators.LE, bound)).intoArray(c, y7 + L);
    }
}
