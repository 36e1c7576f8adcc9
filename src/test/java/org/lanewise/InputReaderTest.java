package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** Samples that are read as they are needed, ahead where there is a pool. */
class InputReaderTest {
    private static final Network NETWORK = Network.input(3, 6, 7).conv2d(4, 3).relu().flatten()
            .linear(3).softmaxCrossEntropy();
    private static final int EACH = 126;
    private static final int SAMPLES = 47;
    private static final int BATCH = 10;
    private static final TrainingOptions OPTIONS = TrainingOptions.of(Optimizer.sgd(0.05)
            .momentum(0.9)).batchSize(BATCH).seed(7).augment(List.of(new Augmentation.Flip(false),
                    new Augmentation.Crop(2, Augmentation.Padding.REFLECT)));

    private final double[] inputs = new RandomState(1).randn(SAMPLES * EACH);
    private final int[] labels = IntStream.range(0, SAMPLES).map(i -> i % 3).toArray();

    /** Reads an array; counts, and fails at one sample. */
    private final class Counting implements InputReader {
        private final AtomicInteger reads = new AtomicInteger();
        private final int damaged;

        Counting(int damaged) {
            this.damaged = damaged;
        }

        @Override
        public void read(int sample, double[] into, int offset) throws IOException {
            reads.incrementAndGet();
            if (sample == damaged) {
                throw new IOException("a/b.png: is damaged");
            }
            System.arraycopy(inputs, sample * EACH, into, offset, EACH);
        }

        @Override
        public void identify(Checksum checksum) {
            checksum.update(1);
        }

        @Override
        public boolean readsBytes() {
            return false;
        }

        @Override
        public long memoryBytes() {
            return 5;
        }
    }

    private Samples samples(InputReader reader) {
        return Samples.read(NETWORK.input(), SAMPLES, reader, labels, null)
                .normalize(new double[] {0.1, 0.2, 0.3}, new double[] {2, 3, 4});
    }

    private Samples inMemory() {
        return Samples.labelled(NETWORK.input(), inputs, labels)
                .normalize(new double[] {0.1, 0.2, 0.3}, new double[] {2, 3, 4});
    }

    private static double[] flat(Trainer trainer) {
        return trainer.parameters().list().stream()
                .flatMapToDouble(found -> Arrays.stream(found.values())).toArray();
    }

    private static Trainer trainer(ForkJoinPool pool) {
        return pool == null ? new Trainer(NETWORK, OPTIONS) : new Trainer(NETWORK, OPTIONS, pool);
    }

    private static ForkJoinPool pool(int threads) {
        return threads == 0 ? null : new ForkJoinPool(threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void equalsWhatIsInMemory(int threads) {
        Trainer expected = new Trainer(NETWORK, OPTIONS);
        List<Double> losses = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                losses.add(report.test().orElseThrow().loss());
            }
        };
        expected.train(inMemory(), Optional.of(inMemory().slice(3, 36)), 2, listener);
        List<Double> first = List.copyOf(losses);
        losses.clear();
        try (ForkJoinPool pool = pool(threads)) {
            Trainer trainer = trainer(pool);
            Counting reader = new Counting(-1);
            Samples samples = samples(reader);
            // Never more than the batch that the step takes and the next one.
            trainer.train(samples, Optional.of(samples(new Counting(-1)).slice(3, 36)), 2,
                    TrainingListener.all(listener, new TrainingListener() {
                        @Override
                        public void step(TrainingProgress progress) {
                            int before = (progress.epoch() - 1) * SAMPLES;
                            int ahead = reader.reads.get() - before - progress.samples();
                            assertTrue(ahead >= 0 && ahead <= BATCH, ahead + " samples ahead");
                        }
                    }));
            assertEquals(2 * SAMPLES, reader.reads.get());
            assertArrayEquals(flat(expected), flat(trainer));
            assertEquals(first, losses);
            assertArrayEquals(expected.model().outputs(inMemory()),
                    trainer.model().outputs(samples));
            assertEquals(5 + 4 * SAMPLES, samples.memoryBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aSampleThatCannotBeReadEndsTheTrainingBeforeItsStep(int threads) {
        Trainer whole = new Trainer(NETWORK, OPTIONS);
        List<TrainingState> states = new ArrayList<>();
        whole.train(samples(new Counting(-1)), 2, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                states.add(whole.state());
            }
        });
        try (ForkJoinPool pool = pool(threads)) {
            for (int damaged : new int[] {0, 19, SAMPLES - 1}) {
                Trainer trainer = trainer(pool);
                SampleException failure = assertThrows(SampleException.class, () -> trainer.train(
                        samples(new Counting(damaged)), 2, TrainingListener.SILENT));
                assertEquals("a/b.png: is damaged (sample " + damaged + " of its set)",
                        failure.getMessage());
                int steps = (int) trainer.state().position().steps();
                assertTrue(steps < 5, "the first epoch has every sample");
                if (steps > 0) {
                    assertArrayEquals(states.get(steps - 1).parameters().values("0.weight"),
                            trainer.parameters().values("0.weight"));
                }
                Trainer resumed = new Trainer(NETWORK, OPTIONS);
                resumed.restore(trainer.state());
                resumed.train(samples(new Counting(-1)), 2, TrainingListener.SILENT);
                assertArrayEquals(flat(whole), flat(resumed));
            }
        }
    }

    /** The interrupt ends the training after a step; the batch that was prefetched is dropped. */
    @Test
    void stopsInTheMiddle() {
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            Trainer trainer = trainer(pool);
            Counting reader = new Counting(-1);
            TrainingEnd end = trainer.train(samples(reader), 2, new TrainingListener() {
                @Override
                public void step(TrainingProgress progress) {
                    if (progress.step() == 2) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
            assertTrue(Thread.interrupted());
            assertEquals(TrainingEnd.STOPPED, end);
            int reads = reader.reads.get();
            assertTrue(reads >= 2 * BATCH && reads <= 3 * BATCH, reads + " reads");
            Trainer resumed = trainer(pool);
            resumed.restore(trainer.state());
            resumed.train(samples(reader), 2, TrainingListener.SILENT);
            Trainer whole = trainer(null);
            whole.train(inMemory(), 2, TrainingListener.SILENT);
            assertArrayEquals(flat(whole), flat(resumed));
        }
    }

    /** All have as many samples, and the labels of one class each third. */
    @Test
    void anotherSliceIsNotTheSetOfATrainingToResume() {
        Trainer first = new Trainer(NETWORK, OPTIONS);
        first.train(samples(new Counting(-1)).slice(3, 33), 1, TrainingListener.SILENT);
        for (int from : new int[] {0, 6, 9}) {
            Trainer second = new Trainer(NETWORK, OPTIONS);
            second.restore(first.state());
            String message = assertThrows(IllegalArgumentException.class, () -> second.train(
                    samples(new Counting(-1)).slice(from, from + 30), 2, TrainingListener.SILENT))
                    .getMessage();
            assertTrue(message.startsWith("these are not the samples of the training to resume:"
                    + " found 30 samples with checksum "), message);
        }
        Trainer second = new Trainer(NETWORK, OPTIONS);
        second.restore(first.state());
        second.train(samples(new Counting(-1)).slice(1, 40).slice(2, 32), 2,
                TrainingListener.SILENT);
        assertEquals(2, second.state().position().epochs());
    }

    @Test
    void errorsOfAReaderAreThrown() {
        InputReader broken = new InputReader() {
            @Override
            public void read(int sample, double[] into, int offset) {
                throw new OutOfMemoryError("sample " + sample);
            }

            @Override
            public void identify(Checksum checksum) {
                checksum.update(2);
            }

            @Override
            public boolean readsBytes() {
                return false;
            }

            @Override
            public long memoryBytes() {
                return 0;
            }
        };
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            for (Trainer trainer : List.of(trainer(null), trainer(pool))) {
                assertThrows(OutOfMemoryError.class,
                        () -> trainer.train(samples(broken), 1, TrainingListener.SILENT));
                trainer.train(inMemory(), 1, TrainingListener.SILENT);
            }
        }
        assertEquals("0 samples; expected at least 1", assertThrows(IllegalArgumentException.class,
                () -> Samples.read(NETWORK.input(), 0, broken, null, null)).getMessage());
        assertEquals("47 labels for 46 samples", assertThrows(IllegalArgumentException.class,
                () -> Samples.read(NETWORK.input(), 46, broken, labels, null)).getMessage());
    }
}
