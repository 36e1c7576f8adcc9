package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.ShardsTest.NETWORK;
import static org.lanewise.ShardsTest.PLAIN;
import static org.lanewise.ShardsTest.QUIET;
import static org.lanewise.ShardsTest.samples;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.io.OptionsText;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;
import org.lanewise.spec.ReduceOnPlateau;
import org.lanewise.spec.Schedule;
import org.lanewise.spec.Shape;

/** Shards that take several steps by themselves have the same bits wherever they take them. */
class LocalStepsTest {
    private static TrainingOptions options(int shards, int every) {
        return TrainingOptions.of(Optimizer.adam(0.01)).batchSize(16).seed(4).shards(shards)
                .schedule(new Schedule.Exponential(0.97)).syncEvery(every)
                .augment(List.of(new Augmentation.Flip(false)));
    }

    @ParameterizedTest
    @EnumSource
    void workersGiveTheBitsOfOneMachine(Precision precision) {
        for (Optimizer optimizer : List.of(Optimizer.sgd(0.05).momentum(0.9).dampening(0.1),
                Optimizer.adam(0.01), Optimizer.nadam(0.01))) {
            for (int every : new int[] {2, 3, 100}) {
                TrainingOptions options = new TrainingOptions(optimizer, 16, 4, true,
                        Initializer.heNormal(), Backend.AUTO, Algorithm.AUTO,
                        Safeguards.NONE.gradientNorm(3), Schedule.CONSTANT, List.of(),
                        Optional.empty(), 1, List.of(new Augmentation.Flip(false)), false,
                        precision, 4, every);
                String expected = ShardsTest.local(NETWORK, samples(), options);
                for (int seed = 0; seed < 2; seed++) {
                    assertEquals(expected, ShardsTest.bits(
                            ShardsTest.remote(NETWORK, samples(), options, seed)),
                            options.toString());
                }
            }
        }
    }

    /** The last batch has 61 - 48 samples, and those of 20 shards' 61 - 60. */
    @ParameterizedTest
    @ValueSource(ints = {2, 16, 20})
    void shardsWithoutSamplesForTheLastStep(int shards) {
        TrainingOptions options = options(1, 1).batchSize(shards == 20 ? 20 : 16).shards(shards)
                .syncEvery(4);
        Trainer remote = ShardsTest.remote(PLAIN, samples(), options, 3);
        assertEquals(ShardsTest.local(PLAIN, samples(), options), ShardsTest.bits(remote));
        assertEquals(2 * 4, remote.state().updates());
    }

    /** By hand: shards that learn alone, and then the mean of their moves by their samples. */
    @Test
    void weightsMoveByTheMeanOfTheMovesOfShards() {
        Network network = Network.input(2).batchNorm().linear(2).softmaxCrossEntropy();
        double[] inputs = new RandomState(2).randn(2 * 20);
        Samples all = Samples.labelled(new Shape.Flat(2), inputs,
                IntStream.range(0, 20).map(i -> i % 2).toArray());
        TrainingOptions options = TrainingOptions.of(Optimizer.adam(0.1)).batchSize(8).shards(2)
                .syncEvery(2).shuffle(false);
        Trainer trainer = new Trainer(network, options);
        Parameters before = trainer.parameters();
        int[] steps = new int[2];
        trainer.train(all, 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                steps[progress.step() / 3] = progress.step();
                if (progress.step() == 2) {
                    trainer.stop();
                }
            }
        });
        assertArrayEquals(new int[] {2, 0}, steps);
        Trainer[] alone = new Trainer[2];
        for (int i = 0; i < 2; i++) {
            alone[i] = new Trainer(network, before, options.syncEvery(1).shards(1).batchSize(4));
            Samples own = Shard.of(all, options, network, i).samples();
            int[] labels = IntStream.range(0, 8).map(own::label).toArray();
            double[] values = new double[16];
            for (int n = 0; n < 8; n++) {
                own.copyPlain(n, values, 2 * n);
            }
            for (int n = 0; n < 2; n++) {
                alone[i].step(java.util.Arrays.copyOfRange(values, 8 * n, 8 * n + 8),
                        java.util.Arrays.copyOfRange(labels, 4 * n, 4 * n + 4));
            }
        }
        TrainingState found = trainer.state();
        assertEquals(2, found.updates());
        for (String name : List.of("1.weight", "0.running_var", "0.num_batches_tracked")) {
            assertMean(alone[0].parameters().values(name), alone[1].parameters().values(name),
                    found.parameters().values(name));
        }
        for (String name : List.of("1.weight/first_moment", "1.weight/second_moment")) {
            assertMean(alone[0].state().memory().values(name),
                    alone[1].state().memory().values(name), found.memory().values(name));
        }
    }

    private static void assertMean(double[] first, double[] second, double[] found) {
        for (int i = 0; i < found.length; i++) {
            assertEquals((first[i] + second[i]) / 2, found[i], 1e-15);
        }
    }

    /** In a round with the last batch some shards take a step more than others. */
    @Test
    void countsStayWholeAndFrozenParametersKeepTheirBits() {
        TrainingOptions options = options(1, 1).batchSize(15).shards(3).syncEvery(5)
                .groups(List.of(ParameterGroup.of("9.weight").frozenFromEpoch(1)));
        Trainer trainer = new Trainer(NETWORK, options);
        double[][] weights = new double[3][];
        int[] epoch = new int[1];
        trainer.train(samples(), 3, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                weights[epoch[0]++] = trainer.parameters().values("9.weight");
            }
        });
        assertArrayEquals(weights[0], weights[1]);
        assertArrayEquals(weights[0], weights[2]);
        double count = trainer.parameters().values("1.num_batches_tracked")[0];
        assertEquals(Math.rint(count), count);
        assertNotEquals(0, count);
    }

    @Test
    void differsFromStepsThatAreAddedUp() {
        assertNotEquals(ShardsTest.local(PLAIN, samples(), options(4, 1)),
                ShardsTest.local(PLAIN, samples(), options(4, 2)));
        // One step in each round is no round of its own.
        assertEquals(ShardsTest.local(PLAIN, samples(), options(4, 1)),
                ShardsTest.local(PLAIN, samples(), options(4, 2).syncEvery(1)));
    }

    @Test
    void aTrainingResumesBetweenTwoRounds() {
        TrainingOptions options = options(4, 3);
        String expected = ShardsTest.local(NETWORK, samples(), options);
        Trainer first = new Trainer(NETWORK, options);
        TrainingState[] saved = new TrainingState[1];
        first.train(new ShardsTest.Cluster(first, samples(), options, 1), Optional.empty(), 2,
                new TrainingListener() {
                    @Override
                    public void step(TrainingProgress progress) {
                        if (progress.epoch() == 2 && progress.step() == 3) {
                            saved[0] = first.state();
                            first.stop();
                        }
                    }
                });
        assertEquals(7, saved[0].position().steps());
        Trainer second = new Trainer(NETWORK, options);
        second.restore(saved[0]);
        second.train(samples(), 2, QUIET);
        assertEquals(expected, ShardsTest.bits(second));
        assertEquals(options, OptionsText.read(OptionsText.write(options)));

        Trainer other = new Trainer(NETWORK, options.syncEvery(2));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> other.restore(saved[0]))
                .getMessage().contains("steps between averages of shards: found 3, expected 2"));
    }

    @Test
    void aLossThatIsNotFiniteMovesNothing() {
        int each = (int) PLAIN.input().size();
        double[] inputs = new RandomState(5).randn(32 * each);
        inputs[5 * each + 7] = Double.NaN;
        Samples all = Samples.labelled(new Shape.Image(2, 9, 9), inputs, new int[32]);
        TrainingOptions options = options(4, 2).augment(List.of());
        Trainer local = new Trainer(PLAIN, options);
        Trainer remote = new Trainer(PLAIN, options);
        String before = local.parameters().sha256();
        String first = assertThrows(DivergenceException.class, () -> local.train(all, 1, QUIET))
                .getMessage();
        String second = assertThrows(DivergenceException.class, () -> remote.train(
                new ShardsTest.Cluster(remote, all, options, 1), Optional.empty(), 1, QUIET))
                .getMessage();
        assertTrue(first.contains("input value 7 of sample 5"), first);
        assertTrue(second.contains("input value 7 of sample") && second.contains("in shard"),
                second);
        assertEquals(before, local.parameters().sha256());
        assertEquals(before, remote.parameters().sha256());

        Trainer skipping = new Trainer(PLAIN,
                options.safeguards(Safeguards.NONE.skipNonFinite(true)));
        skipping.train(all, 1, QUIET);
        assertNotEquals(before, skipping.parameters().sha256());
        assertTrue(Double.isFinite(skipping.parameters().values("3.weight")[0]));
    }

    static Stream<TrainingOptions> others() {
        return Stream.of(options(4, 1).shards(1), options(4, 1).accumulate(2),
                options(4, 1).average(new Average.Ema(2, 0.9)),
                options(4, 1).schedule(ReduceOnPlateau.standard().warmUp(3, 0.1)));
    }

    @Test
    void whatHasNoAverageOfShardsIsRefused() {
        others().forEach(one -> assertTrue(
                assertThrows(IllegalArgumentException.class, () -> one.syncEvery(2)).getMessage()
                        .contains("shards are averaged every 2 steps; that takes 2 shards")));
        assertThrows(IllegalArgumentException.class, () -> options(4, 0));
        Trainer trainer = new Trainer(PLAIN, options(4, 2));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> trainer.step(
                new double[(int) PLAIN.input().size()], new int[1])).getMessage()
                .contains("a single step is none of these"));
    }
}
