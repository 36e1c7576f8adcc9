package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** The element functions and their derivatives at zero, far out, and at NaN. */
class ActivationScalarTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    /** A function of elements {@code from} to {@code to}. */
    private interface Forward {
        void run(double[] src, double[] dst, int from, int to);
    }

    /** A derivative, from outputs. */
    private interface Backward {
        void run(double[] dst, double[] diffDst, double[] diffSrc, int from, int to);
    }

    private static double[] of(Forward function, double... src) {
        double[] dst = new double[src.length];
        function.run(src, dst, 0, src.length);
        return dst;
    }

    private static double[] back(Backward function, double[] dst, double... diffDst) {
        double[] diffSrc = new double[dst.length];
        function.run(dst, diffDst, diffSrc, 0, dst.length);
        return diffSrc;
    }

    @Test
    void reluKeepsWhatIsAboveZeroAndNan() {
        assertArrayEquals(new double[] {0, 0, 0, 0, Double.MIN_VALUE, 2, INF, NAN},
                of(ActivationScalar::relu, -INF, -1, -0.0, 0, Double.MIN_VALUE, 2, INF, NAN));
    }

    @Test
    void reluLetsTheGradientThroughAboveZeroAndAtNan() {
        assertArrayEquals(new double[] {0, 5, -6, 7, NAN},
                back(ActivationScalar::reluBackward, new double[] {0, Double.MIN_VALUE, 2, NAN, 1},
                        4, 5, -6, 7, NAN));
        assertArrayEquals(new double[] {0}, back(ActivationScalar::reluBackward, new double[1],
                NAN));
    }

    @Test
    void sigmoidIsAHalfAtZeroAndSaturatesWithoutNan() {
        assertArrayEquals(new double[] {0.5, 0.5, 1, 0, 1, 0, NAN},
                of(ActivationScalar::sigmoid, 0, -0.0, 1000, -1000, INF, -INF, NAN));
        // 1 / (1 + e^-1) and 1 / (1 + e); one rounding each of exp, sum and quotient.
        assertArrayEquals(new double[] {0.731058578630004879, 0.268941421369995121},
                of(ActivationScalar::sigmoid, 1, -1), 0x1p-52);
    }

    @Test
    void theSlopeOfSigmoidIsYTimesOneMinusY() {
        assertArrayEquals(new double[] {2, 3, -3, 0, 0, NAN, NAN},
                back(ActivationScalar::sigmoidBackward,
                        new double[] {0.5, 0.25, 0.75, 0, 1, NAN, 0.5}, 8, 16, -16, 9, 9, 1, NAN));
    }

    @Test
    void tanhIsOddAndSaturatesAtOne() {
        assertArrayEquals(new double[] {0, -0.0, 1, -1, 1, -1, NAN},
                of(ActivationScalar::tanh, 0, -0.0, 1000, -1000, INF, -INF, NAN));
        assertArrayEquals(new double[] {0.761594155955764888, -0.761594155955764888},
                of(ActivationScalar::tanh, 1, -1), 0x1p-52);
    }

    @Test
    void theSlopeOfTanhIsOneMinusYSquared() {
        assertArrayEquals(new double[] {8, 6, -15, 0, 0, NAN, NAN},
                back(ActivationScalar::tanhBackward,
                        new double[] {0, -0.5, 0.25, 1, -1, NAN, 0.5}, 8, 8, -16, 9, 9, 1, NAN));
    }

    @Test
    void writesOnlyTheGivenElements() {
        double[] ones = {1, 1, 1, 1};
        for (Forward function : new Forward[] {ActivationScalar::relu, ActivationScalar::sigmoid,
                ActivationScalar::tanh}) {
            double[] all = of(function, ones);
            double[] dst = {7, 7, 7, 7};
            function.run(ones, dst, 1, 3);
            assertArrayEquals(new double[] {7, all[0], all[0], 7}, dst);
        }
        double[] halves = {0.5, 0.5, 0.5, 0.5};
        for (Backward function : new Backward[] {ActivationScalar::reluBackward,
                ActivationScalar::sigmoidBackward, ActivationScalar::tanhBackward}) {
            double[] all = back(function, halves, ones);
            double[] diffSrc = {7, 7, 7, 7};
            function.run(halves, ones, diffSrc, 1, 3);
            assertArrayEquals(new double[] {7, all[0], all[0], 7}, diffSrc);
        }
    }
}
