package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.ReduceOnPlateau;

/** Clipping, early ends, and what becomes of a training that leaves the numbers. */
class SafeguardsTest {
    private static final Network LINEAR = Network.input(2).linear(1).meanSquaredError();

    private static Trainer trainer(double rate, Safeguards safeguards, double... weights) {
        Parameters initial = new Parameters(
                List.of(new Parameter(LINEAR.parameters().get(0), weights),
                        new Parameter(LINEAR.parameters().get(1), new double[1])));
        return new Trainer(LINEAR, initial,
                TrainingOptions.of(Optimizer.sgd(rate)).batchSize(1).safeguards(safeguards));
    }

    /** Output 3, target 1: the gradient by the output is 4, by weights (1, 2) and bias (4, 8, 4). */
    @ParameterizedTest
    @ValueSource(doubles = {1, 9, 9.79, 9.8, 1000})
    void gradientsAreScaledToTheNorm(double most) {
        Trainer trainer = trainer(1, Safeguards.NONE.gradientNorm(most), 1, 1);
        assertEquals(4, trainer.step(new double[] {1, 2}, new double[] {1}));
        double factor = Math.min(1, most / (Math.sqrt(16 + 64 + 16) + 1e-6));
        double[] weights = trainer.parameters().values("0.weight");
        assertEquals(1 - 4 * factor, weights[0], 1e-15);
        assertEquals(1 - 8 * factor, weights[1], 1e-15);
        assertEquals(-4 * factor, trainer.parameters().values("0.bias")[0], 1e-15);
        assertEquals(most < 9.79795, factor < 1);
    }

    @Test
    void aGradientThatIsNotFiniteEndsTraining() {
        Trainer trainer = trainer(1, Safeguards.NONE.gradientNorm(1), 0, 0);
        String message = assertThrows(DivergenceException.class,
                () -> trainer.step(new double[] {1e200, 0}, new double[] {1e10})).getMessage();
        assertTrue(message.startsWith("step 1, learning rate 1.0: the norm of the gradients is"
                + " Infinity"), message);
        assertArrayEquals(new double[2], trainer.parameters().values("0.weight"));
        Trainer going = trainer(1, Safeguards.NONE.gradientNorm(1).skipNonFinite(true), 0, 0);
        assertEquals(1e20, going.step(new double[] {1e200, 0}, new double[] {1e10}));
        assertArrayEquals(new double[2], going.parameters().values("0.weight"));
        assertEquals(0, going.state().updates());
    }

    @Test
    void divergenceNamesTheFirstLayerThatLeftTheNumbers() {
        Network network = Network.input(1).linear(1).relu().linear(1).meanSquaredError();
        Parameters initial = Parameters.initial(network,
                (spec, values, random) -> Arrays.fill(values, 1e200), new RandomState(0));
        Trainer trainer = new Trainer(network, initial,
                TrainingOptions.of(Optimizer.sgd(0.5)).batchSize(3));
        String message = assertThrows(DivergenceException.class, () -> trainer
                .step(new double[] {0, 1, 1}, new double[] {0, 0, 0})).getMessage();
        assertEquals("step 1, learning rate 0.5: the loss is Infinity, first seen in the output of"
                + " layer 2 (linear) for input 1 of the batch; the parameters are those before this"
                + " step. A smaller learning rate may help", message);
        message = assertThrows(DivergenceException.class, () -> trainer
                .step(new double[] {0, 0, Double.NaN}, new double[] {0, 0, 0})).getMessage();
        assertEquals("step 1, learning rate 0.5: the loss is NaN, because input value 0 of input 2"
                + " of the batch is NaN; the parameters are those before this step. Correct that"
                + " sample or leave it out", message);
        message = assertThrows(DivergenceException.class, () -> trainer
                .step(new double[] {0, 0}, new double[] {0, Double.NEGATIVE_INFINITY}))
                .getMessage();
        assertTrue(message.contains("because target value 0 of input 1 of the batch is -Infinity;"),
                message);
        message = assertThrows(DivergenceException.class, () -> trainer
                .step(new double[] {0}, new double[] {1e200})).getMessage();
        assertTrue(message.contains("though the outputs of all layers are finite"), message);
    }

    /** What a double holds and a float does not, became infinite as it was rounded. */
    @Test
    void aValueThatSinglePrecisionCannotHoldIsExplained() {
        Trainer trainer = new Trainer(LINEAR, TrainingOptions.of(Optimizer.sgd(0.5)).batchSize(2)
                .precision(Precision.SINGLE));
        String message = assertThrows(DivergenceException.class, () -> trainer
                .step(new double[] {0, 0, 0, -1e39}, new double[2])).getMessage();
        assertTrue(message.contains("because input value 1 of input 1 of the batch is -Infinity"
                + " (single precision ends at 3.4028235E38); "), message);
    }

    /** Shuffled, so that the place in the batch is not that in the data set. */
    @Test
    void divergenceNamesTheSampleOfTheDataSet() {
        double[] inputs = new double[2 * 50];
        inputs[2 * 33 + 1] = Double.POSITIVE_INFINITY;
        Samples samples = Samples.valued(LINEAR.input(), inputs, new double[50]);
        Trainer trainer = new Trainer(LINEAR,
                TrainingOptions.of(Optimizer.sgd(0.5)).batchSize(4).seed(1));
        String message = assertThrows(DivergenceException.class,
                () -> trainer.train(samples, 1, TrainingListener.SILENT)).getMessage();
        assertTrue(message.matches("epoch 1, step \\d+, learning rate 0.5: the loss is \\w+,"
                + " because input value 1 of sample 33 \\(input [0-3] of the batch\\) is Infinity;"
                + " the parameters are those before this step\\. Correct that sample or leave it"
                + " out"), message);
    }

    @Test
    void aTestLossThatIsNotFiniteNamesTheTestSample() {
        Samples samples = Samples.valued(LINEAR.input(), new double[4], new double[2]);
        Samples inputs = Samples.valued(LINEAR.input(), new double[] {0, 0, 0, Double.NaN},
                new double[2]);
        Samples targets = Samples.valued(LINEAR.input(), new double[4],
                new double[] {0, Double.NaN});
        assertEquals("epoch 1, step 2, learning rate 0.5: the test loss is NaN; in the test"
                + " samples, input value 1 of sample 1 is NaN. Correct that sample or leave it out",
                testFault(samples, inputs));
        assertEquals("epoch 1, step 2, learning rate 0.5: the test loss is NaN; in the test"
                + " samples, target value 0 of sample 1 is NaN. Correct that sample or leave it out",
                testFault(samples, targets));
    }

    private static String testFault(Samples samples, Samples test) {
        Trainer trainer = trainer(0.5, Safeguards.NONE, 1, 1);
        return assertThrows(DivergenceException.class, () -> trainer.train(samples,
                Optional.of(test), 1, TrainingListener.SILENT)).getMessage();
    }

    @Test
    void skipsStepsThatAreNotFiniteOnRequest() {
        double[] inputs = {1, 2, 1, Double.NaN, 3, 1, 1e200, 0, 2, 2};
        double[] targets = {1, 1, 2, 1, 1};
        Samples all = Samples.valued(LINEAR.input(), inputs, targets);
        Samples finite = Samples.valued(LINEAR.input(), new double[] {1, 2, 3, 1, 2, 2},
                new double[] {1, 2, 1});
        TrainingOptions options = TrainingOptions.of(Optimizer.adam(0.1)).batchSize(1)
                .shuffle(false).safeguards(Safeguards.NONE.skipNonFinite(true));
        Trainer skipping = new Trainer(LINEAR, options);
        Trainer spared = new Trainer(LINEAR, options);
        List<Double> losses = new ArrayList<>();
        skipping.train(all, 2, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                losses.add(progress.loss());
            }
        });
        spared.train(finite, 2, TrainingListener.SILENT);
        assertEquals(10, losses.size());
        assertTrue(Double.isNaN(losses.get(1)));
        assertEquals(Double.POSITIVE_INFINITY, losses.get(3));
        assertArrayEquals(spared.parameters().values("0.weight"),
                skipping.parameters().values("0.weight"));
        assertEquals(10, skipping.state().position().steps());
        assertEquals(6, skipping.state().updates());
    }

    private static List<EpochReport> reports(Trainer trainer, Samples samples, double epochs) {
        List<EpochReport> reports = new ArrayList<>();
        trainer.train(samples, epochs, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                reports.add(report);
            }
        });
        return reports;
    }

    /** Of the first, a middle or the last of five batches, or all; resumed after each step too. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, -1})
    void theMeanOfAnEpochIsOverTheBatchesThatCount(int bad) {
        Network network = Network.input(3).linear(3)
                .loss(Loss.softmaxCrossEntropy().weight(0.3, 1, 1.7).ignoreIndex(-1));
        double[] good = new RandomState(2).randn(4 * 2 * 3);
        int[] labels = {2, 0, 1, -1, 0, 0, 1, 1};
        double[] all = new double[5 * 2 * 3];
        int[] allLabels = new int[10];
        for (int i = 0; i < 10; i++) {
            int from = i < 2 * bad ? i : i - 2;
            boolean wrong = bad < 0 || i / 2 == bad;
            allLabels[i] = wrong ? 2 : labels[from];
            for (int j = 0; j < 3; j++) {
                all[3 * i + j] = wrong ? Double.NaN : good[3 * from + j];
            }
        }
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.5)).batchSize(2)
                .shuffle(false)
                .schedule(new ReduceOnPlateau(0.5, 0, 0.2, false, 0, 0, 0))
                .safeguards(Safeguards.NONE.skipNonFinite(true).patience(9));
        Samples samples = Samples.labelled(network.input(), all, allLabels);
        List<TrainingState> states = new ArrayList<>();
        Trainer skipping = new Trainer(network, options);
        List<EpochReport> found = new ArrayList<>();
        skipping.train(samples, 6, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                states.add(skipping.state());
            }

            @Override
            public void epoch(EpochReport report) {
                found.add(report);
            }
        });
        List<EpochReport> expected = bad < 0
                ? List.of()
                : reports(new Trainer(network, options),
                        Samples.labelled(network.input(), good, labels), 6);
        for (int i = 0; i < 6; i++) {
            if (bad < 0) {
                assertTrue(Double.isNaN(found.get(i).loss()));
                assertTrue(Double.isNaN(found.get(i).accuracy()));
            } else {
                assertEquals(expected.get(i).loss(), found.get(i).loss());
                assertEquals(expected.get(i).accuracy(), found.get(i).accuracy());
                assertEquals(expected.get(i).best(), found.get(i).best());
                assertEquals(expected.get(i).learningRate(), found.get(i).learningRate());
            }
        }
        assertEquals(30, states.size());
        for (TrainingState state : states) {
            Trainer rest = new Trainer(network, options);
            rest.restore(state);
            List<EpochReport> resumed = reports(rest, samples, 6);
            for (int i = 1; i <= resumed.size(); i++) {
                EpochReport whole = found.get(6 - i);
                EpochReport part = resumed.get(resumed.size() - i);
                assertEquals(whole.loss(), part.loss());
                assertEquals(whole.accuracy(), part.accuracy());
                assertEquals(whole.learningRate(), part.learningRate());
            }
        }
    }

    /** Four of five steps are done, and a training of as many as two ends. */
    @Test
    void theMeanOfAnEpochThatWasCutAfterwardsIsOverItsSteps() {
        Samples samples = Samples.valued(LINEAR.input(), new RandomState(3).randn(20),
                new RandomState(4).randn(10));
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(2);
        Trainer longer = new Trainer(LINEAR, options);
        double[] sum = new double[1];
        longer.train(samples, 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                sum[0] += progress.loss();
                if (progress.step() == 4) {
                    longer.stop();
                }
            }
        });
        Trainer shorter = new Trainer(LINEAR, options);
        shorter.restore(longer.state());
        List<EpochReport> reports = reports(shorter, samples, 0.4);
        assertEquals(1, reports.size());
        assertEquals(sum[0] / 4, reports.getFirst().loss(), 1e-15);
        assertEquals(4, shorter.state().position().steps());
    }

    /** Test loss by epoch: it falls until the weight passes the test's target, then grows. */
    @Test
    void trainingEndsWhenPatienceDoes() {
        Network network = Network.input(1).linear(1).meanSquaredError();
        Samples train = Samples.valued(network.input(), new double[] {1}, new double[] {10});
        Samples test = Samples.valued(network.input(), new double[] {1}, new double[] {4});
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.025)).batchSize(1)
                .initializer((spec, values, random) -> Arrays.fill(values, 0));
        List<EpochReport> reports = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                reports.add(report);
            }
        };
        Trainer patient = new Trainer(network, options.safeguards(Safeguards.NONE.patience(3)));
        assertEquals(TrainingEnd.NO_BETTER,
                patient.train(train, Optional.of(test), 100, listener));
        // Outputs 1, 1.9, 2.71, 3.439, 4.0951, 4.68559 ...: the fifth is the nearest to 4.
        assertEquals(8, reports.size());
        for (EpochReport report : reports) {
            assertEquals(report.epoch() <= 5, report.best());
        }
        assertEquals(5, patient.state().position().best().orElseThrow().epoch());
        assertEquals(reports.get(4).test().orElseThrow().loss(),
                patient.state().position().best().orElseThrow().loss());
        Trainer endless = new Trainer(network, options);
        assertEquals(TrainingEnd.COMPLETE,
                endless.train(train, Optional.of(test), 100, TrainingListener.SILENT));
        // A resumed training includes the epochs that it waited before.
        Trainer resumed = new Trainer(network, options.safeguards(Safeguards.NONE.patience(3)));
        Trainer first = new Trainer(network, options.safeguards(Safeguards.NONE.patience(3)));
        first.train(train, Optional.of(test), 7, TrainingListener.SILENT);
        resumed.restore(first.state());
        assertEquals(TrainingEnd.NO_BETTER,
                resumed.train(train, Optional.of(test), 100, TrainingListener.SILENT));
        assertEquals(8, resumed.state().position().epochs());
    }

    @Test
    void patienceUsesTheTrainingLossWithoutATestSet() {
        Trainer trainer = trainer(0, Safeguards.NONE.patience(2), 1, 1);
        Samples samples = Samples.valued(LINEAR.input(), new double[] {1, 2}, new double[] {1});
        assertEquals(TrainingEnd.NO_BETTER, trainer.train(samples, 9, TrainingListener.SILENT));
        assertEquals(3, trainer.state().position().epochs());
        assertEquals(Optional.of(new TrainingState.Best(1, 4)), trainer.state().position().best());
    }

    @Test
    void rangesAreChecked() {
        for (double norm : new double[] {0, -1, Double.NaN}) {
            assertEquals("the gradients' norm " + norm + " must be above 0",
                    assertThrows(IllegalArgumentException.class,
                            () -> Safeguards.NONE.gradientNorm(norm)).getMessage());
        }
        assertEquals("patience -1 must be at least 0", assertThrows(IllegalArgumentException.class,
                () -> Safeguards.NONE.patience(-1)).getMessage());
        assertFalse(Safeguards.NONE.skipNonFinite());
    }
}
