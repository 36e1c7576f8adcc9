package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The loss stays finite and exact where exp alone would not. */
class SoftmaxCrossEntropyScalarTest {
    private static double loss(double[] probabilities, int label, double... logits) {
        double[] losses = new double[1];
        SoftmaxCrossEntropyScalar.forward(logits.length, logits, new int[] {label}, probabilities,
                losses, 0, 1);
        return losses[0];
    }

    @Test
    void largeLogitsStayFinite() {
        double[] probabilities = new double[2];
        assertEquals(0.0, loss(probabilities, 0, 1e4, -1e4));
        assertArrayEquals(new double[] {1, 0}, probabilities);
        assertEquals(2e4, loss(probabilities, 1, 1e4, -1e4));
        assertEquals(1e300, loss(probabilities, 1, 1e300, 0));
        assertEquals(StrictMath.log(2), loss(probabilities, 1, 1e300, 1e300));
    }

    @Test
    void aLabelWhoseProbabilityUnderflowsHasALoss() {
        double[] probabilities = new double[3];
        assertEquals(800.0, loss(probabilities, 2, 800, 0, 0));
        assertEquals(0.0, probabilities[2]);
    }

    @Test
    void nanInALogitReachesTheLoss() {
        assertTrue(Double.isNaN(loss(new double[2], 0, 1, Double.NaN)));
    }

    @Test
    void theGradientIsProbabilityLessTarget() {
        double[] diff = new double[4];
        SoftmaxCrossEntropyScalar.backward(2, new double[] {0.25, 0.75, 1, 0}, new int[] {1, 0},
                0.5, diff, 0, 2);
        assertArrayEquals(new double[] {0.125, -0.125, 0, 0}, diff);
    }
}
