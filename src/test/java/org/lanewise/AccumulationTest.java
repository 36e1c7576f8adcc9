package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.ReduceOnPlateau;
import org.lanewise.spec.Schedule;

/** Gradients of several batches in one update, and rates that follow the loss. */
class AccumulationTest {
    /** Where sums of gradients run in another order. */
    private static final double TOLERANCE = 1e-13;

    private static final Network NETWORK = Network.input(2, 5, 5).conv2d(3, 2).tanh().flatten()
            .linear(3).loss(Loss.softmaxCrossEntropy().weight(1, 0.25, 2).ignoreIndex(-1));

    private static Samples samples(int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % 4 - 1);
        return Samples.labelled(NETWORK.input(), new RandomState(8).randn(count * 50), labels);
    }

    private static TrainingOptions options(int batchSize) {
        return TrainingOptions.of(Optimizer.adam(0.01)).batchSize(batchSize).seed(5);
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    /** 26 samples are updates of 12, 12 and 2, either way. */
    @ParameterizedTest
    @EnumSource
    void anUpdateIsThatOfOneLargeBatch(Loss.Reduction reduction) {
        Network network = NETWORK.loss(NETWORK.loss().reduction(reduction));
        Trainer large = new Trainer(network, options(12));
        large.train(samples(26), 3, TrainingListener.SILENT);
        Trainer small = new Trainer(network, options(4).accumulate(3));
        List<Double> rates = new ArrayList<>();
        small.train(samples(26), 3, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                rates.add(progress.learningRate());
            }
        });
        assertArrayEquals(flat(large.parameters()), flat(small.parameters()), TOLERANCE);
        assertEquals(9, small.state().updates());
        assertEquals(21, small.state().position().steps());
        assertEquals(21, rates.size());
    }

    @Test
    void singleStepsAreAddedUp() {
        Trainer trainer = new Trainer(NETWORK, options(4).accumulate(2));
        double[] inputs = new RandomState(1).randn(4 * 50);
        double[] first = flat(trainer.parameters());
        trainer.step(inputs, new int[] {0, 1, 2, 0});
        assertArrayEquals(first, flat(trainer.parameters()));
        trainer.step(inputs, new int[] {1, 1, 0, 2});
        assertFalse(Arrays.equals(first, flat(trainer.parameters())));
        assertEquals(1, trainer.state().updates());
    }

    /** Schedule and freezing count updates and epochs, not batches. */
    @Test
    void aScheduleCountsUpdates() {
        TrainingOptions options = options(4).accumulate(3).schedule(Schedule.oneCycle(0.01, 6));
        assertEquals(TrainingEnd.COMPLETE, new Trainer(NETWORK, options).train(samples(26), 2,
                TrainingListener.SILENT));
        Trainer longer = new Trainer(NETWORK, options);
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> longer.train(samples(26), 2.1, TrainingListener.SILENT)).getMessage()
                .contains("ends after 6 updates, and this training has 7"));
        // Seven batches an epoch, of which a cut one has five: three and two.
        assertEquals(2 * 3 + 2, TrainingProgress.updates(TrainingProgress.steps(2.7, 7), 7, 3));
        assertEquals(3, TrainingProgress.updates(7, 7, 3));
        assertEquals(1, TrainingProgress.updates(1, 7, 3));
    }

    /** Seven batches an epoch, the last of them in an update of its own. */
    @Test
    void resumesAfterEachStepWhereTheScheduleEndsWithTheTraining() {
        TrainingOptions options = options(4).accumulate(3).schedule(Schedule.oneCycle(0.01, 6));
        Trainer whole = new Trainer(NETWORK, options);
        List<TrainingState> states = new ArrayList<>();
        whole.train(samples(26), 2, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                states.add(whole.state());
            }
        });
        assertEquals(14, states.size());
        for (TrainingState state : states) {
            Trainer rest = new Trainer(NETWORK, options);
            rest.restore(state);
            assertEquals(TrainingEnd.COMPLETE,
                    rest.train(samples(26), 2, TrainingListener.SILENT));
            assertArrayEquals(flat(whole.parameters()), flat(rest.parameters()));
        }
    }

    /** As if the batch had not been there. */
    @Test
    void aBatchThatIsNotFiniteIsLeftOut() {
        double[] good = new RandomState(1).randn(4 * 50);
        double[] bad = good.clone();
        bad[77] = Double.NaN;
        int[] labels = {0, 1, 2, 0};
        Safeguards skipping = Safeguards.NONE.skipNonFinite(true);
        Trainer expected = new Trainer(NETWORK, options(4).accumulate(2).safeguards(skipping));
        expected.step(good, labels);
        expected.step(bad, labels);
        Trainer alone = new Trainer(NETWORK, options(4).safeguards(skipping));
        alone.step(good, labels);
        assertArrayEquals(flat(alone.parameters()), flat(expected.parameters()), TOLERANCE);
        Trainer none = new Trainer(NETWORK, options(4).accumulate(2).safeguards(skipping));
        double[] first = flat(none.parameters());
        none.step(bad, labels);
        none.step(bad, labels);
        assertArrayEquals(first, flat(none.parameters()));
    }

    /** Two of three batches of an update, when a training was ended. */
    @Test
    void batchesOfAnEndedTrainingAreNotPartOfSingleSteps() {
        Trainer fresh = new Trainer(NETWORK, options(4).accumulate(3));
        Trainer ended = new Trainer(NETWORK, options(4).accumulate(3));
        ended.train(samples(26), 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                if (progress.step() == 2) {
                    ended.stop();
                }
            }
        });
        Trainer restored = new Trainer(NETWORK, options(4).accumulate(3));
        restored.restore(ended.state());
        double[] inputs = new RandomState(1).randn(4 * 50);
        int[] labels = {0, 1, 2, 0};
        for (int i = 0; i < 4; i++) {
            for (Trainer trainer : List.of(fresh, ended, restored)) {
                trainer.step(inputs, labels);
                assertArrayEquals(flat(fresh.parameters()), flat(trainer.parameters()));
                assertEquals(i < 2 ? 0 : 1, trainer.state().updates());
            }
        }
    }

    @Test
    void lessThanOneBatchIsRefused() {
        for (int wrong : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertEquals("accumulate " + wrong + " must be at least 1 batch of an update",
                    assertThrows(IllegalArgumentException.class,
                            () -> options(4).accumulate(wrong)).getMessage());
        }
    }

    @Test
    void theMemoryIsCounted() {
        TrainingOptions options = options(4).accumulate(2)
                .groups(List.of(ParameterGroup.of("0.bias").frozenFromEpoch(0)));
        Trainer trainer = new Trainer(NETWORK, options);
        assertEquals(trainer.memory(), Trainer.memory(NETWORK, options, 1));
        assertEquals(List.of("0.weight accumulated gradient", "3.weight accumulated gradient",
                "3.bias accumulated gradient"),
                trainer.memory().stream().map(use -> use.name())
                        .filter(name -> name.contains("accumulated")).toList());
    }

    @Test
    void otherBatchesOfAnUpdateAreNotResumed() {
        assertEquals(
                "the saved training is not this one: batches of an update: found 2, expected 1",
                assertThrows(IllegalArgumentException.class, () -> new Trainer(NETWORK, options(4))
                        .restore(new Trainer(NETWORK, options(4).accumulate(2)).state()))
                        .getMessage());
    }

    /** Nothing is better than the first loss by half, so that every second epoch counts. */
    @Test
    void aPlateauReducesTheRate() {
        ReduceOnPlateau rule = new ReduceOnPlateau(0.5, 0, 0.5, false, 1, 0.002, 1e-8);
        Trainer trainer = new Trainer(NETWORK, options(12).schedule(rule.warmUp(1, 0.5)));
        List<Double> rates = new ArrayList<>();
        trainer.train(samples(26), 8, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                rates.add(report.learningRate());
            }
        });
        assertEquals(List.of(0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025, 0.002, 0.002), rates);
    }

    @Test
    void aPlateauHasPyTorchsDefinition() {
        ReduceOnPlateau relative = ReduceOnPlateau.standard();
        assertTrue(relative.isBetter(0.9998, 1) && !relative.isBetter(0.9999, 1));
        assertFalse(relative.isBetter(Double.NaN, 1));
        ReduceOnPlateau absolute = new ReduceOnPlateau(0.1, 0, 0.25, true, 0, 2e-3, 1e-2);
        assertTrue(absolute.isBetter(0.74, 1) && !absolute.isBetter(0.75, 1));
        assertEquals(0.05, absolute.reduced(0.5));
        assertEquals(2e-3, absolute.reduced(0.015));
        // A reduction of at most eps is none.
        assertEquals(0.01, absolute.reduced(0.01));
    }

    @Test
    void rangesOfAPlateauAreChecked() {
        for (double factor : new double[] {0, 1, -0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> new ReduceOnPlateau(factor, 0, 0, false, 0, 0, 0)).getMessage()
                    .startsWith("factor " + factor + " must be above 0 and below 1"));
        }
        assertThrows(IllegalArgumentException.class,
                () -> new ReduceOnPlateau(0.5, -1, 0, false, 0, 0, 0));
        assertThrows(IllegalArgumentException.class,
                () -> new ReduceOnPlateau(0.5, 0, -1e-9, false, 0, 0, 0));
        assertThrows(IllegalArgumentException.class,
                () -> new ReduceOnPlateau(0.5, 0, 0, false, -1, 0, 0));
        assertThrows(IllegalArgumentException.class,
                () -> new ReduceOnPlateau(0.5, 0, 0, false, 0, Double.NaN, 0));
        assertThrows(IllegalArgumentException.class,
                () -> new ReduceOnPlateau(0.5, 0, 0, false, 0, 0, -1));
        assertThrows(IllegalArgumentException.class,
                () -> new Schedule.PerEpoch(ReduceOnPlateau.standard(), 3));
    }
}
