package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** One model serves one thread at a time and refuses a second; copies serve a thread each. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ConcurrentUseTest {
    private static final int ROUNDS = 1000;
    private static final int CALLS = 10_000;
    private static final int BATCH = 4;
    private static final Network NETWORK = Network.input(1, 8, 8).conv2d(6, 3).relu().maxPool2d(2)
            .flatten().linear(5).softmaxCrossEntropy();
    /** Long enough to be shared among threads; its convolution is computed by Winograd's tiles. */
    private static final Network WIDE = Network.input(32, 14, 14)
            .conv2d(32, Window.of(3).padding(1)).relu().maxPool2d(2).flatten().linear(5)
            .softmaxCrossEntropy();

    private static Trainer trainer() {
        return new Trainer(NETWORK,
                TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(BATCH).seed(2));
    }

    private static Model model(Network network) {
        return new Model(network,
                Parameters.initial(network, Initializer.heNormal(), new RandomState(1)), BATCH);
    }

    private static double[] inputs(Network network, int seed) {
        return new RandomState(seed).randn(BATCH * (int) network.input().size());
    }

    private static Samples samples() {
        return Samples.labelled(NETWORK.input(), new RandomState(3).randn(3 * BATCH * 64),
                new int[] {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1});
    }

    /** What a thread does in each round: a right answer, an exception, or a failed assertion. */
    private static FutureTask<Integer> caller(CyclicBarrier barrier, int rounds, Model model,
            int seed) {
        double[] inputs = inputs(model.network(), seed);
        double[] expected = model(model.network()).outputs(inputs);
        FutureTask<Integer> task = new FutureTask<>(() -> {
            int right = 0;
            double[] outputs = new double[expected.length];
            for (int round = 0; round < rounds; round++) {
                barrier.await();
                try {
                    assertArrayEquals(expected, model.outputs(inputs, outputs));
                    right++;
                } catch (ConcurrentModificationException refused) {
                    assertTrue(refused.getMessage().contains("model.copy()"),
                            refused.getMessage());
                }
            }
            return right;
        });
        new Thread(task, "caller " + seed).start();
        return task;
    }

    @Test
    void twoThreadsOnOneModelGetRightOutputsOrAnException() throws Exception {
        Model model = model(WIDE);
        CyclicBarrier barrier = new CyclicBarrier(2);
        FutureTask<Integer> one = caller(barrier, ROUNDS, model, 10);
        FutureTask<Integer> other = caller(barrier, ROUNDS, model, 11);
        // A thread is refused only while the other is inside, and so gets its outputs.
        assertTrue(one.get() + other.get() >= ROUNDS);
    }

    @Test
    void twoCopiesOnTwoThreadsAlwaysGetRightOutputs() throws Exception {
        Model model = model(NETWORK);
        CyclicBarrier alone = new CyclicBarrier(1);
        FutureTask<Integer> one = caller(alone, CALLS, model.copy(), 10);
        FutureTask<Integer> other = caller(alone, CALLS, model.copy(), 11);
        assertEquals(CALLS, one.get());
        assertEquals(CALLS, other.get());
    }

    @Test
    void copiesThatShareAPoolGetRightOutputs() throws Exception {
        Parameters parameters = Parameters.initial(WIDE, Initializer.heNormal(),
                new RandomState(1));
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            Model model = new Model(WIDE, parameters, BATCH, Backend.AUTO, pool);
            CyclicBarrier barrier = new CyclicBarrier(2);
            FutureTask<Integer> one = caller(barrier, ROUNDS, model, 10);
            FutureTask<Integer> other = caller(barrier, ROUNDS, model.copy(), 11);
            assertEquals(ROUNDS, one.get());
            assertEquals(ROUNDS, other.get());
        }
    }

    /** Every call that reads or writes what training changes. */
    private static List<Executable> calls(Trainer trainer, TrainingState state) {
        Model model = trainer.model();
        double[] inputs = new double[BATCH * 64];
        Samples samples = samples();
        return List.of(
                () -> model.outputs(inputs),
                () -> model.outputs(inputs, new double[BATCH * 5]),
                () -> model.outputs(samples),
                () -> model.probabilities(samples),
                () -> model.classify(samples),
                () -> model.evaluate(samples),
                () -> model.trace(new double[64]),
                model::parameters,
                trainer::parameters,
                trainer::state,
                () -> trainer.restore(state),
                () -> trainer.step(inputs, new int[BATCH]),
                () -> trainer.train(samples, 1, TrainingListener.SILENT),
                () -> trainer.train(samples, Optional.of(samples), 1, TrainingListener.SILENT));
    }

    /** Runs code in a thread of its own until it is done. */
    private static void inOtherThread(Runnable code) {
        FutureTask<Void> task = new FutureTask<>(code, null);
        new Thread(task).start();
        try {
            task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyCallOfAnotherThreadDuringTrainingIsRefused() {
        Trainer undisturbed = trainer();
        undisturbed.train(samples(), 2, TrainingListener.SILENT);
        Trainer trainer = trainer();
        TrainingState state = trainer.state();
        String name = Thread.currentThread().getName();
        List<String> messages = new ArrayList<>();
        trainer.train(samples(), 2, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                trainer.state();
                inOtherThread(() -> {
                    for (Executable call : calls(trainer, state)) {
                        messages.add(assertThrows(ConcurrentModificationException.class, call)
                                .getMessage());
                    }
                    // Neither touches what training changes.
                    assertEquals(NETWORK, trainer.model().network());
                    trainer.model().copy();
                });
            }
        });
        assertEquals(6 * calls(trainer, state).size(), messages.size());
        for (String message : messages) {
            assertEquals("thread \"" + name + "\" is using this model or its trainer, which serve"
                    + " one thread at a time; to predict on several threads, give each its own"
                    + " model.copy()", message);
        }
        assertSameParameters(undisturbed, trainer);
    }

    private static void assertSameParameters(Trainer expected, Trainer found) {
        for (Parameters.Parameter parameter : expected.parameters().list()) {
            assertArrayEquals(parameter.values(),
                    found.parameters().values(parameter.spec().name()));
        }
    }

    @Test
    void listenersMayUseModelAndTrainerInTheThreadThatTrains() {
        Trainer undisturbed = trainer();
        undisturbed.train(samples(), 2, TrainingListener.SILENT);
        Trainer trainer = trainer();
        List<Double> losses = new ArrayList<>();
        trainer.train(samples(), Optional.of(samples()), 2, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                trainer.model().classify(samples());
                assertEquals(progress.step() + 3L * (progress.epoch() - 1),
                        trainer.state().position().steps());
            }

            @Override
            public void epoch(EpochReport report) {
                losses.add(trainer.model().evaluate(samples()).loss());
                assertEquals(losses.getLast(), report.test().orElseThrow().loss());
            }
        });
        assertEquals(2, losses.size());
        assertSameParameters(undisturbed, trainer);
    }

    @Test
    void aListenerMayNotBeginATraining() {
        Trainer trainer = trainer();
        AtomicReference<String> message = new AtomicReference<>();
        trainer.train(samples(), 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                message.set(assertThrows(IllegalStateException.class,
                        () -> trainer.train(samples(), 1, TrainingListener.SILENT)).getMessage());
            }
        });
        assertEquals("a training cannot begin while one runs", message.get());
    }

    /** Steps within an epoch would be counted by the checkpoint, but not by the epoch. */
    @Test
    void aListenerMayNotTakeAStep() {
        Trainer trainer = trainer();
        AtomicReference<String> message = new AtomicReference<>();
        trainer.train(samples(), 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                message.set(assertThrows(IllegalStateException.class, () -> trainer
                        .step(new double[BATCH * 64], new int[BATCH])).getMessage());
            }
        });
        assertEquals("a step cannot be taken while a training runs", message.get());
    }

    /** However a call ends, the next may come from any thread. */
    @Test
    void modelsAreFreeAfterCallsThatFail() {
        Trainer trainer = trainer();
        double[] inputs = new double[BATCH * 64];
        inputs[0] = Double.NaN;
        assertThrows(DivergenceException.class, () -> trainer.step(inputs, new int[BATCH]));
        assertThrows(IllegalArgumentException.class,
                () -> trainer.restore(new Trainer(WIDE, TrainingOptions.of(Optimizer.sgd(0.1)))
                        .state()));
        assertThrows(UnsupportedOperationException.class,
                () -> trainer.train(samples(), 1, new TrainingListener() {
                    @Override
                    public void step(TrainingProgress progress) {
                        trainer.model().evaluate(samples());
                        throw new UnsupportedOperationException();
                    }
                }));
        inOtherThread(() -> trainer.train(samples(), 1, TrainingListener.SILENT));
        trainer.train(samples(), 1, TrainingListener.SILENT);
        assertEquals(7, trainer.state().position().steps());
    }

    @Test
    void copiesHaveTheParametersOfTheOriginal() {
        double[] inputs = inputs(NETWORK, 5);
        Trainer trainer = trainer();
        Model copy = trainer.model().copy();
        double[] before = copy.outputs(inputs);
        assertArrayEquals(trainer.model().outputs(inputs), before);
        trainer.step(inputs, new int[] {0, 1, 2, 3});
        assertArrayEquals(trainer.model().outputs(inputs), copy.outputs(inputs));
        assertArrayEquals(copy.outputs(inputs), copy.copy().outputs(inputs));
        assertFalse(Arrays.equals(before, copy.outputs(inputs)));
    }

    /** By Winograd's tiles, outputs differ in their last bits. */
    @Test
    void copiesComputeByTheSameAlgorithm() {
        Parameters parameters = Parameters.initial(WIDE, Initializer.heNormal(),
                new RandomState(1));
        double[] inputs = inputs(WIDE, 5);
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Model direct = new Model(WIDE, parameters, BATCH, Backend.AUTO, Algorithm.DIRECT,
                    pool);
            Model tiles = new Model(WIDE, parameters, BATCH, Backend.AUTO, pool);
            assertArrayEquals(direct.outputs(inputs), direct.copy().outputs(inputs));
            assertArrayEquals(tiles.outputs(inputs), tiles.copy().outputs(inputs));
            assertFalse(Arrays.equals(direct.outputs(inputs), tiles.copy().outputs(inputs)));
        }
    }
}
