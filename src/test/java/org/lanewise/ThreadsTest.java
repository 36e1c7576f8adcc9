package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** Threads that share steps change no bit, wherever the call comes from, and are no danger. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ThreadsTest {
    private static final int BATCH = 7;
    private static final int STEPS = 3;

    /** Every kind of layer, over maps large enough that each pass has several blocks. */
    private static final Network CLASSES = Network.input(3, 33, 35)
            .conv2d(10, Window.of(3).padding(1)).batchNorm().relu().maxPool2d(2)
            .layer(new Conv2d(12, Window.of(3), 2, true)).tanh()
            .layer(new AvgPool2d(Window.of(2).padding(1), false)).conv2d(9, 3).relu().as("x")
            .globalMaxPool2d().flatten().as("largest").from("x").flatten().as("row")
            .concat("largest", "row")
            .linear(401).batchNorm().sigmoid().linear(37).relu().linear(5).softmaxCrossEntropy();
    private static final Network VALUES = Network.input(2, 41, 43)
            .conv2d(5, Window.of(5).stride(2)).sigmoid().flatten().linear(311).tanh()
            .linear(1201).meanSquaredError();

    private static Trainer trainer(Network network, Backend backend, ForkJoinPool pool) {
        TrainingOptions options = TrainingOptions.of(network == CLASSES
                ? Optimizer.adam(0.01)
                : Optimizer.sgd(0.01).momentum(0.9).weightDecay(1e-3)).batchSize(BATCH)
                .backend(backend).seed(3);
        return pool == null
                ? new Trainer(network, options)
                : new Trainer(network, options, pool);
    }

    private static double step(Trainer trainer) {
        Network network = trainer.model().network();
        RandomState random = new RandomState(5);
        double[] inputs = random.randn(BATCH * (int) network.input().size());
        return network == CLASSES
                ? trainer.step(inputs, new int[] {0, 1, 2, 3, 4, 0, 1})
                : trainer.step(inputs, random.randn(BATCH * (int) network.output().size()));
    }

    /** The losses of some steps and all weights after them. */
    private static List<double[]> training(Network network, Backend backend, ForkJoinPool pool) {
        Trainer trainer = trainer(network, backend, pool);
        double[] losses = new double[STEPS];
        for (int i = 0; i < STEPS; i++) {
            losses[i] = step(trainer);
        }
        List<double[]> all = new ArrayList<>(weights(trainer));
        all.add(losses);
        return all;
    }

    private static List<double[]> weights(Trainer trainer) {
        return trainer.parameters().list().stream().map(Parameters.Parameter::values).toList();
    }

    private static void assertSameBits(List<double[]> expected, List<double[]> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < found.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "PLAIN"}, mode = Mode.EXCLUDE)
    void anyNumberOfThreadsGivesTheSameBits(Backend backend) {
        for (Network network : List.of(CLASSES, VALUES)) {
            List<double[]> expected = training(network, Backend.SCALAR, null);
            assertSameBits(expected, training(network, backend, null));
            for (int threads : new int[] {1, 2, 3, 7, 16}) {
                try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                    assertSameBits(expected, training(network, backend, pool));
                }
            }
        }
    }

    @Test
    void aModelsOutputsHaveTheSameBits() {
        Parameters parameters = trainer(CLASSES, Backend.AUTO, null).parameters();
        double[] inputs = new RandomState(1).randn(3 * BATCH * (int) CLASSES.input().size());
        double[] expected = new Model(CLASSES, parameters, 2 * BATCH).outputs(inputs);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            assertArrayEquals(expected, new Model(CLASSES, parameters, 2 * BATCH, Backend.AUTO,
                    pool).outputs(inputs));
        }
    }

    /** As many trainers as the pool has threads, and one more: no thread is left to help. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aCallMayComeFromInsideThePool(int threads) throws Exception {
        List<double[]> expected = training(CLASSES, Backend.AUTO, null);
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            List<Future<List<double[]>>> all = new ArrayList<>();
            for (int i = 0; i <= threads; i++) {
                all.add(pool.submit(() -> training(CLASSES, Backend.AUTO, pool)));
            }
            assertSameBits(expected, training(CLASSES, Backend.AUTO, pool));
            for (Future<List<double[]>> one : all) {
                assertSameBits(expected, one.get());
            }
        }
    }

    @Test
    void aCallMayComeFromVirtualThreads() throws InterruptedException, ExecutionException {
        List<double[]> expected = training(CLASSES, Backend.AUTO, null);
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            List<FutureTask<List<double[]>>> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                FutureTask<List<double[]>> one = new FutureTask<>(
                        () -> training(CLASSES, Backend.AUTO, pool));
                all.add(one);
                Thread.startVirtualThread(one);
            }
            for (FutureTask<List<double[]>> one : all) {
                assertSameBits(expected, one.get());
            }
        }
    }

    @Test
    void aPoolThatWasShutDownTakesNoStep() {
        ForkJoinPool pool = new ForkJoinPool(2);
        Trainer trainer = trainer(CLASSES, Backend.AUTO, pool);
        step(trainer);
        List<double[]> before = weights(trainer);
        TrainingState.Position position = trainer.state().position();
        pool.shutdown();
        assertEquals("the pool that shares the steps was shut down; nothing was computed",
                assertThrows(RejectedExecutionException.class, () -> step(trainer)).getMessage());
        Samples samples = samples();
        assertThrows(RejectedExecutionException.class,
                () -> trainer.train(samples, 1, TrainingListener.SILENT));
        assertSameBits(before, weights(trainer));
        assertEquals(1, position.steps());
        assertEquals(1, trainer.state().position().steps());
    }

    private static Samples samples() {
        return Samples.labelled(CLASSES.input(),
                new RandomState(9).randn(5 * BATCH * (int) CLASSES.input().size()),
                new int[5 * BATCH]);
    }

    @Test
    void anInterruptedCallerTakesTheStepAndStaysInterrupted() {
        List<double[]> expected = training(CLASSES, Backend.AUTO, null);
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Thread.currentThread().interrupt();
            List<double[]> found = training(CLASSES, Backend.AUTO, pool);
            assertTrue(Thread.interrupted());
            assertSameBits(expected, found);
        }
    }

    /** As after {@link Trainer#stop}, and the flag is still there. */
    @Test
    void anInterruptEndsTrainingAfterAWholeStep() {
        Trainer expected = trainer(CLASSES, Backend.AUTO, null);
        assertEquals(TrainingEnd.STOPPED,
                expected.train(samples(), 2, behind(3, expected, expected::stop)));
        assertFalse(Thread.interrupted());
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Trainer trainer = trainer(CLASSES, Backend.AUTO, pool);
            TrainingEnd end = trainer.train(samples(), 2,
                    behind(3, trainer, Thread.currentThread()::interrupt));
            assertTrue(Thread.interrupted());
            assertEquals(TrainingEnd.STOPPED, end);
            assertEquals(3, trainer.state().position().steps());
            assertSameBits(weights(expected), weights(trainer));
        }
    }

    private static TrainingListener behind(int steps, Trainer trainer, Runnable then) {
        return new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                if (trainer.state().position().steps() == steps) {
                    then.run();
                }
            }
        };
    }
}
