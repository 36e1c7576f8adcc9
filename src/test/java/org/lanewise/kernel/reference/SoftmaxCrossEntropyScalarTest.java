package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.RandomArrays.HUGE;
import static org.lanewise.kernel.RandomArrays.ULP;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.ClassTargets;
import org.lanewise.kernel.Element;

/** The loss stays finite and exact where exp alone would not. */
class SoftmaxCrossEntropyScalarTest {
    private static final int IGNORED = -100;

    private static ClassTargets plain(int classes, int... labels) {
        double[] weight = new double[classes];
        Arrays.fill(weight, 1);
        return ClassTargets.of(labels, IGNORED, weight, 0);
    }

    private static double loss(double[] probabilities, int label, double... logits) {
        double[] losses = new double[1]; // double
        SoftmaxCrossEntropyScalar.forward(plain(logits.length, label), logits, probabilities,
                losses, 0, 1);
        return Element.round(losses[0]);
    }

    @Test
    void largeLogitsStayFinite() {
        double[] probabilities = new double[2];
        assertEquals(0.0, loss(probabilities, 0, 1e4, -1e4));
        assertArrayEquals(new double[] {1, 0}, probabilities);
        assertEquals(2e4, loss(probabilities, 1, 1e4, -1e4));
        assertEquals(HUGE, loss(probabilities, 1, HUGE, 0));
        assertEquals(StrictMath.log(2), loss(probabilities, 1, HUGE, HUGE));
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
        SoftmaxCrossEntropyScalar.backward(plain(2, 1, 0), new double[] {0.25, 0.75, 1, 0}, 0.5,
                diff, 0, 2);
        assertArrayEquals(new double[] {0.125, -0.125, 0, 0}, diff);
    }

    /** By hand: equal logits have the probability 1/4 each. */
    @Test
    void weightsAndSmoothingShareTheTarget() {
        double[] weight = {1, 2, 0, 5};
        ClassTargets targets = ClassTargets.of(new int[] {1}, IGNORED, weight, 0.5);
        double[] probabilities = new double[4];
        double[] losses = new double[1]; // double
        SoftmaxCrossEntropyScalar.forward(targets, new double[4], probabilities, losses, 0, 1);
        double all = 0.5 * 2 + 0.5 / 4 * (1 + 2 + 0 + 5);
        assertEquals(all * StrictMath.log(4), losses[0], 5 * ULP);
        double[] diff = new double[4];
        SoftmaxCrossEntropyScalar.backward(targets, probabilities, 3, diff, 0, 1);
        assertArrayEquals(new double[] {3 * (all / 4 - 0.125), 3 * (all / 4 - 1.25), 3 * all / 4,
                3 * (all / 4 - 0.625)}, diff);
    }

    /** Rows of 0 and one 1 give the bits of labels; others, by hand, of logits with equal probabilities. */
    @Test
    void probabilitiesOfClassesAreTargets() {
        double[] logits = {1, -2.5, 0.25, 800, 3, 3, -7, 1e4};
        double[] one = {0, 0, 1, 0, 1, 0, 0, 0};
        double[][] found = new double[2][];
        double[][] losses = new double[2][2]; // double
        double[] weight = {1, 1, 1, 1};
        ClassTargets[] both = {ClassTargets.of(new int[] {2, 0}, IGNORED, weight, 0),
                ClassTargets.of(one, weight, 0)};
        for (int i = 0; i < 2; i++) {
            double[] probabilities = new double[8];
            found[i] = new double[8];
            SoftmaxCrossEntropyScalar.forward(both[i], logits, probabilities, losses[i], 0, 2);
            SoftmaxCrossEntropyScalar.backward(both[i], probabilities, 0.5, found[i], 0, 2);
        }
        assertArrayEquals(losses[0], losses[1]);
        for (int i = 0; i < 8; i++) {
            assertEquals(found[0][i] + 0.0, found[1][i] + 0.0);
        }

        ClassTargets targets = ClassTargets.of(new double[] {0.5, 0, 2, 0.25},
                new double[] {1, 2, 0, 5}, 0.5);
        double[] probabilities = new double[4];
        double[] loss = new double[1]; // double
        SoftmaxCrossEntropyScalar.forward(targets, new double[4], probabilities, loss, 0, 1);
        double all = 0.375 + 0.25 + 0 + 1.25;
        assertEquals(all * StrictMath.log(4), loss[0], 5 * ULP);
        double[] diff = new double[4];
        SoftmaxCrossEntropyScalar.backward(targets, probabilities, 3, diff, 0, 1);
        assertArrayEquals(new double[] {3 * (all / 4 - 0.375), 3 * (all / 4 - 0.25), 3 * all / 4,
                3 * (all / 4 - 1.25)}, diff, 5 * ULP);
    }

    /** As in PyTorch: minus infinity has no finite logarithm, even by 0. */
    @Test
    void aLogitThatIsNotFiniteReachesTheLossOfProbabilities() {
        for (double odd : new double[] {Double.NaN, Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY}) {
            double[] loss = new double[1]; // double
            SoftmaxCrossEntropyScalar.forward(ClassTargets.of(new double[] {1, 0},
                    new double[] {1, 1}, 0), new double[] {0, odd}, new double[2], loss, 0, 1);
            assertEquals(Double.NaN, loss[0]);
        }
    }

    /** Only the labels that are not ignored have to be classes, and no logit reaches the others. */
    @Test
    void anIgnoredSampleHasNeitherLossNorGradient() {
        double[] logits = {Double.NaN, 1, 2, 3};
        double[] probabilities = new double[4];
        double[] losses = {7, 7}; // double
        double[] diff = {7, 7, 7, 7};
        ClassTargets targets = plain(2, IGNORED, 1);
        SoftmaxCrossEntropyScalar.forward(targets, logits, probabilities, losses, 0, 2);
        SoftmaxCrossEntropyScalar.backward(targets, probabilities, 1, diff, 0, 2);
        assertEquals(0.0, losses[0]);
        assertTrue(losses[1] > 0);
        assertArrayEquals(new double[] {0, 0}, Arrays.copyOf(diff, 2));
        assertTrue(diff[2] > 0 && diff[3] < 0);
    }

    /** A class of the weight 0 counts nothing, and an infinite loss of it is no number. */
    @Test
    void smoothedInfinityReachesTheLoss() {
        double[] logits = {0, Double.NEGATIVE_INFINITY};
        for (double weight : new double[] {0, 1}) {
            double[] losses = new double[1]; // double
            SoftmaxCrossEntropyScalar.forward(ClassTargets.of(new int[] {0}, IGNORED,
                    new double[] {1, weight}, 0.1), logits, new double[2], losses, 0, 1);
            assertEquals(weight == 0 ? Double.NaN : Double.POSITIVE_INFINITY, losses[0]);
        }
    }
}
