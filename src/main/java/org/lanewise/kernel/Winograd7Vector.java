package org.lanewise.kernel;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernel.WinogradMatrices.Fraction;

/**
 * The transforms of F(7x7, 3x3), line by line: tiles of 7 by 7 outputs from 9 by 9 inputs by 81
 * products instead of 441. Lanes hold channels.
 *
 * <p>Points are 0, 1, -1, 2, -2, 1/2, -1/2, 4/3 and infinity. One of them has no opposite: so inputs
 * are first combined two by two, by the polynomial that vanishes at 4/3, and the rest is as with
 * pairs alone; see {@link Winograd8Vector}.
 */
final class Winograd7Vector {
    /** Outputs of a line. */
    static final int M = 7;

    /** The matrices that the transforms compute with. */
    static final WinogradMatrices MATRICES = new WinogradMatrices(M, 3,
            List.of(Fraction.of(0, 1), Fraction.of(1, 1), Fraction.of(-1, 1), Fraction.of(2, 1),
                    Fraction.of(-2, 1), Fraction.of(1, 2), Fraction.of(-1, 2), Fraction.of(4, 3)));

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** The inputs' rows but for the point that stands alone. */
    private static final WinogradMatrices PAIRS = new WinogradMatrices(6, 3,
            List.of(Fraction.of(0, 1), Fraction.of(1, 1), Fraction.of(-1, 1), Fraction.of(2, 1),
                    Fraction.of(-2, 1), Fraction.of(1, 2), Fraction.of(-1, 2)));

    /** The point that stands alone. */
    private static final double ALONE = Fraction.of(4, 3).value();

    private static final double B00 = PAIRS.input(0, 0).value();
    private static final double B02 = PAIRS.input(0, 2).value();
    private static final double B04 = PAIRS.input(0, 4).value();
    private static final double B11 = PAIRS.input(1, 1).value();
    private static final double B12 = PAIRS.input(1, 2).value();
    private static final double B13 = PAIRS.input(1, 3).value();
    private static final double B14 = PAIRS.input(1, 4).value();
    private static final double B31 = PAIRS.input(3, 1).value();
    private static final double B32 = PAIRS.input(3, 2).value();
    private static final double B33 = PAIRS.input(3, 3).value();
    private static final double B34 = PAIRS.input(3, 4).value();
    private static final double B35 = PAIRS.input(3, 5).value();
    private static final double B51 = PAIRS.input(5, 1).value();
    private static final double B52 = PAIRS.input(5, 2).value();
    private static final double B53 = PAIRS.input(5, 3).value();
    private static final double B54 = PAIRS.input(5, 4).value();
    private static final double B55 = PAIRS.input(5, 5).value();
    private static final double B71 = PAIRS.input(7, 1).value();
    private static final double B73 = PAIRS.input(7, 3).value();
    private static final double B75 = PAIRS.input(7, 5).value();
    private static final double A13 = MATRICES.output(1, 3).value();
    private static final double A15 = MATRICES.output(1, 5).value();
    private static final double A17 = MATRICES.output(1, 7).value();
    private static final double A23 = MATRICES.output(2, 3).value();
    private static final double A25 = MATRICES.output(2, 5).value();
    private static final double A27 = MATRICES.output(2, 7).value();
    private static final double A33 = MATRICES.output(3, 3).value();
    private static final double A35 = MATRICES.output(3, 5).value();
    private static final double A37 = MATRICES.output(3, 7).value();
    private static final double A43 = MATRICES.output(4, 3).value();
    private static final double A45 = MATRICES.output(4, 5).value();
    private static final double A47 = MATRICES.output(4, 7).value();
    private static final double A53 = MATRICES.output(5, 3).value();
    private static final double A55 = MATRICES.output(5, 5).value();
    private static final double A57 = MATRICES.output(5, 7).value();
    private static final double A63 = MATRICES.output(6, 3).value();
    private static final double A65 = MATRICES.output(6, 5).value();
    private static final double A67 = MATRICES.output(6, 7).value();
    private static final double G00 = MATRICES.filter(0, 0).value();
    private static final double G10 = MATRICES.filter(1, 0).value();
    private static final double G20 = MATRICES.filter(2, 0).value();
    private static final double G30 = MATRICES.filter(3, 0).value();
    private static final double G40 = MATRICES.filter(4, 0).value();
    private static final double G50 = MATRICES.filter(5, 0).value();
    private static final double G60 = MATRICES.filter(6, 0).value();
    private static final double G70 = MATRICES.filter(7, 0).value();
    private static final double G71 = MATRICES.filter(7, 1).value();
    private static final double G72 = MATRICES.filter(7, 2).value();

    private Winograd7Vector() {}

    /** {@code B^T d} of some lines: inputs become products, as {@link WinogradTile} calls it. */
    static void input(int lines, double[] from, int x, int step, int next, double[] to,
            int y, int pitch, int after) {
        for (int line = 0; line < lines; line++) {
            int p = x + line * next;
            int q = y + line * after;
            DoubleVector d0 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d1 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d2 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d3 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d4 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d5 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d6 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d7 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector d8 = DoubleVector.fromArray(SPECIES, from, p);
            DoubleVector e0 = d0.lanewise(VectorOperators.FMA, -ALONE, d1);
            DoubleVector e1 = d1.lanewise(VectorOperators.FMA, -ALONE, d2);
            DoubleVector e2 = d2.lanewise(VectorOperators.FMA, -ALONE, d3);
            DoubleVector e3 = d3.lanewise(VectorOperators.FMA, -ALONE, d4);
            DoubleVector e4 = d4.lanewise(VectorOperators.FMA, -ALONE, d5);
            DoubleVector e5 = d5.lanewise(VectorOperators.FMA, -ALONE, d6);
            DoubleVector e6 = d6.lanewise(VectorOperators.FMA, -ALONE, d7);
            DoubleVector e7 = d7.lanewise(VectorOperators.FMA, -ALONE, d8);
            e0.lanewise(VectorOperators.FMA, B00, e2.lanewise(VectorOperators.FMA, B02,
                    e4.lanewise(VectorOperators.FMA, B04, e6))).intoArray(to, q);
            DoubleVector even1 = e2.lanewise(VectorOperators.FMA, B12,
                    e4.lanewise(VectorOperators.FMA, B14, e6));
            DoubleVector odd1 = e1.lanewise(VectorOperators.FMA, B11,
                    e3.lanewise(VectorOperators.FMA, B13, e5));
            q += pitch;
            even1.add(odd1).intoArray(to, q);
            q += pitch;
            even1.sub(odd1).intoArray(to, q);
            DoubleVector even3 = e2.lanewise(VectorOperators.FMA, B32,
                    e4.lanewise(VectorOperators.FMA, B34, e6));
            DoubleVector odd3 = e1.lanewise(VectorOperators.FMA, B31,
                    e3.lanewise(VectorOperators.FMA, B33, e5.mul(B35)));
            q += pitch;
            even3.add(odd3).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).intoArray(to, q);
            DoubleVector even5 = e2.lanewise(VectorOperators.FMA, B52,
                    e4.lanewise(VectorOperators.FMA, B54, e6));
            DoubleVector odd5 = e1.lanewise(VectorOperators.FMA, B51,
                    e3.lanewise(VectorOperators.FMA, B53, e5.mul(B55)));
            q += pitch;
            even5.add(odd5).intoArray(to, q);
            q += pitch;
            even5.sub(odd5).intoArray(to, q);
            q += pitch;
            d1.lanewise(VectorOperators.FMA, B71, d3.lanewise(VectorOperators.FMA, B73,
                    d5.lanewise(VectorOperators.FMA, B75, d7))).intoArray(to, q);
            q += pitch;
            e1.lanewise(VectorOperators.FMA, B71, e3.lanewise(VectorOperators.FMA, B73,
                    e5.lanewise(VectorOperators.FMA, B75, e7))).intoArray(to, q);
        }
    }

    /** {@code A^T m} of some lines: products become outputs, as {@link WinogradTile} calls it. */
    static void output(int lines, double[] from, int x, int step, int next, double[] to,
            int y, int pitch, int after) {
        for (int line = 0; line < lines; line++) {
            int p = x + line * next;
            int q = y + line * after;
            DoubleVector m0 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m1 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m2 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m3 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m4 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m5 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m6 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m7 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector m8 = DoubleVector.fromArray(SPECIES, from, p);
            DoubleVector sum1 = m1.add(m2);
            DoubleVector difference1 = m1.sub(m2);
            DoubleVector sum3 = m3.add(m4);
            DoubleVector difference3 = m3.sub(m4);
            DoubleVector sum5 = m5.add(m6);
            DoubleVector difference5 = m5.sub(m6);
            m0.add(sum1).add(sum3).add(sum5).add(m7).intoArray(to, q);
            q += pitch;
            m7.lanewise(VectorOperators.FMA, A17,
                    difference5.lanewise(VectorOperators.FMA, A15,
                            difference3.lanewise(VectorOperators.FMA, A13, difference1)))
                    .intoArray(to, q);
            q += pitch;
            m7.lanewise(VectorOperators.FMA, A27, sum5.lanewise(VectorOperators.FMA, A25,
                    sum3.lanewise(VectorOperators.FMA, A23, sum1))).intoArray(to, q);
            q += pitch;
            m7.lanewise(VectorOperators.FMA, A37,
                    difference5.lanewise(VectorOperators.FMA, A35,
                            difference3.lanewise(VectorOperators.FMA, A33, difference1)))
                    .intoArray(to, q);
            q += pitch;
            m7.lanewise(VectorOperators.FMA, A47, sum5.lanewise(VectorOperators.FMA, A45,
                    sum3.lanewise(VectorOperators.FMA, A43, sum1))).intoArray(to, q);
            q += pitch;
            m7.lanewise(VectorOperators.FMA, A57,
                    difference5.lanewise(VectorOperators.FMA, A55,
                            difference3.lanewise(VectorOperators.FMA, A53, difference1)))
                    .intoArray(to, q);
            q += pitch;
            m7.lanewise(VectorOperators.FMA, A67,
                    sum5.lanewise(VectorOperators.FMA, A65,
                            sum3.lanewise(VectorOperators.FMA, A63, sum1)))
                    .add(m8).intoArray(to, q);
        }
    }

    /** {@code G g} of some lines: taps become products, as {@link WinogradTile} calls it. */
    static void filter(int lines, double[] from, int x, int step, int next, double[] to,
            int y, int pitch, int after) {
        for (int line = 0; line < lines; line++) {
            int p = x + line * next;
            int q = y + line * after;
            DoubleVector g0 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector g1 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector g2 = DoubleVector.fromArray(SPECIES, from, p);
            g0.mul(G00).intoArray(to, q);
            DoubleVector even1 = g0.add(g2);
            q += pitch;
            even1.add(g1).mul(G10).intoArray(to, q);
            q += pitch;
            even1.sub(g1).mul(G20).intoArray(to, q);
            DoubleVector even3 = g2.lanewise(VectorOperators.FMA, A23, g0);
            DoubleVector odd3 = g1.mul(A13);
            q += pitch;
            even3.add(odd3).mul(G30).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).mul(G40).intoArray(to, q);
            DoubleVector even5 = g2.lanewise(VectorOperators.FMA, A25, g0);
            DoubleVector odd5 = g1.mul(A15);
            q += pitch;
            even5.add(odd5).mul(G50).intoArray(to, q);
            q += pitch;
            even5.sub(odd5).mul(G60).intoArray(to, q);
            q += pitch;
            g2.lanewise(VectorOperators.FMA, G72,
                    g1.lanewise(VectorOperators.FMA, G71, g0.mul(G70))).intoArray(to, q);
            q += pitch;
            g2.intoArray(to, q);
        }
    }

    /** {@code A y} of some lines: gradients by outputs become products, as {@link WinogradTile} calls it. */
    static void outputGradient(int lines, double[] from, int x, int step, int next, double[] to,
            int y, int pitch, int after) {
        for (int line = 0; line < lines; line++) {
            int p = x + line * next;
            int q = y + line * after;
            DoubleVector y0 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector y1 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector y2 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector y3 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector y4 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector y5 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector y6 = DoubleVector.fromArray(SPECIES, from, p);
            y0.intoArray(to, q);
            DoubleVector even1 = y0.add(y2).add(y4).add(y6);
            DoubleVector odd1 = y1.add(y3).add(y5);
            q += pitch;
            even1.add(odd1).intoArray(to, q);
            q += pitch;
            even1.sub(odd1).intoArray(to, q);
            DoubleVector even3 = y6.lanewise(VectorOperators.FMA, A63, y4
                    .lanewise(VectorOperators.FMA, A43, y2.lanewise(VectorOperators.FMA, A23, y0)));
            DoubleVector odd3 = y5.lanewise(VectorOperators.FMA, A53,
                    y3.lanewise(VectorOperators.FMA, A33, y1.mul(A13)));
            q += pitch;
            even3.add(odd3).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).intoArray(to, q);
            DoubleVector even5 = y6.lanewise(VectorOperators.FMA, A65, y4
                    .lanewise(VectorOperators.FMA, A45, y2.lanewise(VectorOperators.FMA, A25, y0)));
            DoubleVector odd5 = y5.lanewise(VectorOperators.FMA, A55,
                    y3.lanewise(VectorOperators.FMA, A35, y1.mul(A15)));
            q += pitch;
            even5.add(odd5).intoArray(to, q);
            q += pitch;
            even5.sub(odd5).intoArray(to, q);
            q += pitch;
            y6.lanewise(VectorOperators.FMA, A67,
                    y5.lanewise(VectorOperators.FMA, A57,
                            y4.lanewise(VectorOperators.FMA, A47,
                                    y3.lanewise(VectorOperators.FMA, A37,
                                            y2.lanewise(VectorOperators.FMA, A27,
                                                    y1.lanewise(VectorOperators.FMA, A17, y0))))))
                    .intoArray(to, q);
            q += pitch;
            y6.intoArray(to, q);
        }
    }

    /** {@code G^T u} of some lines: products become gradients by taps, as {@link WinogradTile} calls it. */
    static void filterGradient(int lines, double[] from, int x, int step, int next, double[] to,
            int y, int pitch, int after) {
        for (int line = 0; line < lines; line++) {
            int p = x + line * next;
            int q = y + line * after;
            DoubleVector u0 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u1 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u2 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u3 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u4 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u5 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u6 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u7 = DoubleVector.fromArray(SPECIES, from, p);
            p += step;
            DoubleVector u8 = DoubleVector.fromArray(SPECIES, from, p);
            DoubleVector plus1 = u1.mul(G10);
            DoubleVector minus1 = u2.mul(G20);
            DoubleVector sum1 = plus1.add(minus1);
            DoubleVector difference1 = plus1.sub(minus1);
            DoubleVector plus3 = u3.mul(G30);
            DoubleVector minus3 = u4.mul(G40);
            DoubleVector sum3 = plus3.add(minus3);
            DoubleVector difference3 = plus3.sub(minus3);
            DoubleVector plus5 = u5.mul(G50);
            DoubleVector minus5 = u6.mul(G60);
            DoubleVector sum5 = plus5.add(minus5);
            DoubleVector difference5 = plus5.sub(minus5);
            u0.lanewise(VectorOperators.FMA, G00,
                    u7.lanewise(VectorOperators.FMA, G70, sum1.add(sum3).add(sum5)))
                    .intoArray(to, q);
            q += pitch;
            u7.lanewise(VectorOperators.FMA, G71,
                    difference5.lanewise(VectorOperators.FMA, A15,
                            difference3.lanewise(VectorOperators.FMA, A13, difference1)))
                    .intoArray(to, q);
            q += pitch;
            u7.lanewise(VectorOperators.FMA, G72,
                    sum5.lanewise(VectorOperators.FMA, A25,
                            sum3.lanewise(VectorOperators.FMA, A23, sum1.add(u8))))
                    .intoArray(to, q);
        }
    }
}
