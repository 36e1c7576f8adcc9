package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.GradientSource.Batch;
import org.lanewise.TrainingState.Data;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** A batch in shards has the same bits wherever its gradients are computed. */
class ShardsTest {
    static final int SAMPLES = 61;
    static final TrainingListener QUIET = new TrainingListener() {
    };

    static final Network NETWORK = Network.input(2, 9, 9)
            .conv2d(8, Window.of(3).padding(1)).batchNorm().relu().maxPool2d(2)
            .conv2d(6, 3).batchNorm().gelu().flatten().dropout(0.3).linear(3)
            .loss(Loss.softmaxCrossEntropy().weight(1, 2, 0.5).labelSmoothing(0.1));
    static final Network PLAIN = Network.input(2, 9, 9)
            .conv2d(8, Window.of(3).padding(1)).relu().flatten().linear(3)
            .loss(Loss.softmaxCrossEntropy().weight(1, 2, 0.5).ignoreIndex(2));

    static Samples samples() {
        return samples(IntStream.range(0, SAMPLES).toArray());
    }

    /** The same samples in any order, normalized. */
    static Samples samples(int[] order) {
        int each = (int) NETWORK.input().size();
        double[] drawn = new RandomState(8).randn(SAMPLES * each);
        double[] inputs = new double[drawn.length];
        int[] labels = new int[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            System.arraycopy(drawn, order[i] * each, inputs, i * each, each);
            labels[i] = order[i] % 3;
        }
        return Samples.labelled(new Shape.Image(2, 9, 9), inputs, labels)
                .normalize(new double[] {0.1}, new double[] {0.9});
    }

    private static TrainingOptions options(int shards) {
        return TrainingOptions.of(Optimizer.sgd(0.05).momentum(0.9)).batchSize(16).seed(4)
                .shards(shards).average(new Average.Ema(2, 0.9))
                .augment(List.of(new Augmentation.Flip(false)));
    }

    static String bits(Trainer trainer) {
        TrainingState state = trainer.state();
        return state.parameters().sha256() + state.memory().sha256();
    }

    static String local(Network network, Samples samples, TrainingOptions options) {
        Trainer trainer = new Trainer(network, options);
        trainer.train(samples, 2, QUIET);
        return bits(trainer);
    }

    /** Several workers, each with the shards that a drawn assignment gives it, which merge what they hold. */
    static final class Cluster implements GradientSource {
        private final Trainer trainer;
        private final Samples samples;
        private final Random random;
        private final List<GradientWorker> workers = new ArrayList<>();
        private final List<Shard> shards = new ArrayList<>();

        Cluster(Trainer trainer, Samples samples, TrainingOptions options, int seed) {
            this.trainer = trainer;
            this.samples = samples;
            this.random = new Random(seed);
            for (int i = 0; i < 3; i++) {
                workers.add(new GradientWorker(trainer.model().network(), options));
                assertEquals(trainer.contract(), workers.getLast().contract());
            }
            for (int i = 0; i < options.shards(); i++) {
                shards.add(Shard.of(samples, options, trainer.model().network(), i));
            }
        }

        @Override
        public Data data() {
            return new Data(samples.size(), samples.checksum(), samples.classes(),
                    samples.normalization());
        }

        @Override
        public Gradients gradients(Batch batch) {
            FlatParameters parameters = sent(trainer.flatParameters());
            List<List<Shard>> held = List.of(new ArrayList<>(), new ArrayList<>(),
                    new ArrayList<>());
            List<Shard> order = new ArrayList<>(shards);
            Collections.shuffle(order, random);
            for (Shard shard : order) {
                held.get(random.nextInt(workers.size())).add(shard);
            }
            List<Gradients> parts = new ArrayList<>();
            for (int i = 0; i < workers.size(); i++) {
                workers.get(i).parameters(parameters);
                held.get(i).sort(Comparator.comparingInt(Shard::number));
                workers.get(i).gradients(held.get(i), batch)
                        .forEach(part -> parts.add(sent(part)));
            }
            return random.nextBoolean() ? whole(parts) : byRanges(parts, 1 + random.nextInt(9));
        }

        private static Gradients whole(List<Gradients> parts) {
            List<Gradients> whole = Gradients.merge(parts);
            assertEquals(1, whole.size());
            return whole.getFirst();
        }

        /** As where several machines merge a range of the elements each. */
        private static Gradients byRanges(List<Gradients> parts, int ranges) {
            List<List<Gradients>> cut = parts.stream().map(part -> part.split(ranges)).toList();
            return sent(Gradients.join(IntStream.range(0, ranges)
                    .mapToObj(range -> whole(cut.stream().map(part -> part.get(range)).toList()))
                    .toList()));
        }
    }

    /** As another machine gets it. */
    @SuppressWarnings("unchecked")
    static <T> T sent(T object) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(object);
            }
            return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))
                    .readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    static Trainer remote(Network network, Samples samples, TrainingOptions options,
            int seed) {
        Trainer trainer = new Trainer(network, options);
        trainer.train(new Cluster(trainer, samples, options, seed), Optional.empty(), 2,
                QUIET);
        return trainer;
    }

    @ParameterizedTest
    @EnumSource
    void workersGiveTheBitsOfOneMachine(Precision precision) {
        for (int shards : new int[] {2, 4, 8}) {
            TrainingOptions options = options(shards).precision(precision);
            String expected = local(NETWORK, samples(), options);
            for (int seed = 0; seed < 3; seed++) {
                assertEquals(expected, bits(remote(NETWORK, samples(), options, seed)),
                        shards + " shards, seed " + seed);
            }
        }
    }

    /** Sizes of the last batch: none of its own, one for each shard and fewer, none of some. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 7, 16})
    void anyNumberOfShardsAndAccumulatedBatches(int shards) {
        for (int batch : new int[] {shards, 2 * shards, 3 * shards}) {
            TrainingOptions options = TrainingOptions.of(Optimizer.adam(0.01)).batchSize(batch)
                    .shards(shards).accumulate(2).seed(batch);
            assertEquals(local(PLAIN, samples(), options),
                    bits(remote(PLAIN, samples(), options, batch)), options.toString());
        }
    }

    @Test
    void theOrderOfSamplesChangesNothing() {
        int[] order = IntStream.range(0, SAMPLES).toArray();
        new RandomState(3).shuffle(order);
        assertEquals(local(NETWORK, samples(), options(4)),
                local(NETWORK, samples(order), options(4)));
        assertNotEquals(local(NETWORK, samples(), options(1)),
                local(NETWORK, samples(order), options(1)));
    }

    @Test
    void threadsAndKernelsChangeNothing() {
        TrainingOptions options = options(4).algorithm(Algorithm.DIRECT);
        String expected = local(NETWORK, samples(), options);
        assertEquals(expected, local(NETWORK, samples(), options.backend(Backend.SCALAR)));
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            Trainer trainer = new Trainer(NETWORK, options, pool);
            trainer.train(samples(), 2, QUIET);
            assertEquals(expected, bits(trainer));
        }
    }

    /** Of 8 shards, the last is added to the sums of 4, 2 and 1. */
    @Test
    void sumsOfShardsAreAllocatedWhereTheyAreAddedUp() {
        Trainer trainer = new Trainer(PLAIN, options(8));
        assertEquals(0, sums(trainer.memory()));
        trainer.step(new double[(int) PLAIN.input().size()], new int[1]);
        assertEquals(4, sums(trainer.memory()));
        assertEquals(4, sums(Trainer.memory(PLAIN, options(8), 1)));
        assertEquals(0, sums(remote(PLAIN, samples(), options(8), 1).memory()));
    }

    private static long sums(List<MemoryUse> memory) {
        return memory.stream().filter(use -> use.name().equals("gradients of shards")).count();
    }

    /** Without layers that normalize by the batch, shards are only another order of sums. */
    @Test
    void gradientsAreThoseOfTheWholeBatch() {
        for (int count : new int[] {16, 13, 3, 1}) {
            double[][] weights = new double[2][];
            double[] losses = new double[2];
            for (int i = 0; i < 2; i++) {
                Trainer trainer = new Trainer(PLAIN, TrainingOptions.of(Optimizer.sgd(0.5))
                        .batchSize(16).shards(i == 0 ? 1 : 8));
                int each = (int) PLAIN.input().size();
                double[] inputs = new RandomState(5).randn(count * each);
                int[] labels = IntStream.range(0, count).map(n -> n % 3).toArray();
                losses[i] = trainer.step(inputs, labels);
                weights[i] = trainer.parameters().values("3.weight");
            }
            assertEquals(losses[0], losses[1], 1e-13);
            assertArrayEquals(weights[0], weights[1], 1e-13);
        }
    }

    /** Running statistics are the mean of those of the shards, by their samples. */
    @Test
    void runningStatisticsAreTheMeanOfShards() {
        Network network = Network.input(2).batchNorm().linear(2).softmaxCrossEntropy();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(8)
                .shards(2));
        double[] x = {1, 10, 2, 30, 6, 20, 5, 50, 9, 11};
        trainer.step(x, new int[] {0, 1, 0, 1, 0});
        // 3 samples and 2; unbiased variances.
        double first = 0.6 * (1 + 2 + 6) / 3 + 0.4 * (5 + 9) / 2;
        double variance = 0.6 * (4 + 1 + 9) / 2 + 0.4 * (4 + 4);
        Parameters parameters = trainer.parameters();
        assertEquals(0.1 * first, parameters.values("0.running_mean")[0], 1e-15);
        assertEquals(0.9 + 0.1 * variance, parameters.values("0.running_var")[0], 1e-15);
        assertEquals(1, parameters.values("0.num_batches_tracked")[0]);
    }

    @Test
    void masksOfShardsDiffer() {
        Network network = Network.input(64).dropout(0.5).linear(1).meanSquaredError();
        double[] inputs = new double[2 * 64];
        Arrays.fill(inputs, 1.0);
        double[] weights = new double[64];
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(1.0)).batchSize(2)
                .shards(2).initializer(Initializer.heNormal()));
        double[] before = trainer.parameters().values("1.weight");
        trainer.step(inputs, new double[] {1000, 1000});
        double[] after = trainer.parameters().values("1.weight");
        Arrays.setAll(weights, i -> Math.rint(Math.abs(after[i] - before[i]) / 100));
        // Dropped by both shards, by one and by none.
        assertEquals(3, Arrays.stream(weights).distinct().count());
    }

    @Test
    void aTrainingResumesInTheMiddleOfAnEpoch() {
        TrainingOptions options = options(4);
        String expected = local(NETWORK, samples(), options);
        Trainer first = new Trainer(NETWORK, options);
        TrainingState[] saved = new TrainingState[1];
        first.train(new Cluster(first, samples(), options, 1), Optional.empty(), 2,
                new TrainingListener() {
                    @Override
                    public void step(TrainingProgress progress) {
                        if (progress.epoch() == 2 && progress.step() == 2) {
                            saved[0] = first.state();
                            first.stop();
                        }
                    }
                });
        Trainer second = new Trainer(NETWORK, options);
        second.restore(saved[0]);
        second.train(samples(), 2, QUIET);
        assertEquals(expected, bits(second));

        Trainer other = new Trainer(NETWORK, options.shards(2));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> other.restore(saved[0]))
                .getMessage().contains("shards of a batch: found 4, expected 2"));
    }

    @Test
    void aLossThatIsNotFiniteMovesNothing() {
        double[] inputs = new RandomState(5).randn(8 * (int) PLAIN.input().size());
        inputs[5 * (int) PLAIN.input().size() + 7] = Double.NaN;
        int[] labels = new int[8];
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.5)).batchSize(8).shards(4);
        Trainer trainer = new Trainer(PLAIN, options);
        String before = trainer.parameters().sha256();
        assertTrue(assertThrows(DivergenceException.class, () -> trainer.step(inputs, labels))
                .getMessage().contains("input value 7 of input 5 of the batch is NaN"));
        Trainer skipping = new Trainer(PLAIN,
                options.safeguards(Safeguards.NONE.skipNonFinite(true)));
        assertTrue(Double.isNaN(skipping.step(inputs, labels)));
        Samples all = Samples.labelled(new Shape.Image(2, 9, 9), inputs, labels);
        Trainer remote = new Trainer(PLAIN, options);
        String fault = assertThrows(DivergenceException.class, () -> remote.train(
                new Cluster(remote, all, options, 1), Optional.empty(), 1, QUIET)).getMessage();
        assertTrue(
                fault.contains("input value 7 of sample ") && fault.contains(" is NaN, in shard"),
                fault);
        assertEquals(before, remote.parameters().sha256());
        assertEquals(before, trainer.parameters().sha256());
        assertEquals(before, skipping.parameters().sha256());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused(() -> options(3),
                "a batch of 16 samples cannot be divided into 3 equal shards");
        refused(() -> options(0), "0 shards; expected 1 to 65536");
        refused(() -> new Shard(samples(), 4, 4), "shard 4 is none of 4, 0 to 3");
        refused(() -> new GradientWorker(PLAIN, options(1)),
                "shards must be at least 2");
        Trainer trainer = new Trainer(PLAIN, TrainingOptions.of(Optimizer.sgd(0.5)).batchSize(8)
                .shards(4));
        GradientWorker worker = new GradientWorker(PLAIN,
                TrainingOptions.of(Optimizer.sgd(0.5)).batchSize(8).shards(4));
        Shard shard = Shard.of(samples(), options(4), PLAIN, 1);
        Gradients one = worker.gradients(List.of(shard), new Batch(0, 0, 0, 8)).getFirst();
        refused(() -> trainer.apply(one), "gradients of shards 1 to 1 of 4");
        refused(() -> Gradients.merge(List.of(one, one)), "gradients of shard 1 are there twice");
        Gradients two = worker.gradients(List.of(Shard.of(samples(), options(4), PLAIN, 2)),
                new Batch(0, 0, 0, 8)).getFirst();
        refused(() -> Gradients.join(List.of(one, two)), "are not parts of the same gradients");
        Samples others = Samples.labelled(new Shape.Flat(2), new double[4], new int[2]);
        refused(() -> worker.gradients(List.of(new Shard(others, 1, 4)),
                new Batch(0, 0, 0, 8)), "do not fit the network's input");
        Samples wrong = Samples.labelled(new Shape.Image(2, 9, 9), new double[162], new int[] {7});
        refused(() -> worker.gradients(List.of(new Shard(wrong, 1, 4)), new Batch(0, 0, 0, 4)),
                "sample 0: label 7 is none of the network's 3 classes");
        refused(() -> worker.gradients(List.of(shard, shard), new Batch(0, 0, 0, 8)),
                "gradients of shard 1 are there twice");
        refused(() -> worker.gradients(List.of(shard), new Batch(0, 0, 20, 8)),
                "batch 20 takes samples 40 to 41 of shard 1, which has 15");
        refused(() -> worker.gradients(List.of(new Shard(samples(), 0, 2)),
                new Batch(0, 0, 0, 8)),
                "this is a shard of 2; the training has 4");
        refused(() -> worker.parameters(new Trainer(NETWORK, options(4)).flatParameters()),
                "the network has 2099");
    }

    private static void refused(org.junit.jupiter.api.function.Executable call, String message) {
        String found = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(found.contains(message), found);
    }
}
