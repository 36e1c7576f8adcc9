package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** Softmax cross-entropy with a row of class probabilities a sample; TorchReferenceTest compares figures. */
class ClassProbabilitiesTest {
    private static final Network LABELS = Network.input(4).linear(3).softmaxCrossEntropy();
    private static final Loss.SoftmaxCrossEntropy SOFT = Loss.softmaxCrossEntropy()
            .probabilities(true);
    private static final Network NETWORK = LABELS.loss(SOFT);
    private static final int SAMPLES = 11;

    private static double[] inputs() {
        return new RandomState(4).randn(SAMPLES * 4);
    }

    private static int[] labels() {
        int[] labels = new int[SAMPLES];
        Arrays.setAll(labels, i -> i % 3);
        return labels;
    }

    private static double[] rows() {
        double[] rows = new double[SAMPLES * 3];
        for (int i = 0; i < SAMPLES; i++) {
            rows[3 * i + i % 3] = 1;
        }
        return rows;
    }

    private static TrainingOptions options() {
        return TrainingOptions.of(Optimizer.sgd(0.5).momentum(0.9)).batchSize(4);
    }

    private static List<EpochReport> reports(Trainer trainer, Samples samples) {
        List<EpochReport> reports = new ArrayList<>();
        trainer.train(samples, Optional.of(samples), 3, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                reports.add(report);
            }
        });
        return reports;
    }

    /** Rows of 0 and one 1 are labels, but for what is counted of labels. */
    @ParameterizedTest
    @EnumSource
    void rowsOfOneClassLearnAsLabelsDo(Loss.Reduction reduction) {
        for (Backend backend : List.of(Backend.SCALAR, Backend.VECTOR)) {
            Trainer labels = new Trainer(
                    LABELS.loss(Loss.softmaxCrossEntropy().reduction(reduction)),
                    options().backend(backend));
            Trainer rows = new Trainer(NETWORK.loss(SOFT.reduction(reduction)),
                    options().backend(backend).accumulate(1));
            List<EpochReport> expected = reports(labels,
                    Samples.labelled(LABELS.input(), inputs(), labels()));
            List<EpochReport> found = reports(rows,
                    Samples.valued(NETWORK.input(), inputs(), rows()));
            for (int i = 0; i < 3; i++) {
                assertEquals(expected.get(i).loss(), found.get(i).loss());
                assertEquals(expected.get(i).test().orElseThrow().loss(),
                        found.get(i).test().orElseThrow().loss());
                assertTrue(Double.isNaN(found.get(i).accuracy()));
            }
            assertArrayEquals(labels.parameters().values("0.weight"),
                    rows.parameters().values("0.weight"));
            Samples plain = Samples.unlabelled(NETWORK.input(), inputs());
            assertArrayEquals(labels.model().probabilities(plain),
                    rows.model().probabilities(plain));
        }
    }

    /** The mean is over samples, whatever the weights, and over all of an update. */
    @Test
    void theMeanIsOverSamples() {
        Loss.SoftmaxCrossEntropy weighted = SOFT.weight(0, 0.25, 3).labelSmoothing(0.1);
        double[] rows = new double[SAMPLES * 3];
        RandomState random = new RandomState(9);
        Arrays.setAll(rows, i -> 2 * random.nextDouble());
        Samples samples = Samples.valued(NETWORK.input(), inputs(), rows);
        Parameters parameters = new Trainer(NETWORK, options()).parameters();
        double mean = new Model(NETWORK.loss(weighted), parameters, 3).evaluate(samples).loss();
        double sum = new Trainer(NETWORK.loss(weighted.reduction(Loss.Reduction.SUM)), parameters,
                options().batchSize(SAMPLES)).step(inputs(), rows);
        assertEquals(sum / SAMPLES, mean, 1e-14);
        Trainer large = new Trainer(NETWORK.loss(weighted), options().batchSize(12));
        Trainer small = new Trainer(NETWORK.loss(weighted), options().accumulate(3));
        large.train(samples, 2, TrainingListener.SILENT);
        small.train(samples, 2, TrainingListener.SILENT);
        assertArrayEquals(large.parameters().values("0.weight"),
                small.parameters().values("0.weight"), 1e-13);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-Double.MIN_VALUE, -0.5, Double.NaN, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY})
    void negativeOrInfiniteProbabilitiesAreRefused(double value) {
        Trainer trainer = new Trainer(NETWORK, options());
        double[] rows = Arrays.copyOf(rows(), 6);
        rows[4] = value;
        String message = "target value 1 of sample 1 is " + value
                + "; softmax_cross_entropy needs finite values of at least 0";
        double[] two = Arrays.copyOf(inputs(), 8);
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> trainer.step(two, rows)).getMessage());
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> trainer.train(Samples.valued(NETWORK.input(), two, rows), 1,
                        TrainingListener.SILENT))
                .getMessage());
        assertThrows(IllegalArgumentException.class, () -> trainer.step(two, new int[2]));
    }

    @Test
    void anySumIsAccepted() {
        Trainer trainer = new Trainer(NETWORK, options());
        double[] one = Arrays.copyOf(inputs(), 4);
        assertEquals(0, trainer.step(one, new double[3]));
        double single = trainer.step(one, new double[] {0.5, 0.25, 0.25});
        assertTrue(single > 0);
        assertTrue(trainer.step(one, new double[] {40, 1e300, -0.0}) > 1e299);
    }
}
