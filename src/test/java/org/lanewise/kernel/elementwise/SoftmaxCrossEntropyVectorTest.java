package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.kernel.RandomArrays.HUGE;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.ClassTargets;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.reference.SoftmaxCrossEntropyScalar;

/** Softmax cross-entropy on vectors against the reference, every bit, for some of the samples. */
class SoftmaxCrossEntropyVectorTest {
    private static final int SAMPLES = 11;
    private static final int IGNORED = 255;
    private static final double[] ODD = {0.0, -0.0, HUGE, -HUGE, 800, -800,
            Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};

    /** Losses, probabilities and gradients of samples 2 to 9, among others left as they were. */
    private record Results(
            double[] losses, // double
            double[] probabilities, double[] diff) {
        static Results untouched(int classes) {
            Results results = new Results(
                    new double[SAMPLES], // double
                    new double[SAMPLES * classes], new double[SAMPLES * classes]);
            Arrays.fill(results.losses, 7);
            Arrays.fill(results.probabilities, 7);
            Arrays.fill(results.diff, 7);
            return results;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 101})
    void everyBitIsTheReferences(int classes) {
        Random random = new Random(classes);
        for (double odd : ODD) {
            double[] logits = new double[SAMPLES * classes];
            int[] labels = new int[SAMPLES];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextInt(3 * classes) == 0
                        ? odd
                        : Element.round(5 * random.nextGaussian());
            }
            Arrays.setAll(labels, n -> random.nextInt(classes));
            labels[random.nextInt(SAMPLES)] = IGNORED;
            double[] weight = new double[classes];
            Arrays.fill(weight, 1);
            requireEqual(logits, ClassTargets.of(labels, IGNORED, weight, 0));
            requireEqual(logits, ClassTargets.of(labels, IGNORED, weight, 0.1));
            weight = someZeros(random, classes);
            requireEqual(logits, ClassTargets.of(labels, IGNORED, weight, 0));
            requireEqual(logits, ClassTargets.of(labels, IGNORED, weight, 0.7));
            double[] given = someZeros(random, SAMPLES * classes);
            requireEqual(logits, ClassTargets.of(given, weight, 0));
            requireEqual(logits, ClassTargets.of(given, weight, 0.7));
        }
    }

    private static double[] someZeros(Random random, int count) {
        double[] numbers = doubles(random, count, 0, 2);
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextInt(3) == 0 ? 0 : numbers[i];
        }
        return numbers;
    }

    private static void requireEqual(double[] logits, ClassTargets targets) {
        Results expected = Results.untouched(targets.classes());
        SoftmaxCrossEntropyScalar.forward(targets, logits, expected.probabilities, expected.losses,
                2, 9);
        SoftmaxCrossEntropyScalar.backward(targets, expected.probabilities, 1.0 / 7, expected.diff,
                2, 9);
        Results found = Results.untouched(targets.classes());
        SoftmaxCrossEntropyVector.forward(targets, logits, found.probabilities, found.losses, 2, 9);
        SoftmaxCrossEntropyVector.backward(targets, found.probabilities, 1.0 / 7, found.diff, 2, 9);
        assertArrayEquals(expected.losses, found.losses);
        assertArrayEquals(expected.probabilities, found.probabilities);
        assertArrayEquals(expected.diff, found.diff);
    }
}
