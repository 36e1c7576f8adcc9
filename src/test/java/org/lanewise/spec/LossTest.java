package org.lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The range of every option of a loss, what it needs of a network, and how it prints. */
class LossTest {
    private static final double[] NOT_FINITE_OR_NEGATIVE = {-Double.MIN_VALUE, -1, Double.NaN,
            Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private static Arguments wrong(String message, Executable run) {
        return Arguments.of(message, run);
    }

    static Stream<Arguments> refused() {
        Stream<Arguments> numbers = DoubleStream.of(NOT_FINITE_OR_NEGATIVE).boxed()
                .flatMap(value -> Stream.of(
                        wrong("softmax_cross_entropy: weight " + value
                                + " must be finite and at least 0",
                                () -> Loss.softmaxCrossEntropy().weight(1, value)),
                        wrong("binary_cross_entropy_with_logits: pos_weight " + value
                                + " must be finite and at least 0",
                                () -> Loss.binaryCrossEntropyWithLogits().posWeight(0, value)),
                        wrong("huber: delta " + value + " must be finite and above 0",
                                () -> Loss.huber().delta(value)),
                        wrong("smooth_l1: beta " + value + " must be finite and at least 0",
                                () -> Loss.smoothL1().beta(value)),
                        wrong("softmax_cross_entropy: label_smoothing " + value
                                + " must be at least 0 and below 1",
                                () -> Loss.softmaxCrossEntropy().labelSmoothing(value))));
        return Stream.concat(numbers, Stream.of(
                wrong("softmax_cross_entropy: label_smoothing 1.0 must be at least 0 and below 1",
                        () -> Loss.softmaxCrossEntropy().labelSmoothing(1)),
                wrong("softmax_cross_entropy: ignore_index 1 must be left out where targets are"
                        + " probabilities, which are no index",
                        () -> Loss.softmaxCrossEntropy().ignoreIndex(1).probabilities(true)),
                wrong("softmax_cross_entropy: weight [0.0, 0.0] must be above 0 for some class",
                        () -> Loss.softmaxCrossEntropy().weight(0, 0)),
                wrong("softmax_cross_entropy: weight has 3 numbers, but the network has 2 outputs;"
                        + " give one for each, or none",
                        () -> Network.input(3).linear(2)
                                .loss(Loss.softmaxCrossEntropy().weight(1, 2, 3))),
                wrong("binary_cross_entropy_with_logits: pos_weight has 2 numbers, but the network"
                        + " has 12 outputs; give one for each, or none",
                        () -> Network.input(2, 2, 3).relu()
                                .loss(Loss.binaryCrossEntropyWithLogits().posWeight(1, 2)))));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void anOptionOutOfRangeIsRefused(String message, Executable run) {
        assertEquals(message, assertThrows(NetworkException.class, run).getMessage());
    }

    @Test
    void theEndsOfTheRangesAreAccepted() {
        for (double value : new double[] {0, Double.MIN_VALUE, Math.nextDown(1.0)}) {
            assertEquals(value, Loss.softmaxCrossEntropy().labelSmoothing(value).labelSmoothing());
        }
        for (double value : new double[] {0, Double.MIN_VALUE, Double.MAX_VALUE}) {
            assertEquals(value, Loss.smoothL1().beta(value).beta());
            assertEquals(List.of(1.0, value),
                    Loss.softmaxCrossEntropy().weight(1, value).weight());
            assertEquals(List.of(value),
                    Loss.binaryCrossEntropyWithLogits().posWeight(value).posWeight());
        }
        for (int label : new int[] {Integer.MIN_VALUE, -1, 0, 7, Integer.MAX_VALUE}) {
            assertEquals(label, Loss.softmaxCrossEntropy().ignoreIndex(label).ignoreIndex());
        }
    }

    @Test
    void everyMethodChangesItsOwnOption() {
        Loss.SoftmaxCrossEntropy all = Loss.softmaxCrossEntropy().weight(1, 2).ignoreIndex(3)
                .labelSmoothing(0.5).reduction(Loss.Reduction.SUM);
        assertEquals(new Loss.SoftmaxCrossEntropy(List.of(1.0, 2.0), 3, 0.5, false,
                Loss.Reduction.SUM), all);
        Loss.SoftmaxCrossEntropy soft = Loss.softmaxCrossEntropy().probabilities(true);
        assertEquals(new Loss.SoftmaxCrossEntropy(List.of(1.0, 2.0), -100, 0.5, true,
                Loss.Reduction.SUM),
                soft.weight(1, 2).labelSmoothing(0.5).reduction(Loss.Reduction.SUM));
        assertEquals(Loss.softmaxCrossEntropy(), soft.probabilities(false));
        assertEquals(new Loss.SoftmaxCrossEntropy(Loss.Reduction.SUM),
                all.weight(new double[0]).ignoreIndex(-100).labelSmoothing(0));
    }

    @Test
    void itPrintsWhatIsNotTheDefault() {
        assertEquals("softmax_cross_entropy", Loss.softmaxCrossEntropy().toString());
        assertEquals("mean_squared_error", Loss.meanSquaredError().toString());
        assertEquals("binary_cross_entropy_with_logits",
                Loss.binaryCrossEntropyWithLogits().toString());
        assertEquals("smooth_l1", Loss.smoothL1().toString());
        assertEquals("softmax_cross_entropy(weight [1.0, 0.5], ignore_index -1, label_smoothing"
                + " 0.1, reduction sum)",
                Loss.softmaxCrossEntropy().weight(1, 0.5).ignoreIndex(-1).labelSmoothing(0.1)
                        .reduction(Loss.Reduction.SUM).toString());
        assertEquals("softmax_cross_entropy(label_smoothing 0.1, targets probabilities)",
                Loss.softmaxCrossEntropy().labelSmoothing(0.1).probabilities(true).toString());
        assertEquals("mean_squared_error(reduction sum)",
                Loss.meanSquaredError().reduction(Loss.Reduction.SUM).toString());
        assertEquals("binary_cross_entropy_with_logits(pos_weight [3.0])",
                Loss.binaryCrossEntropyWithLogits().posWeight(3).toString());
        assertEquals("huber", Loss.huber().toString());
        assertEquals("huber(reduction sum)",
                Loss.huber().reduction(Loss.Reduction.SUM).toString());
        assertEquals("huber(delta 0.5, reduction sum)",
                Loss.huber().delta(0.5).reduction(Loss.Reduction.SUM).toString());
        assertEquals("smooth_l1(beta 0.0)", Loss.smoothL1().beta(0).toString());
    }

    @Test
    void theDivisorIsTheWeightOfTheLabelUnlessItIsIgnored() {
        Loss.SoftmaxCrossEntropy loss = Loss.softmaxCrossEntropy().weight(0.5, 3);
        assertEquals(3, loss.divisor(1));
        assertEquals(0, loss.divisor(-100));
        assertEquals(0, loss.ignoreIndex(1).divisor(1));
        assertEquals(1, Loss.softmaxCrossEntropy().divisor(1));
        assertEquals(0.25, Loss.Reduction.MEAN.scale(4));
        assertEquals(1, Loss.Reduction.SUM.scale(4));
        assertEquals(0, Loss.Reduction.MEAN.scale(0));
        assertEquals(Double.NaN, Loss.Reduction.MEAN.scale(Double.POSITIVE_INFINITY));
        assertEquals(0x1p-1023, Loss.Reduction.MEAN.scale(0x1p1023));
        assertEquals(1, Loss.Reduction.SUM.scale(0));
    }
}
