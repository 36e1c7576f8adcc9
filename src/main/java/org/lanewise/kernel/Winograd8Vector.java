package org.lanewise.kernel;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernel.WinogradMatrices.Fraction;

/**
 * The transforms of F(8x8, 3x3), line by line: tiles of 8 by 8 outputs from 10 by 10 inputs by 100
 * products instead of 576. Lanes hold channels.
 *
 * <p>Points are 0, 1, -1, 2, -2, 1/2, -1/2, 4/3, -4/3 and infinity: of the pairs that could be the
 * last, 4/3 and 3/4 lose fewest bits. Rows of a pair of opposite points have the same even and the opposite
 * odd coefficients, so they are a sum and a difference of two halves. The coefficients are those of
 * {@link WinogradMatrices}; which of them are 0 or 1 is how the lines below are written, and a test
 * holds them to the matrices.
 */
final class Winograd8Vector {
    /** Outputs of a line. */
    static final int M = 8;

    /** The matrices that the transforms compute with. */
    static final WinogradMatrices MATRICES = new WinogradMatrices(M, 3,
            List.of(Fraction.of(0, 1), Fraction.of(1, 1), Fraction.of(-1, 1), Fraction.of(2, 1),
                    Fraction.of(-2, 1), Fraction.of(1, 2), Fraction.of(-1, 2), Fraction.of(4, 3),
                    Fraction.of(-4, 3)));

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private static final double B00 = MATRICES.input(0, 0).value();
    private static final double B02 = MATRICES.input(0, 2).value();
    private static final double B04 = MATRICES.input(0, 4).value();
    private static final double B06 = MATRICES.input(0, 6).value();
    private static final double B11 = MATRICES.input(1, 1).value();
    private static final double B12 = MATRICES.input(1, 2).value();
    private static final double B13 = MATRICES.input(1, 3).value();
    private static final double B14 = MATRICES.input(1, 4).value();
    private static final double B15 = MATRICES.input(1, 5).value();
    private static final double B16 = MATRICES.input(1, 6).value();
    private static final double B31 = MATRICES.input(3, 1).value();
    private static final double B32 = MATRICES.input(3, 2).value();
    private static final double B33 = MATRICES.input(3, 3).value();
    private static final double B34 = MATRICES.input(3, 4).value();
    private static final double B35 = MATRICES.input(3, 5).value();
    private static final double B36 = MATRICES.input(3, 6).value();
    private static final double B37 = MATRICES.input(3, 7).value();
    private static final double B51 = MATRICES.input(5, 1).value();
    private static final double B52 = MATRICES.input(5, 2).value();
    private static final double B53 = MATRICES.input(5, 3).value();
    private static final double B54 = MATRICES.input(5, 4).value();
    private static final double B55 = MATRICES.input(5, 5).value();
    private static final double B56 = MATRICES.input(5, 6).value();
    private static final double B57 = MATRICES.input(5, 7).value();
    private static final double B71 = MATRICES.input(7, 1).value();
    private static final double B72 = MATRICES.input(7, 2).value();
    private static final double B73 = MATRICES.input(7, 3).value();
    private static final double B74 = MATRICES.input(7, 4).value();
    private static final double B75 = MATRICES.input(7, 5).value();
    private static final double B76 = MATRICES.input(7, 6).value();
    private static final double B77 = MATRICES.input(7, 7).value();
    private static final double B91 = MATRICES.input(9, 1).value();
    private static final double B93 = MATRICES.input(9, 3).value();
    private static final double B95 = MATRICES.input(9, 5).value();
    private static final double B97 = MATRICES.input(9, 7).value();
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
    private static final double A73 = MATRICES.output(7, 3).value();
    private static final double A75 = MATRICES.output(7, 5).value();
    private static final double A77 = MATRICES.output(7, 7).value();
    private static final double G00 = MATRICES.filter(0, 0).value();
    private static final double G10 = MATRICES.filter(1, 0).value();
    private static final double G11 = MATRICES.filter(1, 1).value();
    private static final double G12 = MATRICES.filter(1, 2).value();
    private static final double G30 = MATRICES.filter(3, 0).value();
    private static final double G31 = MATRICES.filter(3, 1).value();
    private static final double G32 = MATRICES.filter(3, 2).value();
    private static final double G50 = MATRICES.filter(5, 0).value();
    private static final double G51 = MATRICES.filter(5, 1).value();
    private static final double G52 = MATRICES.filter(5, 2).value();
    private static final double G70 = MATRICES.filter(7, 0).value();
    private static final double G71 = MATRICES.filter(7, 1).value();
    private static final double G72 = MATRICES.filter(7, 2).value();

    private Winograd8Vector() {}

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
            p += step;
            DoubleVector d9 = DoubleVector.fromArray(SPECIES, from, p);
            d0.lanewise(VectorOperators.FMA, B00, d2.lanewise(VectorOperators.FMA, B02, d4
                    .lanewise(VectorOperators.FMA, B04, d6.lanewise(VectorOperators.FMA, B06, d8))))
                    .intoArray(to, q);
            DoubleVector even1 = d2.lanewise(VectorOperators.FMA, B12, d4
                    .lanewise(VectorOperators.FMA, B14, d6.lanewise(VectorOperators.FMA, B16, d8)));
            DoubleVector odd1 = d1.lanewise(VectorOperators.FMA, B11, d3
                    .lanewise(VectorOperators.FMA, B13, d5.lanewise(VectorOperators.FMA, B15, d7)));
            q += pitch;
            even1.add(odd1).intoArray(to, q);
            q += pitch;
            even1.sub(odd1).intoArray(to, q);
            DoubleVector even3 = d2.lanewise(VectorOperators.FMA, B32, d4
                    .lanewise(VectorOperators.FMA, B34, d6.lanewise(VectorOperators.FMA, B36, d8)));
            DoubleVector odd3 = d1.lanewise(VectorOperators.FMA, B31, d3.lanewise(
                    VectorOperators.FMA, B33, d5.lanewise(VectorOperators.FMA, B35, d7.mul(B37))));
            q += pitch;
            even3.add(odd3).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).intoArray(to, q);
            DoubleVector even5 = d2.lanewise(VectorOperators.FMA, B52, d4
                    .lanewise(VectorOperators.FMA, B54, d6.lanewise(VectorOperators.FMA, B56, d8)));
            DoubleVector odd5 = d1.lanewise(VectorOperators.FMA, B51, d3.lanewise(
                    VectorOperators.FMA, B53, d5.lanewise(VectorOperators.FMA, B55, d7.mul(B57))));
            q += pitch;
            even5.add(odd5).intoArray(to, q);
            q += pitch;
            even5.sub(odd5).intoArray(to, q);
            DoubleVector even7 = d2.lanewise(VectorOperators.FMA, B72, d4
                    .lanewise(VectorOperators.FMA, B74, d6.lanewise(VectorOperators.FMA, B76, d8)));
            DoubleVector odd7 = d1.lanewise(VectorOperators.FMA, B71, d3.lanewise(
                    VectorOperators.FMA, B73, d5.lanewise(VectorOperators.FMA, B75, d7.mul(B77))));
            q += pitch;
            even7.add(odd7).intoArray(to, q);
            q += pitch;
            even7.sub(odd7).intoArray(to, q);
            q += pitch;
            d1.lanewise(VectorOperators.FMA, B91, d3.lanewise(VectorOperators.FMA, B93, d5
                    .lanewise(VectorOperators.FMA, B95, d7.lanewise(VectorOperators.FMA, B97, d9))))
                    .intoArray(to, q);
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
            p += step;
            DoubleVector m9 = DoubleVector.fromArray(SPECIES, from, p);
            DoubleVector sum1 = m1.add(m2);
            DoubleVector difference1 = m1.sub(m2);
            DoubleVector sum3 = m3.add(m4);
            DoubleVector difference3 = m3.sub(m4);
            DoubleVector sum5 = m5.add(m6);
            DoubleVector difference5 = m5.sub(m6);
            DoubleVector sum7 = m7.add(m8);
            DoubleVector difference7 = m7.sub(m8);
            m0.add(sum1).add(sum3).add(sum5).add(sum7).intoArray(to, q);
            q += pitch;
            difference7
                    .lanewise(VectorOperators.FMA, A17,
                            difference5.lanewise(VectorOperators.FMA, A15,
                                    difference3.lanewise(VectorOperators.FMA, A13, difference1)))
                    .intoArray(to, q);
            q += pitch;
            sum7.lanewise(VectorOperators.FMA, A27, sum5.lanewise(VectorOperators.FMA, A25,
                    sum3.lanewise(VectorOperators.FMA, A23, sum1))).intoArray(to, q);
            q += pitch;
            difference7
                    .lanewise(VectorOperators.FMA, A37,
                            difference5.lanewise(VectorOperators.FMA, A35,
                                    difference3.lanewise(VectorOperators.FMA, A33, difference1)))
                    .intoArray(to, q);
            q += pitch;
            sum7.lanewise(VectorOperators.FMA, A47, sum5.lanewise(VectorOperators.FMA, A45,
                    sum3.lanewise(VectorOperators.FMA, A43, sum1))).intoArray(to, q);
            q += pitch;
            difference7
                    .lanewise(VectorOperators.FMA, A57,
                            difference5.lanewise(VectorOperators.FMA, A55,
                                    difference3.lanewise(VectorOperators.FMA, A53, difference1)))
                    .intoArray(to, q);
            q += pitch;
            sum7.lanewise(VectorOperators.FMA, A67, sum5.lanewise(VectorOperators.FMA, A65,
                    sum3.lanewise(VectorOperators.FMA, A63, sum1))).intoArray(to, q);
            q += pitch;
            difference7
                    .lanewise(VectorOperators.FMA, A77,
                            difference5.lanewise(VectorOperators.FMA, A75,
                                    difference3.lanewise(VectorOperators.FMA, A73, difference1)))
                    .add(m9).intoArray(to, q);
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
            DoubleVector even1 = g2.lanewise(VectorOperators.FMA, G12, g0.mul(G10));
            DoubleVector odd1 = g1.mul(G11);
            q += pitch;
            even1.add(odd1).intoArray(to, q);
            q += pitch;
            even1.sub(odd1).intoArray(to, q);
            DoubleVector even3 = g2.lanewise(VectorOperators.FMA, G32, g0.mul(G30));
            DoubleVector odd3 = g1.mul(G31);
            q += pitch;
            even3.add(odd3).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).intoArray(to, q);
            DoubleVector even5 = g2.lanewise(VectorOperators.FMA, G52, g0.mul(G50));
            DoubleVector odd5 = g1.mul(G51);
            q += pitch;
            even5.add(odd5).intoArray(to, q);
            q += pitch;
            even5.sub(odd5).intoArray(to, q);
            DoubleVector even7 = g2.lanewise(VectorOperators.FMA, G72, g0.mul(G70));
            DoubleVector odd7 = g1.mul(G71);
            q += pitch;
            even7.add(odd7).intoArray(to, q);
            q += pitch;
            even7.sub(odd7).intoArray(to, q);
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
            p += step;
            DoubleVector y7 = DoubleVector.fromArray(SPECIES, from, p);
            y0.intoArray(to, q);
            DoubleVector even1 = y0.add(y2).add(y4).add(y6);
            DoubleVector odd1 = y1.add(y3).add(y5).add(y7);
            q += pitch;
            even1.add(odd1).intoArray(to, q);
            q += pitch;
            even1.sub(odd1).intoArray(to, q);
            DoubleVector even3 = y6.lanewise(VectorOperators.FMA, A63, y4
                    .lanewise(VectorOperators.FMA, A43, y2.lanewise(VectorOperators.FMA, A23, y0)));
            DoubleVector odd3 = y7.lanewise(VectorOperators.FMA, A73, y5.lanewise(
                    VectorOperators.FMA, A53, y3.lanewise(VectorOperators.FMA, A33, y1.mul(A13))));
            q += pitch;
            even3.add(odd3).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).intoArray(to, q);
            DoubleVector even5 = y6.lanewise(VectorOperators.FMA, A65, y4
                    .lanewise(VectorOperators.FMA, A45, y2.lanewise(VectorOperators.FMA, A25, y0)));
            DoubleVector odd5 = y7.lanewise(VectorOperators.FMA, A75, y5.lanewise(
                    VectorOperators.FMA, A55, y3.lanewise(VectorOperators.FMA, A35, y1.mul(A15))));
            q += pitch;
            even5.add(odd5).intoArray(to, q);
            q += pitch;
            even5.sub(odd5).intoArray(to, q);
            DoubleVector even7 = y6.lanewise(VectorOperators.FMA, A67, y4
                    .lanewise(VectorOperators.FMA, A47, y2.lanewise(VectorOperators.FMA, A27, y0)));
            DoubleVector odd7 = y7.lanewise(VectorOperators.FMA, A77, y5.lanewise(
                    VectorOperators.FMA, A57, y3.lanewise(VectorOperators.FMA, A37, y1.mul(A17))));
            q += pitch;
            even7.add(odd7).intoArray(to, q);
            q += pitch;
            even7.sub(odd7).intoArray(to, q);
            q += pitch;
            y7.intoArray(to, q);
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
            p += step;
            DoubleVector u9 = DoubleVector.fromArray(SPECIES, from, p);
            DoubleVector sum1 = u1.add(u2);
            DoubleVector difference1 = u1.sub(u2);
            DoubleVector sum3 = u3.add(u4);
            DoubleVector difference3 = u3.sub(u4);
            DoubleVector sum5 = u5.add(u6);
            DoubleVector difference5 = u5.sub(u6);
            DoubleVector sum7 = u7.add(u8);
            DoubleVector difference7 = u7.sub(u8);
            sum7.lanewise(VectorOperators.FMA, G70,
                    sum5.lanewise(VectorOperators.FMA, G50,
                            sum3.lanewise(VectorOperators.FMA, G30,
                                    sum1.lanewise(VectorOperators.FMA, G10, u0.mul(G00)))))
                    .intoArray(to, q);
            q += pitch;
            difference7
                    .lanewise(VectorOperators.FMA, G71,
                            difference5.lanewise(VectorOperators.FMA, G51, difference3
                                    .lanewise(VectorOperators.FMA, G31, difference1.mul(G11))))
                    .intoArray(to, q);
            q += pitch;
            sum7.lanewise(
                    VectorOperators.FMA, G72, sum5
                            .lanewise(VectorOperators.FMA, G52,
                                    sum3.lanewise(VectorOperators.FMA, G32,
                                            sum1.lanewise(VectorOperators.FMA, G12, u9))))
                    .intoArray(to, q);
        }
    }
}
