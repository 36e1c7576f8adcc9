package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.io.CheckpointFile;
import org.lanewise.io.Rounds;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.ReduceOnPlateau;
import org.lanewise.spec.Schedule;

/**
 * Single steps and trainings one after another, stored after any step and resumed by another trainer: the
 * bits after each later step are those of the trainer that was not interrupted.
 */
class StoppedAnywhereTest {
    private static final Network NETWORK = Network.input(3, 6, 5).conv2d(4, 3).batchNorm().relu()
            .dropout(0.25).flatten().linear(3).softmaxCrossEntropy();
    private static final int SIZE = 90;
    private static final int BATCH = 4;

    @TempDir
    private Path folder;

    /**
     * Some single steps, or a training.
     *
     * @param epochs of the training; 0 for single steps
     * @param steps after which it ends, which may be more than it has
     */
    private record Call(double epochs, int steps) {}

    /** What a trainer was after a step or an epoch of a call. */
    private record Event(int call, int steps, TrainingState state, String text) {}

    /** A script of calls, and what they are of. */
    private record Script(TrainingOptions options, List<Call> calls, Samples samples,
            Optional<Samples> test, double[] single) {
        /** Plays the calls from some step of one of them on. */
        void play(Trainer trainer, int first, int taken, List<Event> events) {
            boolean restored = first > 0 || taken > 0;
            for (int i = first; i < calls.size(); i++) {
                Call call = calls.get(i);
                int done = i == first ? taken : 0;
                boolean trains = call.epochs > 0;
                if (done == call.steps) {
                    continue;
                }
                if (trains && restored && done == 0) {
                    // It would resume the training that was restored, instead of beginning another.
                    return;
                }
                if (trains) {
                    restored = false;
                    trainer.train(samples, test, call.epochs, listener(trainer, i, done, events));
                    continue;
                }
                for (int k = done; k < call.steps; k++) {
                    int count = 2 + (i + k) % (BATCH - 1);
                    double loss = trainer.step(Arrays.copyOfRange(single, k % 5 * SIZE,
                            (k % 5 + count) * SIZE), labels(count));
                    events.add(event(trainer, i, k + 1, "loss " + loss));
                }
            }
        }

        private TrainingListener listener(Trainer trainer, int call, int done,
                List<Event> events) {
            return new TrainingListener() {
                private int steps = done;

                @Override
                public void step(TrainingProgress progress) {
                    steps++;
                    events.add(event(trainer, call, steps, "loss " + progress.loss() + " rate "
                            + progress.learningRate()));
                    if (steps == calls.get(call).steps) {
                        trainer.stop();
                    }
                }

                @Override
                public void epoch(EpochReport report) {
                    events.add(event(trainer, call, steps, report.epoch() + " of "
                            + report.epochs() + " loss " + report.loss() + " accuracy "
                            + report.accuracy() + " better " + report.best() + " rate "
                            + report.learningRate() + " test "
                            + report.test().map(Evaluation::loss)));
                }
            };
        }
    }

    private static int[] labels(int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i * i % 3);
        return labels;
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    private static Event event(Trainer trainer, int call, int steps, String seen) {
        TrainingState state = trainer.state();
        TrainingState.Position at = state.position();
        return new Event(call, steps, state, "call " + call + " step " + steps + ": " + seen
                + ", updates " + state.updates() + " parameters "
                + Arrays.hashCode(flat(state.parameters())) + " memory "
                + Arrays.hashCode(flat(state.memory()))
                + Stream.of(at.steps(), at.epochs(), at.step(), at.lossSum(), at.correct(),
                        at.divisor(), at.counted(), at.earlierEpochs(), at.best(), at.data(),
                        at.order().position(), at.order().spare(),
                        Arrays.hashCode(at.order().key())).toList());
    }

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static Samples samples(int seed, int count, boolean broken) {
        double[] values = new RandomState(seed).randn(count * SIZE);
        if (broken) {
            values[7 * SIZE + 3] = Double.NaN;
        }
        return Samples.labelled(NETWORK.input(), values, labels(count));
    }

    private static Script script(Random random) {
        boolean broken = random.nextInt(4) == 0;
        Optional<Average> average = one(random, List.of(Optional.empty(),
                Optional.of(new Average.Ema(1 + random.nextInt(3), 0.8)),
                Optional.of(new Average.Lookahead(1 + random.nextInt(3), 0.9, 0)),
                Optional.of(new Average.Lookahead(2, 0.9, 2))));
        boolean singles = average.filter(Average::needsLength).isEmpty();
        TrainingOptions options = TrainingOptions.of(one(random, List.of(Optimizer.sgd(0.02),
                Optimizer.sgd(0.02).momentum(0.9).dampening(0.25), Optimizer.adam(0.01),
                Optimizer.nadam(0.01), Optimizer.rmsProp(0.01).centered(true).momentum(0.5),
                Optimizer.lion(0.003))))
                .batchSize(BATCH).seed(random.nextInt(100)).shuffle(random.nextBoolean())
                .accumulate(1 + random.nextInt(4)).dropLast(random.nextBoolean())
                .safeguards(new Safeguards(random.nextBoolean() ? 0.5 : Double.POSITIVE_INFINITY,
                        random.nextInt(3), broken))
                .schedule(one(random, List.of(Schedule.CONSTANT,
                        new ReduceOnPlateau(0.5, 0, 0.9, false, random.nextInt(2), 0, 0),
                        new ReduceOnPlateau(0.5, 1, 1e-4, false, 0, 0, 0).warmUp(3, 0.1),
                        new Schedule.Cosine(7, 1e-3),
                        new Schedule.PerEpoch(new Schedule.Step(1, 0.5), 3))))
                .augment(random.nextBoolean() ? List.of() : List.of(new Augmentation.Flip(true)))
                .groups(random.nextBoolean()
                        ? List.of()
                        : List.of(ParameterGroup.of("0.*").frozenFromEpoch(1),
                                ParameterGroup.of("1.bias").frozenFromEpoch(0)));
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(singles && random.nextBoolean()
                    ? new Call(0, 1 + random.nextInt(6))
                    : new Call(one(random, List.of(0.4, 1.0, 1.7, 3.0)), 1 + random.nextInt(14)));
        }
        return new Script(average.map(options::average).orElse(options), calls,
                samples(1, 18 + random.nextInt(5), broken),
                random.nextBoolean() ? Optional.of(samples(2, 5, false)) : Optional.empty(),
                new RandomState(3).randn((5 + BATCH) * SIZE));
    }

    private TrainingState stored(TrainingState state, Random random) throws IOException {
        if (random.nextBoolean()) {
            return state;
        }
        Path file = folder.resolve("checkpoint.npz");
        CheckpointFile.write(state, file);
        return CheckpointFile.read(file);
    }

    @Test
    void resumesFromAnyStepOfAnyScript() throws IOException {
        int inAccumulation = 0;
        int resumed = 0;
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (int seed = Rounds.seed(); seed < Rounds.seed() + Rounds.of(150); seed++) {
                Random random = new Random(seed);
                Script script = script(random);
                List<Event> whole = new ArrayList<>();
                script.play(new Trainer(NETWORK, script.options), 0, 0, whole);
                for (int i = 0; i < 6; i++) {
                    int at = random.nextInt(whole.size());
                    Event event = whole.get(at);
                    TrainingOptions options = script.options.backend(
                            random.nextBoolean() ? Backend.SCALAR : Backend.VECTOR);
                    Trainer rest = random.nextBoolean()
                            ? new Trainer(NETWORK, options)
                            : new Trainer(NETWORK, options, pool);
                    rest.restore(stored(event.state, random));
                    List<Event> found = new ArrayList<>();
                    found.add(event(rest, event.call, event.steps, "restored"));
                    script.play(rest, event.call, event.steps, found);
                    for (int k = 1; k < found.size(); k++) {
                        String message = "seed " + seed + ": " + script.calls + " of "
                                + script.options + ", stopped at " + event.text;
                        assertEquals(whole.get(at + k).text, found.get(k).text, message);
                    }
                    resumed += found.size() - 1;
                    inAccumulation += script.options.accumulate() > 1
                            && event.state.memory().values("accumulation/batches")[0] != 0
                            && found.size() > 1 ? 1 : 0;
                }
            }
        }
        System.out.println("seed " + Rounds.seed() + ": " + resumed + " steps after a stop, "
                + inAccumulation + " stops within an accumulation");
        assertTrue(resumed > 1000 && inAccumulation > 50, resumed + ", " + inAccumulation);
    }

    private static TrainingOptions accumulating() {
        return TrainingOptions.of(Optimizer.adam(0.01)).batchSize(BATCH).accumulate(3);
    }

    /** After two of five steps of an epoch, whose batches are part of no update of single steps. */
    private static Trainer ended() {
        Trainer trainer = new Trainer(NETWORK, accumulating());
        trainer.train(samples(1, 20, false), 2, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                if (progress.step() == 2) {
                    trainer.stop();
                }
            }
        });
        return trainer;
    }

    private static void step(Trainer trainer, int seed) {
        trainer.step(new RandomState(seed).randn(BATCH * SIZE), labels(BATCH));
    }

    /** Single steps after a training that was ended within an epoch, stored within their accumulation. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void singleStepsAfterAnEndedEpochAreResumed(int before) throws IOException {
        Trainer whole = ended();
        for (int i = 0; i < before; i++) {
            step(whole, i);
        }
        Trainer rest = new Trainer(NETWORK, accumulating());
        Path file = folder.resolve("a.npz");
        CheckpointFile.write(whole.state(), file);
        rest.restore(CheckpointFile.read(file));
        for (int i = 0; i < 4; i++) {
            step(whole, 100 + i);
            step(rest, 100 + i);
            assertArrayEquals(flat(whole.state().parameters()), flat(rest.state().parameters()));
            assertArrayEquals(flat(whole.state().memory()), flat(rest.state().memory()));
            assertEquals(whole.state().updates(), rest.state().updates());
        }
    }

    /** An epoch that is resumed after a single step, whose batch is not part of its updates. */
    @Test
    void batchesOfSingleStepsAreNotPartOfAnEpoch() {
        Trainer single = ended();
        step(single, 7);
        TrainingState state = single.state();
        assertEquals(-1, state.memory().values("accumulation/batches")[0]);
        Trainer expected = new Trainer(NETWORK, accumulating());
        double[] counts = state.memory().values("accumulation/batches");
        counts[0] = 0;
        counts[1] = 0;
        expected.restore(state);
        single.restore(single.state());
        expected.train(samples(1, 20, false), 2, TrainingListener.SILENT);
        single.train(samples(1, 20, false), 2, TrainingListener.SILENT);
        assertArrayEquals(flat(expected.parameters()), flat(single.parameters()));
        assertEquals(expected.state().updates(), single.state().updates());
    }

    /** Before format 6 the count of batches had no sign; without an epoch they are those of single steps. */
    @Test
    void olderStatesOfSingleStepsAreResumed() {
        Trainer whole = new Trainer(NETWORK, accumulating());
        step(whole, 1);
        step(whole, 2);
        TrainingState older = whole.state();
        older.memory().values("accumulation/batches")[0] = 2;
        Trainer rest = new Trainer(NETWORK, accumulating());
        rest.restore(older);
        step(whole, 3);
        step(rest, 3);
        assertEquals(1, rest.state().updates());
        assertArrayEquals(flat(whole.state().parameters()), flat(rest.state().parameters()));
    }
}
