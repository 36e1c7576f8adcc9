package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Elements;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;

/** Figures of classes as scikit-learn defines them, with 0 where nothing is divided by nothing. */
class EvaluationTest {
    /** scikit-learn 1.5: precision_recall_fscore_support(y, p, zero_division=0) of such pairs. */
    @Test
    void computesPrecisionRecallAndF1() {
        Evaluation some = new Evaluation(10, 0, 0.5,
                new int[][] {{3, 1, 0, 0}, {2, 2, 0, 1}, {0, 1, 0, 0}, {0, 0, 0, 0}});
        assertEquals(3 / 5.0, some.precision(0));
        assertEquals(3 / 4.0, some.recall(0));
        assertEquals(2 * 0.6 * 0.75 / (0.6 + 0.75), some.f1(0), 1e-15);
        assertEquals(2 / 4.0, some.precision(1));
        assertEquals(2 / 5.0, some.recall(1));
        assertEquals(4 / 9.0, some.f1(1));
        // Never predicted, and never there.
        assertEquals(0.0, some.precision(2));
        assertEquals(0.0, some.recall(2));
        assertEquals(0.0, some.f1(2));
        assertEquals(0.0, some.precision(3));
        assertEquals(0.0, some.recall(3));
        assertEquals(0.0, some.f1(3));
        assertTrue(Double.isNaN(some.topAccuracy(1)));
    }

    private static int rank(int label, double... outputs) {
        double[] row = new double[outputs.length + 2];
        System.arraycopy(outputs, 0, row, 1, outputs.length);
        return Evaluation.rank(Elements.of(row), 1, outputs.length, label);
    }

    @Test
    void ranksTiesByClass() {
        assertEquals(0, rank(0, 2, 2, 2));
        assertEquals(1, rank(1, 2, 2, 2));
        assertEquals(2, rank(2, 2, 2, 2));
        assertEquals(2, rank(0, -1, 0.0, -0.0));
        assertEquals(0, rank(1, -1, 0.0, -0.0));
        assertEquals(1, rank(2, -1, 0.0, -0.0));
        double inf = Double.POSITIVE_INFINITY;
        assertEquals(1, rank(0, 1e300, inf, -inf));
        assertEquals(2, rank(2, 1e300, inf, -inf));
    }

    /** Whatever is taken for the largest is the first, and ranks never leave the array. */
    @Test
    void ranksAgreeWithTheLargestAmongNaN() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            double[] outputs = random.ints(1 + i % 6, 0, 4).mapToDouble(
                    value -> value == 3 ? Double.NaN : value).toArray();
            int largest = Evaluation.largest(Elements.of(outputs), 0, outputs.length);
            for (int label = 0; label < outputs.length; label++) {
                int rank = Evaluation.rank(Elements.of(outputs), 0, outputs.length, label);
                assertEquals(label == largest, rank == 0, Arrays.toString(outputs));
                assertTrue(rank < outputs.length);
            }
        }
    }

    @Test
    void aModelCountsTheRanksOfItsLabels() {
        Network network = Network.input(7).linear(5)
                .loss(Loss.softmaxCrossEntropy().ignoreIndex(-1));
        Model model = new Trainer(network, TrainingOptions.of(
                Optimizer.sgd(0.1)).seed(3)).model();
        RandomState random = new RandomState(9);
        double[] inputs = random.randn(7 * 53);
        int[] labels = IntStream.range(0, 53).map(i -> i % 9 == 8 ? -1 : i * 7 % 5).toArray();
        Samples samples = Samples.labelled(new Shape.Flat(7), inputs, labels);
        Evaluation found = model.evaluate(samples);
        double[] outputs = model.outputs(samples);
        for (int k = 1; k <= 5; k++) {
            int most = k;
            long within = IntStream.range(0, 53).filter(i -> labels[i] >= 0).filter(i -> {
                double own = outputs[i * 5 + labels[i]];
                return IntStream.range(0, 5).filter(c -> outputs[i * 5 + c] > own).count() < most;
            }).count();
            assertEquals((double) within / found.samples(), found.topAccuracy(k));
        }
        assertEquals(found.accuracy(), found.topAccuracy(1));
        assertEquals((double) found.correct() / found.samples(), found.accuracy());
        assertEquals(1.0, found.topAccuracy(5));
        assertEquals(1.0, found.topAccuracy(6));
    }

    /** A label that a loss ignores needs no name, any other does. */
    @Test
    void namesAreNeededForLabelsThatCount() {
        Samples samples = Samples.labelled(new Shape.Flat(1), new double[] {1, 2, 3},
                new int[] {0, 255, 1}).classes(
                        new ClassNames(
                                List.of("no", "yes")));
        Network ignoring = Network.input(1).linear(2)
                .loss(Loss.softmaxCrossEntropy().ignoreIndex(255));
        samples.requireFit(ignoring);
        Network other = Network.input(1).linear(256).softmaxCrossEntropy();
        String message = assertThrows(
                IllegalArgumentException.class, () -> samples.requireFit(other)).getMessage();
        assertEquals("sample 1: label 255 has no name; there are 2 class names", message);
    }
}
