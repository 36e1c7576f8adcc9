package org.lanewise.kernel;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernel.WinogradMatrices.Fraction;

/**
 * The transforms of F(4x4, 3x3): tiles of 4 by 4 outputs from 6 by 6 inputs by 36 products instead
 * of 144. Lanes hold channels.
 *
 * <p>Points are 0, 1, -1, 2, -2 and infinity. Rows of a pair of opposite points have the same even
 * and the opposite odd coefficients, so they are a sum and a difference of two halves. The
 * coefficients are those of {@link WinogradMatrices}; which of them are 0 or 1 is how the lines
 * below are written, and a test holds them to the matrices.
 */
final class Winograd4Vector {
    /** Outputs of a tile across and down. */
    static final int M = 4;

    /** Inputs of a tile across and down. */
    static final int ALPHA = 6;

    /** Products of a tile. */
    static final int PRODUCTS = ALPHA * ALPHA;

    /** The product of point 1 in rows and columns, which of a gradient is the sum of the tile. */
    static final int SUM = ALPHA + 1;

    /** The matrices that the transforms compute with. */
    static final WinogradMatrices MATRICES = new WinogradMatrices(M, 3,
            List.of(Fraction.of(0, 1), Fraction.of(1, 1), Fraction.of(-1, 1), Fraction.of(2, 1),
                    Fraction.of(-2, 1)));

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = Lanes.COUNT;

    private static final double B00 = MATRICES.input(0, 0).value();
    private static final double B02 = MATRICES.input(0, 2).value();
    private static final double B11 = MATRICES.input(1, 1).value();
    private static final double B12 = MATRICES.input(1, 2).value();
    private static final double B31 = MATRICES.input(3, 1).value();
    private static final double B32 = MATRICES.input(3, 2).value();
    private static final double B33 = MATRICES.input(3, 3).value();
    private static final double B51 = MATRICES.input(5, 1).value();
    private static final double B53 = MATRICES.input(5, 3).value();
    private static final double A13 = MATRICES.output(1, 3).value();
    private static final double A23 = MATRICES.output(2, 3).value();
    private static final double A33 = MATRICES.output(3, 3).value();
    private static final double G00 = MATRICES.filter(0, 0).value();
    private static final double G10 = MATRICES.filter(1, 0).value();
    private static final double G30 = MATRICES.filter(3, 0).value();
    private static final double G31 = MATRICES.filter(3, 1).value();
    private static final double G32 = MATRICES.filter(3, 2).value();

    private Winograd4Vector() {}

    /** Doubles that every transform needs to work in. */
    static int scratch() {
        return Lanes.LEAD + PRODUCTS * L;
    }

    /**
     * {@code B^T d B} of one tile, all channels: product e of channel c goes to
     * {@code to[at + e * plane + c]}.
     *
     * @param from read
     * @param x where the tile's first pixel stands; channels are neighbours
     * @param row from one row of pixels to the next
     * @param column from one pixel to the next
     * @param channels how many channels: whole vectors
     * @param to overwritten
     * @param at where the first product goes
     * @param plane from one product to the next
     * @param work overwritten
     */
    static void input(double[] from, int x, int row, int column, int channels, double[] to,
            int at, int plane, double[] work) {
        for (int c = 0; c < channels; c += L) {
            for (int j = 0; j < ALPHA; j++) {
                int p = x + c + j * column;
                DoubleVector d0 = DoubleVector.fromArray(SPECIES, from, p);
                DoubleVector d1 = DoubleVector.fromArray(SPECIES, from, p + row);
                DoubleVector d2 = DoubleVector.fromArray(SPECIES, from, p + 2 * row);
                DoubleVector d3 = DoubleVector.fromArray(SPECIES, from, p + 3 * row);
                DoubleVector d4 = DoubleVector.fromArray(SPECIES, from, p + 4 * row);
                DoubleVector d5 = DoubleVector.fromArray(SPECIES, from, p + 5 * row);
                DoubleVector even1 = d2.lanewise(VectorOperators.FMA, B12, d4);
                DoubleVector odd1 = d1.lanewise(VectorOperators.FMA, B11, d3);
                DoubleVector even2 = d2.lanewise(VectorOperators.FMA, B32, d4);
                DoubleVector odd2 = d1.mul(B31).add(d3.mul(B33));
                int q = Lanes.LEAD + j * L;
                d0.lanewise(VectorOperators.FMA, B00, d2.lanewise(VectorOperators.FMA, B02, d4))
                        .intoArray(work, q);
                even1.add(odd1).intoArray(work, q + 6 * L);
                even1.sub(odd1).intoArray(work, q + 12 * L);
                even2.add(odd2).intoArray(work, q + 18 * L);
                even2.sub(odd2).intoArray(work, q + 24 * L);
                d1.lanewise(VectorOperators.FMA, B51, d3.lanewise(VectorOperators.FMA, B53, d5))
                        .intoArray(work, q + 30 * L);
            }
            for (int i = 0; i < ALPHA; i++) {
                int p = Lanes.LEAD + i * 6 * L;
                DoubleVector d0 = DoubleVector.fromArray(SPECIES, work, p);
                DoubleVector d1 = DoubleVector.fromArray(SPECIES, work, p + L);
                DoubleVector d2 = DoubleVector.fromArray(SPECIES, work, p + 2 * L);
                DoubleVector d3 = DoubleVector.fromArray(SPECIES, work, p + 3 * L);
                DoubleVector d4 = DoubleVector.fromArray(SPECIES, work, p + 4 * L);
                DoubleVector d5 = DoubleVector.fromArray(SPECIES, work, p + 5 * L);
                DoubleVector even1 = d2.lanewise(VectorOperators.FMA, B12, d4);
                DoubleVector odd1 = d1.lanewise(VectorOperators.FMA, B11, d3);
                DoubleVector even2 = d2.lanewise(VectorOperators.FMA, B32, d4);
                DoubleVector odd2 = d1.mul(B31).add(d3.mul(B33));
                int q = at + c + i * 6 * plane;
                d0.lanewise(VectorOperators.FMA, B00, d2.lanewise(VectorOperators.FMA, B02, d4))
                        .intoArray(to, q);
                even1.add(odd1).intoArray(to, q + plane);
                even1.sub(odd1).intoArray(to, q + 2 * plane);
                even2.add(odd2).intoArray(to, q + 3 * plane);
                even2.sub(odd2).intoArray(to, q + 4 * plane);
                d1.lanewise(VectorOperators.FMA, B51, d3.lanewise(VectorOperators.FMA, B53, d5))
                        .intoArray(to, q + 5 * plane);
            }
        }
    }

    /**
     * {@code A^T m A} of one tile, some vectors of channels, and what follows it: output (i, j) goes
     * to {@code to[at + i * row + j * column]}.
     *
     * @param from read; product e stands at {@code x + e * plane}
     * @param x where the first product stands
     * @param plane from one product to the next
     * @param lanes channels: whole vectors, neighbours
     * @param bias read, and added to every output
     * @param start where the bias begins
     * @param floor outputs up to this are written as 0; NaN for none
     * @param rectified read at the places of outputs, which are written as 0 where it is not above
     *        0; null for none
     * @param to overwritten
     * @param at where the first output goes
     * @param row from one row of outputs to the next
     * @param column from one output to the next
     * @param work overwritten
     */
    static void output(double[] from, int x, int plane, int lanes, double[] bias, int start,
            double floor, double[] rectified, double[] to, int at, int row, int column,
            double[] work) {
        for (int k = 0; k < lanes; k += L) {
            for (int j = 0; j < ALPHA; j++) {
                int p = x + k + j * plane;
                DoubleVector m0 = DoubleVector.fromArray(SPECIES, from, p);
                DoubleVector m1 = DoubleVector.fromArray(SPECIES, from, p + 6 * plane);
                DoubleVector m2 = DoubleVector.fromArray(SPECIES, from, p + 12 * plane);
                DoubleVector m3 = DoubleVector.fromArray(SPECIES, from, p + 18 * plane);
                DoubleVector m4 = DoubleVector.fromArray(SPECIES, from, p + 24 * plane);
                DoubleVector m5 = DoubleVector.fromArray(SPECIES, from, p + 30 * plane);
                DoubleVector sum1 = m1.add(m2);
                DoubleVector difference1 = m1.sub(m2);
                DoubleVector sum2 = m3.add(m4);
                DoubleVector difference2 = m3.sub(m4);
                int q = Lanes.LEAD + j * L;
                m0.add(sum1).add(sum2).intoArray(work, q);
                difference2.lanewise(VectorOperators.FMA, A13, difference1).intoArray(work,
                        q + 6 * L);
                sum2.lanewise(VectorOperators.FMA, A23, sum1).intoArray(work, q + 12 * L);
                difference2.lanewise(VectorOperators.FMA, A33, difference1).add(m5)
                        .intoArray(work, q + 18 * L);
            }
            DoubleVector first = DoubleVector.fromArray(SPECIES, bias, start + k);
            for (int i = 0; i < M; i++) {
                int p = Lanes.LEAD + i * 6 * L;
                DoubleVector m0 = DoubleVector.fromArray(SPECIES, work, p);
                DoubleVector m1 = DoubleVector.fromArray(SPECIES, work, p + L);
                DoubleVector m2 = DoubleVector.fromArray(SPECIES, work, p + 2 * L);
                DoubleVector m3 = DoubleVector.fromArray(SPECIES, work, p + 3 * L);
                DoubleVector m4 = DoubleVector.fromArray(SPECIES, work, p + 4 * L);
                DoubleVector m5 = DoubleVector.fromArray(SPECIES, work, p + 5 * L);
                DoubleVector sum1 = m1.add(m2);
                DoubleVector difference1 = m1.sub(m2);
                DoubleVector sum2 = m3.add(m4);
                DoubleVector difference2 = m3.sub(m4);
                DoubleVector y0 = m0.add(sum1).add(sum2).add(first);
                DoubleVector y1 = difference2.lanewise(VectorOperators.FMA, A13, difference1)
                        .add(first);
                DoubleVector y2 = sum2.lanewise(VectorOperators.FMA, A23, sum1).add(first);
                DoubleVector y3 = difference2.lanewise(VectorOperators.FMA, A33, difference1)
                        .add(m5).add(first);
                int q = at + k + i * row;
                if (rectified == null) {
                    y0.blend(0.0, y0.compare(VectorOperators.LE, floor)).intoArray(to, q);
                    y1.blend(0.0, y1.compare(VectorOperators.LE, floor)).intoArray(to, q + column);
                    y2.blend(0.0, y2.compare(VectorOperators.LE, floor))
                            .intoArray(to, q + 2 * column);
                    y3.blend(0.0, y3.compare(VectorOperators.LE, floor))
                            .intoArray(to, q + 3 * column);
                } else {
                    DoubleVector r0 = DoubleVector.fromArray(SPECIES, rectified, q);
                    DoubleVector r1 = DoubleVector.fromArray(SPECIES, rectified, q + column);
                    DoubleVector r2 = DoubleVector.fromArray(SPECIES, rectified, q + 2 * column);
                    DoubleVector r3 = DoubleVector.fromArray(SPECIES, rectified, q + 3 * column);
                    y0.blend(0.0, r0.compare(VectorOperators.LE, 0.0)).intoArray(to, q);
                    y1.blend(0.0, r1.compare(VectorOperators.LE, 0.0)).intoArray(to, q + column);
                    y2.blend(0.0, r2.compare(VectorOperators.LE, 0.0))
                            .intoArray(to, q + 2 * column);
                    y3.blend(0.0, r3.compare(VectorOperators.LE, 0.0))
                            .intoArray(to, q + 3 * column);
                }
            }
        }
    }

    /**
     * {@code G g G^T} of one vector of filters and one channel.
     *
     * @param from read: 9 taps
     * @param x where the first tap stands
     * @param tap from one tap to the next
     * @param to overwritten
     * @param at where the first product goes
     * @param plane from one product to the next
     * @param work overwritten
     */
    static void filter(double[] from, int x, int tap, double[] to, int at, int plane,
            double[] work) {
        for (int j = 0; j < 3; j++) {
            DoubleVector g0 = DoubleVector.fromArray(SPECIES, from, x + j * tap);
            DoubleVector g1 = DoubleVector.fromArray(SPECIES, from, x + (3 + j) * tap);
            DoubleVector g2 = DoubleVector.fromArray(SPECIES, from, x + (6 + j) * tap);
            DoubleVector even1 = g0.add(g2).mul(G10);
            DoubleVector odd1 = g1.mul(G10);
            DoubleVector even2 = g0.mul(G30).add(g2.mul(G32));
            DoubleVector odd2 = g1.mul(G31);
            int q = Lanes.LEAD + j * L;
            g0.mul(G00).intoArray(work, q);
            even1.add(odd1).intoArray(work, q + 3 * L);
            even1.sub(odd1).intoArray(work, q + 6 * L);
            even2.add(odd2).intoArray(work, q + 9 * L);
            even2.sub(odd2).intoArray(work, q + 12 * L);
            g2.intoArray(work, q + 15 * L);
        }
        for (int i = 0; i < ALPHA; i++) {
            int p = Lanes.LEAD + i * 3 * L;
            DoubleVector g0 = DoubleVector.fromArray(SPECIES, work, p);
            DoubleVector g1 = DoubleVector.fromArray(SPECIES, work, p + L);
            DoubleVector g2 = DoubleVector.fromArray(SPECIES, work, p + 2 * L);
            DoubleVector even1 = g0.add(g2).mul(G10);
            DoubleVector odd1 = g1.mul(G10);
            DoubleVector even2 = g0.mul(G30).add(g2.mul(G32));
            DoubleVector odd2 = g1.mul(G31);
            int q = at + i * 6 * plane;
            g0.mul(G00).intoArray(to, q);
            even1.add(odd1).intoArray(to, q + plane);
            even1.sub(odd1).intoArray(to, q + 2 * plane);
            even2.add(odd2).intoArray(to, q + 3 * plane);
            even2.sub(odd2).intoArray(to, q + 4 * plane);
            g2.intoArray(to, q + 5 * plane);
        }
    }

    /**
     * {@code A y A^T} of one tile of an output's gradient, some channels: product e of channel k
     * goes to {@code to[at + e * plane + k]}.
     *
     * @param from read
     * @param x where the tile's first pixel stands; channels are neighbours
     * @param row from one row of pixels to the next
     * @param column from one pixel to the next
     * @param lanes channels: whole vectors
     * @param to overwritten
     * @param at where the first product of the first channel goes
     * @param plane from one product to the next
     * @param work overwritten
     */
    static void outputGradient(double[] from, int x, int row, int column, int lanes, double[] to,
            int at, int plane, double[] work) {
        for (int c = 0; c < lanes; c += L) {
            for (int j = 0; j < M; j++) {
                int p = x + c + j * column;
                DoubleVector y0 = DoubleVector.fromArray(SPECIES, from, p);
                DoubleVector y1 = DoubleVector.fromArray(SPECIES, from, p + row);
                DoubleVector y2 = DoubleVector.fromArray(SPECIES, from, p + 2 * row);
                DoubleVector y3 = DoubleVector.fromArray(SPECIES, from, p + 3 * row);
                DoubleVector even1 = y0.add(y2);
                DoubleVector odd1 = y1.add(y3);
                DoubleVector even2 = y2.lanewise(VectorOperators.FMA, A23, y0);
                DoubleVector odd2 = y1.mul(A13).add(y3.mul(A33));
                int q = Lanes.LEAD + j * L;
                y0.intoArray(work, q);
                even1.add(odd1).intoArray(work, q + 4 * L);
                even1.sub(odd1).intoArray(work, q + 8 * L);
                even2.add(odd2).intoArray(work, q + 12 * L);
                even2.sub(odd2).intoArray(work, q + 16 * L);
                y3.intoArray(work, q + 20 * L);
            }
            for (int i = 0; i < ALPHA; i++) {
                int p = Lanes.LEAD + i * 4 * L;
                DoubleVector y0 = DoubleVector.fromArray(SPECIES, work, p);
                DoubleVector y1 = DoubleVector.fromArray(SPECIES, work, p + L);
                DoubleVector y2 = DoubleVector.fromArray(SPECIES, work, p + 2 * L);
                DoubleVector y3 = DoubleVector.fromArray(SPECIES, work, p + 3 * L);
                DoubleVector even1 = y0.add(y2);
                DoubleVector odd1 = y1.add(y3);
                DoubleVector even2 = y2.lanewise(VectorOperators.FMA, A23, y0);
                DoubleVector odd2 = y1.mul(A13).add(y3.mul(A33));
                int q = at + c + i * 6 * plane;
                y0.intoArray(to, q);
                even1.add(odd1).intoArray(to, q + plane);
                even1.sub(odd1).intoArray(to, q + 2 * plane);
                even2.add(odd2).intoArray(to, q + 3 * plane);
                even2.sub(odd2).intoArray(to, q + 4 * plane);
                y3.intoArray(to, q + 5 * plane);
            }
        }
    }

    /**
     * {@code G^T u G} of one vector of filters and one channel: the way back from {@link #filter}.
     *
     * @param from read; product e stands at {@code x + e * plane}
     * @param x where the first product stands
     * @param plane from one product to the next
     * @param to overwritten: 9 taps
     * @param at where the first tap goes
     * @param tap from one tap to the next
     * @param work overwritten
     */
    static void filterGradient(double[] from, int x, int plane, double[] to, int at, int tap,
            double[] work) {
        for (int j = 0; j < ALPHA; j++) {
            int p = x + j * plane;
            DoubleVector u0 = DoubleVector.fromArray(SPECIES, from, p);
            DoubleVector u1 = DoubleVector.fromArray(SPECIES, from, p + 6 * plane);
            DoubleVector u2 = DoubleVector.fromArray(SPECIES, from, p + 12 * plane);
            DoubleVector u3 = DoubleVector.fromArray(SPECIES, from, p + 18 * plane);
            DoubleVector u4 = DoubleVector.fromArray(SPECIES, from, p + 24 * plane);
            DoubleVector u5 = DoubleVector.fromArray(SPECIES, from, p + 30 * plane);
            DoubleVector sum1 = u1.add(u2).mul(G10);
            DoubleVector difference1 = u1.sub(u2).mul(G10);
            DoubleVector sum2 = u3.add(u4);
            int q = Lanes.LEAD + j * L;
            u0.mul(G00).add(sum1).add(sum2.mul(G30)).intoArray(work, q);
            difference1.add(u3.sub(u4).mul(G31)).intoArray(work, q + 6 * L);
            sum1.add(sum2.mul(G32)).add(u5).intoArray(work, q + 12 * L);
        }
        for (int i = 0; i < 3; i++) {
            int p = Lanes.LEAD + i * 6 * L;
            DoubleVector u0 = DoubleVector.fromArray(SPECIES, work, p);
            DoubleVector u1 = DoubleVector.fromArray(SPECIES, work, p + L);
            DoubleVector u2 = DoubleVector.fromArray(SPECIES, work, p + 2 * L);
            DoubleVector u3 = DoubleVector.fromArray(SPECIES, work, p + 3 * L);
            DoubleVector u4 = DoubleVector.fromArray(SPECIES, work, p + 4 * L);
            DoubleVector u5 = DoubleVector.fromArray(SPECIES, work, p + 5 * L);
            DoubleVector sum1 = u1.add(u2).mul(G10);
            DoubleVector difference1 = u1.sub(u2).mul(G10);
            DoubleVector sum2 = u3.add(u4);
            int q = at + i * 3 * tap;
            u0.mul(G00).add(sum1).add(sum2.mul(G30)).intoArray(to, q);
            difference1.add(u3.sub(u4).mul(G31)).intoArray(to, q + tap);
            sum1.add(sum2.mul(G32)).add(u5).intoArray(to, q + 2 * tap);
        }
    }
}
