package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Schedule;

/** A call of train after others: epochs, steps, updates and averages continue, reports begin anew. */
class RepeatedTrainingTest {
    private static final Network NETWORK = Network.input(3, 8, 7).conv2d(4, 3).batchNorm().relu()
            .dropout(0.25).flatten().linear(3).softmaxCrossEntropy();
    private static final int SAMPLES = 19;

    private static Samples samples() {
        int[] labels = new int[SAMPLES];
        Arrays.setAll(labels, i -> i % 3);
        return Samples.labelled(NETWORK.input(),
                new RandomState(5).randn(SAMPLES * (int) NETWORK.input().size()), labels);
    }

    /** Of 15 updates, as three epochs have. */
    private static TrainingOptions options() {
        return TrainingOptions.of(Optimizer.nadam(0.02)).batchSize(4).seed(2)
                .average(new Average.Ema(2, 0.8))
                .augment(List.of(new Augmentation.Flip(true),
                        new Augmentation.Crop(2, Augmentation.Padding.REFLECT)))
                .schedule(Schedule.oneCycle(0.05, 15))
                .groups(List.of(ParameterGroup.of("0.*").frozenFromEpoch(1),
                        ParameterGroup.of("1.*").frozenFromEpoch(2)));
    }

    private static double[] flat(TrainingState state) {
        return Stream.of(state.parameters(), state.memory())
                .flatMap(some -> some.list().stream())
                .flatMapToDouble(found -> Arrays.stream(found.values())).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 2", "2 1", "1 1 1", "0 1 0 2"})
    void severalTrainingsAreOne(String calls) {
        Trainer whole = new Trainer(NETWORK, options());
        whole.train(samples(), 3, TrainingListener.SILENT);
        Trainer trainer = new Trainer(NETWORK, options());
        for (String epochs : calls.split(" ")) {
            int[] seen = new int[1];
            trainer.train(samples(), Integer.parseInt(epochs), new TrainingListener() {
                @Override
                public void epoch(EpochReport report) {
                    assertEquals(++seen[0], report.epoch());
                }
            });
            assertEquals(Integer.parseInt(epochs), seen[0]);
        }
        assertArrayEquals(flat(whole.state()), flat(trainer.state()));
    }

    /** Each state of the second call leads to the same bits, and so does a third call after it. */
    @Test
    void aLaterTrainingIsResumed() {
        Trainer whole = new Trainer(NETWORK, options());
        whole.train(samples(), 3, TrainingListener.SILENT);
        Trainer trainer = new Trainer(NETWORK, options());
        trainer.train(samples(), 1, TrainingListener.SILENT);
        trainer.train(samples(), 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                Trainer resumed = new Trainer(NETWORK, options());
                resumed.restore(trainer.state());
                resumed.train(samples(), 1, TrainingListener.SILENT);
                resumed.train(samples(), 1, TrainingListener.SILENT);
                assertArrayEquals(flat(whole.state()), flat(resumed.state()));
            }
        });
        assertEquals(1, trainer.state().position().epochs());
        assertEquals(1, trainer.state().position().earlierEpochs());
    }

    /** An epoch that was not finished has begun, and its images are not drawn again. */
    @Test
    void theEpochAfterAnEndedOneIsAnother() {
        Trainer trainer = new Trainer(NETWORK, options());
        trainer.train(samples(), 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                trainer.stop();
            }
        });
        trainer.train(samples(), 1, TrainingListener.SILENT);
        assertEquals(1, trainer.state().position().earlierEpochs());
    }

    @Test
    void everyParameterFrozenCountsEpochsBefore() {
        Trainer trainer = new Trainer(NETWORK, TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(4)
                .groups(List.of(ParameterGroup.of("*").frozenFromEpoch(3))));
        trainer.train(samples(), 2, TrainingListener.SILENT);
        assertEquals("every parameter is frozen from epoch 4 on, and this training has 4; train for"
                + " fewer epochs or freeze fewer parameters",
                assertThrows(IllegalArgumentException.class, () -> trainer.train(samples(), 2,
                        TrainingListener.SILENT)).getMessage());
        assertEquals(TrainingEnd.COMPLETE,
                trainer.train(samples(), 1, TrainingListener.SILENT));
    }

    /** Single steps after a training leave alone what it froze, as after a restore. */
    @Test
    void singleStepsAfterATrainingFreezeToo() {
        Trainer trainer = new Trainer(NETWORK, options());
        trainer.train(samples(), 1, TrainingListener.SILENT);
        Trainer restored = new Trainer(NETWORK, options());
        restored.restore(trainer.state());
        double[] inputs = new RandomState(1).randn(3 * 168);
        trainer.step(inputs, new int[] {0, 1, 2});
        restored.step(inputs, new int[] {0, 1, 2});
        assertArrayEquals(flat(restored.state()), flat(trainer.state()));
    }
}
