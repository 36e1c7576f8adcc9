package org.lanewise.kernel;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernel.WinogradMatrices.Fraction;

/**
 * The transforms of F(4x4, 3x3), line by line: tiles of 4 by 4 outputs from 6 by 6 inputs by 36
 * products instead of 144. Lanes hold channels.
 *
 * <p>Points are 0, 1, -1, 2, -2 and infinity; see {@link Winograd8Vector}.
 */
final class Winograd4Vector {
    /** Outputs of a line. */
    static final int M = 4;

    /** The matrices that the transforms compute with. */
    static final WinogradMatrices MATRICES = new WinogradMatrices(M, 3, List.of(Fraction.of(0, 1),
            Fraction.of(1, 1), Fraction.of(-1, 1), Fraction.of(2, 1), Fraction.of(-2, 1)));

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

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
            d0.lanewise(VectorOperators.FMA, B00, d2.lanewise(VectorOperators.FMA, B02, d4))
                    .intoArray(to, q);
            DoubleVector even1 = d2.lanewise(VectorOperators.FMA, B12, d4);
            DoubleVector odd1 = d1.lanewise(VectorOperators.FMA, B11, d3);
            q += pitch;
            even1.add(odd1).intoArray(to, q);
            q += pitch;
            even1.sub(odd1).intoArray(to, q);
            DoubleVector even3 = d2.lanewise(VectorOperators.FMA, B32, d4);
            DoubleVector odd3 = d1.lanewise(VectorOperators.FMA, B31, d3.mul(B33));
            q += pitch;
            even3.add(odd3).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).intoArray(to, q);
            q += pitch;
            d1.lanewise(VectorOperators.FMA, B51, d3.lanewise(VectorOperators.FMA, B53, d5))
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
            DoubleVector sum1 = m1.add(m2);
            DoubleVector difference1 = m1.sub(m2);
            DoubleVector sum3 = m3.add(m4);
            DoubleVector difference3 = m3.sub(m4);
            m0.add(sum1).add(sum3).intoArray(to, q);
            q += pitch;
            difference3.lanewise(VectorOperators.FMA, A13, difference1).intoArray(to, q);
            q += pitch;
            sum3.lanewise(VectorOperators.FMA, A23, sum1).intoArray(to, q);
            q += pitch;
            difference3.lanewise(VectorOperators.FMA, A33, difference1).add(m5).intoArray(to, q);
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
            DoubleVector even1 = g0.add(g2).mul(G10);
            DoubleVector odd1 = g1.mul(G10);
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
            y0.intoArray(to, q);
            DoubleVector even1 = y0.add(y2);
            DoubleVector odd1 = y1.add(y3);
            q += pitch;
            even1.add(odd1).intoArray(to, q);
            q += pitch;
            even1.sub(odd1).intoArray(to, q);
            DoubleVector even3 = y2.lanewise(VectorOperators.FMA, A23, y0);
            DoubleVector odd3 = y3.lanewise(VectorOperators.FMA, A33, y1.mul(A13));
            q += pitch;
            even3.add(odd3).intoArray(to, q);
            q += pitch;
            even3.sub(odd3).intoArray(to, q);
            q += pitch;
            y3.intoArray(to, q);
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
            DoubleVector sum1 = u1.add(u2).mul(G10);
            DoubleVector difference1 = u1.sub(u2);
            DoubleVector sum3 = u3.add(u4);
            DoubleVector difference3 = u3.sub(u4);
            sum3.lanewise(VectorOperators.FMA, G30, u0.lanewise(VectorOperators.FMA, G00, sum1))
                    .intoArray(to, q);
            q += pitch;
            difference3.lanewise(VectorOperators.FMA, G31, difference1.mul(G10)).intoArray(to, q);
            q += pitch;
            sum3.lanewise(VectorOperators.FMA, G32, sum1.add(u5)).intoArray(to, q);
        }
    }
}
