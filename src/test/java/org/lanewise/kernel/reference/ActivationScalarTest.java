package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.kernel.RandomArrays.HUGE;
import static org.lanewise.kernel.RandomArrays.ULP;

import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Element;

/** The element functions and their derivatives at zero, far out, and at NaN. */
class ActivationScalarTest {
    private static final double NAN = Double.NaN;
    /** Its cube is infinite. */
    private static final double CUBE = Element.round(2 * Math.cbrt(Double.MAX_VALUE));
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
                of(ActivationScalar::sigmoid, 1, -1), ULP);
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
                of(ActivationScalar::tanh, 1, -1), ULP);
    }

    @Test
    void theSlopeOfTanhIsOneMinusYSquared() {
        assertArrayEquals(new double[] {8, 6, -15, 0, 0, NAN, NAN},
                back(ActivationScalar::tanhBackward,
                        new double[] {0, -0.5, 0.25, 1, -1, NAN, 0.5}, 8, 8, -16, 9, 9, 1, NAN));
    }

    @Test
    void relu6EndsAtSixAndKeepsNan() {
        assertArrayEquals(new double[] {0, 0, 0, 3, 6, 6, 6, NAN},
                of(ActivationScalar::relu6, -INF, -1, 0, 3, 6, 7, INF, NAN));
    }

    /** PyTorch's of {@code leaky_relu}, whose slope may have either sign. */
    @Test
    void leakyReluMultipliesWhatIsNotAboveZero() {
        assertArrayEquals(new double[] {-INF, -0.5, 0, 3, INF, NAN},
                of((x, y, from, to) -> ActivationScalar.leakyRelu(0.25, x, y, from, to), -INF, -2,
                        0, 3, INF, NAN));
        assertArrayEquals(new double[] {INF, 0.5, 3, INF}, of((x, y, from, to) -> ActivationScalar
                .leakyRelu(-0.25, x, y, from, to), -INF, -2, 3, INF));
    }

    @Test
    void hardswishIsZeroUpToMinusThreeAndItsInputFromThreeOn() {
        assertArrayEquals(new double[] {NAN, -0.0, -0.0, -1.0 / 3, 0, 2.0 / 3, 3, HUGE, INF, NAN},
                of(ActivationScalar::hardswish, -INF, -4, -3, -1, 0, 1, 3, HUGE, INF, NAN),
                ULP);
    }

    @Test
    void aPiecewiseSlopeHasItsCornersAndNan() {
        double[] segments = {-1, 2, 10, 20, 0.5, 3};
        assertArrayEquals(new double[] {20, 20, 6, 8, 40, 40, NAN, NAN},
                back((x, diffDst, diffSrc, from, to) -> ActivationScalar.piecewiseBackward(segments,
                        x, diffDst, diffSrc, from, to),
                        new double[] {-INF, -1, 0, 2 - ULP, 2, INF, NAN, 0},
                        2, 2, 2, 2, 2, 2, 2, NAN),
                40 * ULP);
    }

    @Test
    void eluFallsToMinusAlpha() {
        assertArrayEquals(
                new double[] {-2, -2, Element.round(2 * (1 / Math.E - 1)), -2e-9, 0, 3, INF, NAN},
                of((x, y, from, to) -> ActivationScalar.elu(2, x, y, from, to), -INF, -50, -1,
                        -1e-9,
                        0, 3, INF, NAN),
                ULP);
    }

    /** PyTorch's threshold is seen: the function is 2e-9 lower from there on. */
    @Test
    void softplusIsItsInputAboveTwenty() {
        assertArrayEquals(
                new double[] {0, 0, Element.round(Math.log(2)), 20.000000002061153, 20.000001, INF,
                        NAN},
                of(ActivationScalar::softplus, -INF, -800, 0, 20, 20.000001, INF, NAN), 20 * ULP);
        assertArrayEquals(new double[] {0, 4, 7.999999983510771, 8, 8, NAN},
                back(ActivationScalar::softplusBackward,
                        new double[] {-INF, 0, 20, 20.000001, INF, NAN}, 8, 8, 8, 8, 8, 8),
                10 * ULP);
    }

    /** PyTorch's too: minus infinity times 0 is NaN. */
    @Test
    void gatesOfInfinityAreThoseOfPyTorch() {
        Forward silu = (x, y, from, to) -> GeluScalar.gate(1, 0, x, y, from, to);
        Forward tanh = (x, y, from, to) -> GeluScalar.gate(GeluScalar.LINEAR, GeluScalar.CUBIC, x,
                y, from, to);
        for (Forward function : new Forward[] {silu, tanh, GeluScalar::gelu}) {
            assertArrayEquals(new double[] {NAN, -0.0, -0.0, 0, HUGE, INF, NAN},
                    of(function, -INF, -HUGE, -0.0, 0, HUGE, INF, NAN));
        }
        Backward siluBack = (x, diffDst, diffSrc, from, to) -> GeluScalar.gateBackward(1, 0, x,
                diffDst, diffSrc, from, to);
        Backward tanhBack = (x, diffDst, diffSrc, from, to) -> GeluScalar.gateBackward(
                GeluScalar.LINEAR, GeluScalar.CUBIC, x, diffDst, diffSrc, from, to);
        for (Backward function : new Backward[] {siluBack, tanhBack, GeluScalar::geluBackward}) {
            assertArrayEquals(new double[] {NAN, 0, 2, 2, 4, NAN, NAN, NAN}, back(function,
                    new double[] {-INF, -CUBE, -0.0, 0, CUBE, INF, NAN, 0}, 4, 4, 4, 4, 4, 4, 4,
                    NAN), 0x1p-80);
        }
    }

    @Test
    void writesOnlyTheGivenElements() {
        double[] ones = {1, 1, 1, 1};
        for (Forward function : new Forward[] {ActivationScalar::relu, ActivationScalar::sigmoid,
                ActivationScalar::tanh, ActivationScalar::relu6, ActivationScalar::hardswish,
                ActivationScalar::softplus, GeluScalar::gelu}) {
            double[] all = of(function, ones);
            double[] dst = {7, 7, 7, 7};
            function.run(ones, dst, 1, 3);
            assertArrayEquals(new double[] {7, all[0], all[0], 7}, dst);
        }
        double[] halves = {0.5, 0.5, 0.5, 0.5};
        for (Backward function : new Backward[] {ActivationScalar::reluBackward,
                ActivationScalar::sigmoidBackward, ActivationScalar::tanhBackward,
                ActivationScalar::softplusBackward, GeluScalar::geluBackward}) {
            double[] all = back(function, halves, ones);
            double[] diffSrc = {7, 7, 7, 7};
            function.run(halves, ones, diffSrc, 1, 3);
            assertArrayEquals(new double[] {7, all[0], all[0], 7}, diffSrc);
        }
    }
}
