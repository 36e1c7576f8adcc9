package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/**
 * Trainings on any number of threads end with the same bits, though that number decides how Winograd's tiles and the
 * weights of the first layer are grouped.
 */
class ThreadCutsTest {
    private static final int[] THREADS = {1, 2, 3, 7, 16, 64};
    private static final int BATCH = 40;
    /** The last one has fewer samples. */
    private static final int[] BATCHES = {BATCH, BATCH, 13};
    private static final Window WINDOW = Window.of(3).padding(1);

    /** Tiles in blocks (64 to 64 channels) and in panels (64 to 96), several groups of them, and an image. */
    private static final Network NETWORK = Network.input(3, 20, 20).conv2d(64, WINDOW).relu()
            .conv2d(64, WINDOW).relu().conv2d(96, WINDOW).relu().maxPool2d(4).flatten().linear(10)
            .softmaxCrossEntropy();

    private static double[] trained(Algorithm algorithm, int threads) {
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            Trainer trainer = new Trainer(NETWORK, TrainingOptions
                    .of(Optimizer.sgd(0.02).momentum(0.9)).batchSize(BATCH).algorithm(algorithm),
                    pool);
            RandomState random = new RandomState(20261129);
            List<Double> losses = new ArrayList<>();
            for (int samples : BATCHES) {
                double[] inputs = new double[samples * 3 * 20 * 20];
                Arrays.setAll(inputs, i -> random.uniform(-1.0, 1.0));
                int[] labels = new int[samples];
                Arrays.setAll(labels, i -> (int) random.uniform(0.0, 10.0));
                losses.add(trainer.step(inputs, labels));
            }
            return DoubleStream.concat(
                    losses.stream().mapToDouble(Double::doubleValue),
                    trainer.parameters().list().stream()
                            .flatMapToDouble(parameter -> Arrays.stream(parameter.values())))
                    .toArray();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyNumberOfThreadsGivesTheSameBits(Algorithm algorithm) {
        double[] expected = trained(algorithm, THREADS[0]);
        assertEquals(BATCHES.length + NETWORK.parameterCount(), expected.length);
        for (int threads : THREADS) {
            assertArrayEquals(expected, trained(algorithm, threads), threads + " threads");
        }
    }
}
