package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** What weights of classes and ignored labels mean to losses, accuracies and steps. */
class CountedSamplesTest {
    private static final double LOG_2 = Math.log(2);

    /** Logits (x, 0). */
    private static Network network(Loss loss) {
        return Network.input(1).linear(2).loss(loss);
    }

    private static Parameters parameters(Network network) {
        return new Parameters(List.of(
                new Parameter(network.parameters().get(0), new double[] {1, 0}),
                new Parameter(network.parameters().get(1), new double[2])));
    }

    private static Trainer trainer(Network network, double learningRate) {
        return new Trainer(network, parameters(network),
                TrainingOptions.of(Optimizer.sgd(learningRate)).batchSize(2));
    }

    private static double[] flat(Trainer trainer) {
        return trainer.parameters().list().stream()
                .flatMapToDouble(found -> Arrays.stream(found.values())).toArray();
    }

    /** Losses log 2, 0, 1000, log 2 and 1000; the largest logit is right, right, wrong, right. */
    private static Samples samples(Network network, int ignored) {
        return Samples.labelled(network.input(), new double[] {0, 1000, 1000, 0, 1000},
                new int[] {0, 0, 1, 0, ignored});
    }

    /** All batches but the first end in another weight than a mean over samples would give them. */
    @ParameterizedTest
    @ValueSource(ints = {-100, -1, 2, 255})
    void anEvaluationCountsWhatIsNotIgnored(int ignored) {
        for (Loss.Reduction reduction : Loss.Reduction.values()) {
            Network network = network(Loss.softmaxCrossEntropy().weight(4, 0.5)
                    .ignoreIndex(ignored).reduction(reduction));
            double expected = (8 * LOG_2 + 500) / 12.5;
            for (int batchSize : new int[] {1, 2, 3, 5}) {
                Evaluation found = new Model(network, parameters(network), batchSize)
                        .evaluate(samples(network, ignored));
                assertEquals(4, found.samples());
                assertEquals(expected, found.loss(), 0x1p-40);
                assertEquals(0.75, found.accuracy());
                assertArrayEquals(new int[][] {{3, 0}, {1, 0}}, found.confusion());
            }
            EpochReport report = epoch(network, samples(network, ignored));
            assertEquals(expected, report.loss(), 0x1p-40);
            assertEquals(0.75, report.accuracy());
        }
    }

    /** An epoch that learns nothing. */
    private static EpochReport epoch(Network network, Samples samples) {
        List<EpochReport> reports = new ArrayList<>();
        trainer(network, 0).train(samples, 1, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                reports.add(report);
            }
        });
        return reports.getFirst();
    }

    /** A class that is ignored counts neither as right nor as wrong. */
    @Test
    void anIgnoredClassIsNotEvaluated() {
        Network network = network(Loss.softmaxCrossEntropy().ignoreIndex(0));
        Evaluation found = new Model(network, parameters(network), 2)
                .evaluate(samples(network, 1));
        assertEquals(2, found.samples());
        assertEquals(1000, found.loss());
        assertEquals(0, found.accuracy());
        assertArrayEquals(new int[][] {{0, 0}, {2, 0}}, found.confusion());
        assertEquals(0, epoch(network, samples(network, 1)).accuracy());
        assertArrayEquals(new double[] {0.5, 0.5}, new Model(network, parameters(network), 2)
                .probabilities(Samples.unlabelled(network.input(), new double[] {0})));
    }

    /** The same step as without the samples that do not count, to the last bit. */
    @Test
    void anIgnoredSampleChangesNoStep() {
        Network network = network(Loss.softmaxCrossEntropy().weight(3, 0.7).labelSmoothing(0.1));
        Trainer one = trainer(network, 0.5);
        Trainer other = trainer(network, 0.5);
        double loss = one.step(new double[] {0.3}, new int[] {1});
        assertEquals(loss, other.step(new double[] {0.3, 7}, new int[] {1, -100}));
        assertArrayEquals(flat(one), flat(other));
        assertEquals(loss, trainer(network, 0.5).step(new double[] {7, 0.3}, new int[] {-100, 1}));
    }

    /** No divisor, no gradient: parameters stay, and no training ends. */
    @Test
    void aBatchOfIgnoredSamplesHasTheLoss0() {
        for (Loss.Reduction reduction : Loss.Reduction.values()) {
            Network network = network(Loss.softmaxCrossEntropy().weight(0, 1).reduction(reduction));
            Trainer trainer = trainer(network, 0.5);
            double[] before = flat(trainer);
            assertEquals(0.0, trainer.step(new double[] {3, 4}, new int[] {-100, -100}));
            assertEquals(0.0, trainer.step(new double[] {3, 4}, new int[] {0, -100}));
            assertArrayEquals(before, flat(trainer));
        }
    }

    private static Arguments wrong(String message, Executable run) {
        return Arguments.of(message, run);
    }

    static Stream<Arguments> refused() {
        Network classes = network(Loss.softmaxCrossEntropy().weight(0, 1).ignoreIndex(-1));
        Network binary = network(Loss.binaryCrossEntropyWithLogits());
        double[] pair = new double[2];
        Trainer trainer = trainer(classes, 1);
        Trainer other = trainer(binary, 1);
        String nothing = "the labels of all 2 samples are ignored, or have the weight 0, in"
                + " softmax_cross_entropy(weight [0.0, 1.0], ignore_index -1); at least one sample"
                + " has to count";
        return Stream.of(
                wrong(nothing, () -> trainer.train(
                        Samples.labelled(classes.input(), pair, new int[] {-1, -1}), 1,
                        TrainingListener.SILENT)),
                wrong(nothing, () -> trainer.model().evaluate(
                        Samples.labelled(classes.input(), pair, new int[] {-1, 0}))),
                wrong("sample 1: label -100 is none of the network's 2 classes, 0 to 1",
                        () -> trainer.model().evaluate(
                                Samples.labelled(classes.input(), pair, new int[] {1, -100}))),
                wrong("sample 0: label 2 is none of 2 classes",
                        () -> trainer.step(pair, new int[] {2, -1})),
                wrong("target value 1 of sample 1 is 1.5; binary_cross_entropy_with_logits needs"
                        + " values from 0 to 1",
                        () -> other.model().evaluate(Samples.valued(binary.input(), pair,
                                new double[] {0, 1, 0.5, 1.5}))),
                wrong("target value 0 of sample 1 is NaN; binary_cross_entropy_with_logits needs"
                        + " values from 0 to 1",
                        () -> other.step(pair, new double[] {0, 1, Double.NaN, 0})),
                wrong("target value 1 of sample 0 is -4.9E-324; binary_cross_entropy_with_logits"
                        + " needs values from 0 to 1",
                        () -> other.step(pair, new double[] {0, -Double.MIN_VALUE, 0, 0})));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void samplesThatALossIsNotDefinedForAreRefused(String message, Executable run) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, run).getMessage());
    }
}
