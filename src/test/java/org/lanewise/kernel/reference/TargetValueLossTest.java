package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.RandomArrays.HUGE;
import static org.lanewise.kernel.RandomArrays.ULP;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Element;

/** Binary cross-entropy and smooth L1 at the ends of their ranges; figures of PyTorch 2.13. */
class TargetValueLossTest {
    private static double binary(double x, double t, double weight) {
        double[] losses = new double[1]; // double
        new BinaryCrossEntropyScalar(new double[] {weight}).forward(new double[] {x},
                new double[] {t}, losses, 0, 1);
        return Element.round(losses[0]);
    }

    private static double binaryGradient(double x, double t, double weight) {
        double[] diff = new double[1];
        new BinaryCrossEntropyScalar(new double[] {weight}).backward(new double[] {x},
                new double[] {t}, 1, diff, 0, 1);
        return diff[0];
    }

    private static double smooth(double y, double t, double beta) {
        double[] losses = new double[1]; // double
        new SmoothL1Scalar(1, beta).forward(new double[] {y}, new double[] {t}, losses, 0, 1);
        return Element.round(losses[0]);
    }

    @Test
    void huberIsSmoothL1TimesDelta() {
        double[] losses = new double[1]; // double
        double[] diff = new double[1];
        for (double delta : new double[] {0.5, 2, HUGE, Double.MIN_NORMAL}) {
            for (double y : new double[] {-3, -0.5, 0, 0.25, 0.5, 1, 7, HUGE / 4}) {
                SmoothL1Scalar huber = SmoothL1Scalar.huber(1, delta);
                huber.forward(new double[] {y}, new double[] {0}, losses, 0, 1);
                huber.backward(new double[] {y}, new double[] {0}, 1, diff, 0, 1);
                double size = Math.abs(y);
                assertEquals(size < delta ? 0.5 * y * y : delta * (size - 0.5 * delta),
                        Element.round(losses[0]));
                assertEquals(size < delta ? y : delta * Math.signum(y), diff[0]);
            }
        }
        SmoothL1Scalar.huber(1, 1).backward(new double[] {Double.NaN}, new double[] {0}, 1, diff, 0,
                1);
        assertTrue(Double.isNaN(diff[0]));
    }

    private static double smoothGradient(double y, double t, double beta) {
        double[] diff = new double[1];
        new SmoothL1Scalar(1, beta).backward(new double[] {y}, new double[] {t}, 1, diff, 0, 1);
        return diff[0];
    }

    @Test
    void binaryCrossEntropyStaysFinite() {
        assertEquals(StrictMath.log(2), binary(0, 0, 1));
        assertEquals(StrictMath.log(2), binary(0, 0.3, 1), ULP);
        assertEquals(3 * StrictMath.log(2), binary(0, 1, 3), 10 * ULP);
        assertEquals(0, binary(HUGE, 1, 1));
        assertEquals(HUGE, binary(HUGE, 0, 1));
        assertEquals(HUGE, binary(-HUGE, 1, 1));
        assertEquals(5 * HUGE, binary(-HUGE, 1, 5));
        assertEquals(0, binary(-HUGE, 0, 5));
        assertEquals(StrictMath.exp(-40), binary(40, 1, 1), StrictMath.exp(-40) * 8 * ULP);
        assertTrue(Double.isNaN(binary(Double.NaN, 1, 1)));
    }

    @Test
    void binaryGradientsStayFinite() {
        assertEquals(0.5, binaryGradient(0, 0, 1));
        assertEquals(0.2, binaryGradient(0, 0.3, 1), ULP);
        assertEquals(-1.5, binaryGradient(0, 1, 3));
        assertEquals(0, binaryGradient(HUGE, 1, 1));
        assertEquals(1, binaryGradient(HUGE, 0, 1));
        assertEquals(-4, binaryGradient(-HUGE, 1, 4));
        assertEquals(0, binaryGradient(-HUGE, 0, 4));
        assertTrue(Double.isNaN(binaryGradient(Double.NaN, 1, 1)));
    }

    @Test
    void smoothL1IsASquareBelowBeta() {
        assertEquals(0.5 * 0.25 * 0.25 / 0.5, smooth(1.25, 1, 0.5));
        assertEquals(0.25, smooth(1.5, 1, 0.5));
        assertEquals(0.25, smooth(0.5, 1, 0.5));
        assertEquals(1.75, smooth(-1, 1, 0.5));
        assertEquals(0.5, smoothGradient(1.25, 1, 0.5));
        assertEquals(-0.5, smoothGradient(0.75, 1, 0.5));
        assertEquals(1, smoothGradient(1.5, 1, 0.5));
        assertEquals(-1, smoothGradient(-1, 1, 0.5));
        assertEquals(HUGE, smooth(HUGE, 0, 1));
        assertEquals(HUGE / 2, smooth(-HUGE, 0, HUGE));
        assertTrue(Double.isNaN(smooth(Double.NaN, 0, 1)));
        assertTrue(Double.isNaN(smoothGradient(0, Double.NaN, 1)));
    }

    /** PyTorch's L1Loss, whose gradient at 0 is 0. */
    @Test
    void withABetaOf0TheLossIsTheDistance() {
        assertEquals(0, smooth(3, 3, 0));
        assertEquals(2.5, smooth(0.5, 3, 0));
        assertEquals(0, smoothGradient(3, 3, 0));
        assertEquals(-1, smoothGradient(0.5, 3, 0));
        assertEquals(1, smoothGradient(Double.POSITIVE_INFINITY, 3, 0));
    }

    /** Samples and outputs are summed apart, and only those in the range are written. */
    @Test
    void everySampleHasItsSum() {
        double[] outputs = {9, 9, 0, 4, 1, 0, 9, 9};
        double[] targets = {9, 9, 2, 0, 0, 0, 9, 9};
        double[] losses = {7, 7, 7, 7}; // double
        double[] diff = {7, 7, 7, 7, 7, 7, 7, 7};
        SmoothL1Scalar smooth = new SmoothL1Scalar(2, 1);
        smooth.forward(outputs, targets, losses, 1, 3);
        smooth.backward(outputs, targets, 2, diff, 1, 3);
        assertArrayEquals(new double[] {7, 1.5 + 3.5, 0.5, 7}, losses); // double
        assertArrayEquals(new double[] {7, 7, -2, 2, 2, 0, 7, 7}, diff);
        BinaryCrossEntropyScalar binary = new BinaryCrossEntropyScalar(new double[] {1, 3});
        double[] logits = {9, 9, 0, 0, 0, 0, 9, 9};
        double[] classes = {0, 0, 1, 1, 0, 0, 0, 0};
        binary.forward(logits, classes, losses, 1, 3);
        binary.backward(logits, classes, 2, diff, 1, 3);
        assertEquals(4 * StrictMath.log(2), losses[1], 10 * ULP);
        assertEquals(2 * StrictMath.log(2), losses[2], 10 * ULP);
        assertArrayEquals(new double[] {7, 7, -1, -3, 1, 1, 7, 7}, diff);
    }

    /** Each term after the first is below half a unit of it, for floats. */
    @Test
    void aSumOfManyOutputsKeepsItsDigits() {
        int width = 10_001;
        double[] losses = new double[1]; // double
        double[] outputs = new double[width];
        double[] targets = new double[width];
        Arrays.fill(outputs, 1);
        outputs[0] = 1 << 12;
        SquaredErrorScalar.forward(width, outputs, targets, losses, 0, 1);
        assertEquals((1 << 24) + width - 1, losses[0]);
        outputs[0] = 1 << 25;
        new SmoothL1Scalar(width, 0).forward(outputs, targets, losses, 0, 1);
        assertEquals((1 << 25) + width - 1, losses[0]);
        double[] ones = outputs.clone();
        Arrays.fill(ones, 1);
        new BinaryCrossEntropyScalar(ones).forward(outputs, targets, losses, 0, 1);
        double each = 1 + StrictMath.log1p(StrictMath.exp(-1)); // double
        assertEquals((1 << 25) + (width - 1) * each, losses[0], 0.01);
    }
}
