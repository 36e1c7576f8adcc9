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
import org.lanewise.spec.Average;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** What is evaluated and kept where parameters are averaged; TorchReferenceTest compares the averages. */
class AverageTest {
    private static final Network NETWORK = Network.input(1, 6, 6).conv2d(3, 3).batchNorm().relu()
            .flatten().linear(3).softmaxCrossEntropy();

    private static Samples samples(int seed) {
        int[] labels = new int[17];
        Arrays.setAll(labels, i -> i % 3);
        return Samples.labelled(NETWORK.input(), new RandomState(seed).randn(17 * 36), labels);
    }

    private static TrainingOptions options() {
        return TrainingOptions.of(Optimizer.sgd(0.1).momentum(0.9)).batchSize(5).seed(3);
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    @Test
    void anEmaIsEvaluatedAndKeptAndDoesNotChangeTheTraining() {
        Trainer plain = new Trainer(NETWORK, options());
        Trainer trainer = new Trainer(NETWORK, options().average(new Average.Ema(2, 0.8)));
        plain.train(samples(1), 3, TrainingListener.SILENT);
        List<Double> losses = new ArrayList<>();
        trainer.train(samples(1), Optional.of(samples(2)), 3, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                double loss = report.test().orElseThrow().loss();
                losses.add(loss);
                assertEquals(loss, trainer.model().evaluate(samples(2)).loss());
                assertEquals(loss, new Model(NETWORK, trainer.parameters(), 5)
                        .evaluate(samples(2)).loss(), 1e-12 * loss);
                assertEquals(loss, new Model(NETWORK, trainer.state().parameters(), 5)
                        .evaluate(samples(2)).loss(), 1e-12 * loss);
            }
        });
        assertEquals(3, losses.size());
        assertArrayEquals(flat(trainer.parameters()), flat(trainer.model().parameters()));
        assertFalse(Arrays.equals(flat(plain.parameters()), flat(trainer.parameters())));
        // The parameters that learned are next to it.
        for (Parameters.Parameter learned : trainer.state().memory().list()) {
            String name = learned.spec().name();
            if (name.endsWith("/fast")) {
                assertArrayEquals(plain.parameters().values(name.replace("/fast", "")),
                        learned.values(), name);
            }
        }
        // A count of batches is no average.
        assertEquals(12, trainer.parameters().values("1.num_batches_tracked")[0]);
    }

    /** The same average, taken by hand after each of some single steps. */
    @Test
    void singleStepsAreAveraged() {
        Trainer plain = new Trainer(NETWORK, options());
        Trainer trainer = new Trainer(NETWORK, options().average(new Average.Ema(2, 0.75)));
        double[] inputs = new RandomState(4).randn(3 * 36);
        int[] labels = {0, 1, 2};
        double[] average = plain.parameters().values("4.weight").clone();
        for (int step = 1; step <= 6; step++) {
            plain.step(inputs, labels);
            trainer.step(inputs, labels);
            double[] now = plain.parameters().values("4.weight");
            // Before the first averaging there is nothing to evaluate but what learns.
            for (int i = 0; (step < 3 || step % 2 == 0) && i < now.length; i++) {
                average[i] = step < 3 ? now[i] : 0.75 * average[i] + 0.25 * now[i];
            }
            assertArrayEquals(average, trainer.parameters().values("4.weight"), 1e-14);
        }
    }

    /** As if the batch had not been there, whichever it is of seven and one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7})
    void anUpdateThatIsLeftOutIsNotAveraged(int bad) {
        TrainingOptions options = options().shuffle(false).average(new Average.Ema(2, 0.75))
                .safeguards(Safeguards.NONE.skipNonFinite(true));
        Trainer expected = new Trainer(NETWORK, options);
        Trainer trainer = new Trainer(NETWORK, options);
        double[] good = new RandomState(4).randn(7 * 5 * 36);
        double[] all = new double[8 * 5 * 36];
        System.arraycopy(good, 0, all, 0, bad * 5 * 36);
        Arrays.fill(all, bad * 5 * 36, (bad + 1) * 5 * 36, Double.NaN);
        System.arraycopy(good, bad * 5 * 36, all, (bad + 1) * 5 * 36, (7 - bad) * 5 * 36);
        expected.train(Samples.labelled(NETWORK.input(), good, new int[35]), 1,
                TrainingListener.SILENT);
        trainer.train(Samples.labelled(NETWORK.input(), all, new int[40]), 1,
                TrainingListener.SILENT);
        assertArrayEquals(flat(expected.parameters()), flat(trainer.parameters()));
    }

    /** Stopped before the first averaging, which is that of the fifth update. */
    @Test
    void whatLearnsIsEvaluatedBeforeTheFirstAveraging() {
        TrainingOptions options = options().average(new Average.Ema(5, 0.75));
        Trainer plain = new Trainer(NETWORK, options());
        Trainer trainer = new Trainer(NETWORK, options);
        plain.train(samples(1), 1, TrainingListener.SILENT);
        trainer.train(samples(1), Optional.of(samples(2)), 1, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                assertEquals(plain.model().evaluate(samples(2)).loss(),
                        report.test().orElseThrow().loss());
            }
        });
        assertArrayEquals(flat(plain.parameters()), flat(trainer.parameters()));
        // Resumed, too, and averaged by the update after.
        Trainer resumed = new Trainer(NETWORK, options);
        resumed.restore(trainer.state());
        assertArrayEquals(flat(plain.parameters()), flat(resumed.parameters()));
        trainer.restore(trainer.state());
        trainer.train(samples(1), 3, TrainingListener.SILENT);
        resumed.train(samples(1), 3, TrainingListener.SILENT);
        assertArrayEquals(flat(trainer.parameters()), flat(resumed.parameters()));
    }

    @Test
    void aLookaheadEndsWithItsSlowWeights() {
        for (double power : new double[] {0, 2}) {
            Trainer trainer = new Trainer(NETWORK,
                    options().average(new Average.Lookahead(5, 0.9, power)));
            List<Double> losses = new ArrayList<>();
            trainer.train(samples(1), Optional.of(samples(2)), 3, new TrainingListener() {
                @Override
                public void epoch(EpochReport report) {
                    losses.add(report.test().orElseThrow().loss());
                }
            });
            TrainingState state = trainer.state();
            for (Parameters.Parameter slow : state.memory().list()) {
                String name = slow.spec().name();
                if (name.endsWith("/slow")) {
                    assertArrayEquals(slow.values(),
                            state.parameters().values(name.replace("/slow", "")), name);
                }
            }
            // The last epoch is evaluated with them.
            assertEquals(losses.getLast(), trainer.model().evaluate(samples(2)).loss());
        }
    }

    @Test
    void aLookaheadThatNeedsALengthRefusesSingleSteps() {
        Trainer trainer = new Trainer(NETWORK,
                options().average(new Average.Lookahead(5, 0.95, 3)));
        double[] before = flat(trainer.parameters());
        assertEquals("lookahead:every=5,decay=0.95,power=3.0 depends on how long the training is,"
                + " and a single step is of none; call train, or let its power be 0",
                assertThrows(IllegalArgumentException.class,
                        () -> trainer.step(new double[36], new int[] {0})).getMessage());
        assertArrayEquals(before, flat(trainer.parameters()));
        assertEquals(TrainingEnd.COMPLETE,
                trainer.train(samples(1), 1, TrainingListener.SILENT));
    }

    @Test
    void theMemoryIsCounted() {
        for (Average average : List.of(new Average.Ema(1, 0.5), new Average.Lookahead(1, 0, 0))) {
            TrainingOptions options = options().average(average);
            Trainer trainer = new Trainer(NETWORK, options);
            assertEquals(trainer.memory(), Trainer.memory(NETWORK, options, 1));
            assertTrue(trainer.memory().size() > Trainer.memory(NETWORK, options(), 1).size());
        }
    }

    @Test
    void anotherAverageIsNotResumed() {
        Trainer ema = new Trainer(NETWORK, options().average(new Average.Ema(1, 0.5)));
        assertEquals("the saved training is not this one: average: found ema:every=1,decay=0.5,"
                + " expected none",
                assertThrows(IllegalArgumentException.class,
                        () -> new Trainer(NETWORK, options()).restore(ema.state())).getMessage());
    }
}
