package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Schedule;

/**
 * Everything that depends on the step, the epoch or the sample at once: batch normalization, dropout,
 * augmentation, a schedule, groups that freeze, and an average, in 2.5 epochs.
 */
class ResumedTrainingTest {
    private static final Network NETWORK = Network.input(4, 16, 16).conv2d(16, 3).batchNorm().relu()
            .conv2d(8, 3).relu().dropout(0.25).flatten().linear(3).softmaxCrossEntropy();
    private static final int SAMPLES = 40;
    private static final double EPOCHS = 2.5;
    private static final int STEPS = 13;

    static Stream<Average> averages() {
        return Stream.of(new Average.Lookahead(3, 0.9, 2), new Average.Ema(1, 0.8));
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    /** Ends a training after some steps. */
    private static TrainingListener stop(Trainer trainer, int after) {
        return new TrainingListener() {
            private int steps;

            @Override
            public void step(TrainingProgress progress) {
                if (++steps == after) {
                    trainer.stop();
                }
            }
        };
    }

    /** One thread, stopped after each of its steps, then three threads. */
    @ParameterizedTest
    @MethodSource("averages")
    void resumesWithOtherThreads(Average average) {
        int[] labels = new int[SAMPLES];
        Arrays.setAll(labels, i -> i % 3);
        Samples samples = Samples.labelled(NETWORK.input(),
                new RandomState(5).randn(SAMPLES * (int) NETWORK.input().size()), labels);
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.02).momentum(0.9))
                .batchSize(8).average(average)
                .augment(List.of(new Augmentation.Flip(true),
                        new Augmentation.Crop(2, Augmentation.Padding.REFLECT)))
                .schedule(Schedule.oneCycle(0.05, STEPS))
                .groups(List.of(ParameterGroup.of("0.*").frozenFromEpoch(1),
                        ParameterGroup.of("*.bias").learningRateFactor(0.5)));
        Trainer whole = new Trainer(NETWORK, options);
        whole.train(samples, EPOCHS, TrainingListener.SILENT);
        assertEquals(STEPS, whole.state().position().steps());
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (int step = 1; step < STEPS; step++) {
                Trainer first = new Trainer(NETWORK, options);
                assertEquals(TrainingEnd.STOPPED,
                        first.train(samples, EPOCHS, stop(first, step)));
                Trainer rest = new Trainer(NETWORK, options, pool);
                rest.restore(first.state());
                rest.train(samples, EPOCHS, TrainingListener.SILENT);
                assertArrayEquals(flat(whole.parameters()), flat(rest.parameters()));
                assertArrayEquals(flat(whole.state().memory()), flat(rest.state().memory()));
            }
        }
    }
}
