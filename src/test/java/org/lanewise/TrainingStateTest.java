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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Average;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;
import org.lanewise.spec.ReduceOnPlateau;
import org.lanewise.spec.Schedule;

/** A training that is resumed by another trainer gives the same bits. */
class TrainingStateTest {
    private static final Network NETWORK = Network.input(1, 6, 6).conv2d(3, 3).relu()
            .maxPool2d(2)
            .flatten().linear(3).softmaxCrossEntropy();
    private static final Network NORMALIZED = Network.input(1, 6, 6).conv2d(3, 3).batchNorm().relu()
            .maxPool2d(2).flatten().linear(3).softmaxCrossEntropy();
    private static final int SAMPLES = 17;
    private static final int EPOCHS = 3;

    private static Samples samples(int seed) {
        int[] labels = new int[SAMPLES];
        Arrays.setAll(labels, i -> i % 3);
        return Samples.labelled(NETWORK.input(), new RandomState(seed).randn(SAMPLES * 36), labels);
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    private static TrainingOptions options(Optimizer optimizer) {
        return TrainingOptions.of(optimizer).batchSize(5).seed(3);
    }

    /** Keeps the state after every step and epoch, and the result of each epoch. */
    private static final class Recorder implements TrainingListener {
        private final Trainer trainer;
        private final List<TrainingState> states = new ArrayList<>();
        private final List<Double> losses = new ArrayList<>();

        Recorder(Trainer trainer) {
            this.trainer = trainer;
            states.add(trainer.state());
        }

        @Override
        public void step(TrainingProgress progress) {
            states.add(trainer.state());
        }

        @Override
        public void epoch(EpochReport report) {
            states.add(trainer.state());
            losses.add(report.loss());
            losses.add(report.accuracy());
            losses.add(report.test().orElseThrow().loss());
            losses.add(report.learningRate());
        }
    }

    static Stream<TrainingOptions> trainings() {
        Safeguards clipped = Safeguards.NONE.gradientNorm(0.5);
        return Stream.of(options(Optimizer.sgd(0.1)).shuffle(false),
                options(Optimizer.sgd(0.1).momentum(0.9).dampening(0.1).weightDecay(1e-3)),
                options(Optimizer.sgd(0.1).momentum(0.9).nesterov(true)).safeguards(clipped),
                options(Optimizer.adam(0.01)), options(Optimizer.adamW(0.01)),
                options(Optimizer.nadam(0.01)), options(Optimizer.rmsProp(0.01)),
                options(Optimizer.rmsProp(0.01).momentum(0.5).centered(true)),
                options(Optimizer.lion(0.01).weightDecay(0.1)),
                options(Optimizer.adam(0.01)).precision(Precision.SINGLE).safeguards(clipped),
                options(Optimizer.sgd(0.1).momentum(0.9)).precision(Precision.SINGLE)
                        .accumulate(3).average(new Average.Lookahead(2, 0.5, 1)),
                options(Optimizer.nadam(0.01)).precision(Precision.SINGLE)
                        .average(new Average.Ema(2, 0.9)),
                options(Optimizer.adamW(0.01)).schedule(Schedule.oneCycle(0.1, EPOCHS * 4)),
                options(Optimizer.nadam(0.01)).groups(List.of(
                        ParameterGroup.of("0.weight").frozenFromEpoch(1),
                        ParameterGroup.of("*.bias").learningRateFactor(3).weightDecay(0.1),
                        ParameterGroup.of("1.weight").frozenFromEpoch(0)))
                        .safeguards(clipped),
                options(Optimizer.sgd(0.1).momentum(0.9).nesterov(true))
                        .average(new Average.Lookahead(3, 0.9, 3)),
                options(Optimizer.adam(0.01)).average(new Average.Lookahead(2, 0.5, 0)),
                options(Optimizer.adam(0.01)).accumulate(3)
                        .average(new Average.Lookahead(2, 0.5, 1)).safeguards(clipped),
                options(Optimizer.sgd(0.1).momentum(0.9)).accumulate(9).schedule(
                        new ReduceOnPlateau(0.5, 0, 0.9, false, 0, 0, 0)),
                options(Optimizer.adam(0.01)).average(new Average.Ema(2, 0.9)).groups(
                        List.of(ParameterGroup.of("0.*").frozenFromEpoch(2))),
                options(Optimizer.sgd(0.1).momentum(0.9))
                        .schedule(new Schedule.Cosine(9, 0.01).warmUp(3, 0.1)),
                options(Optimizer.sgd(0.1)).schedule(
                        new Schedule.PerEpoch(new Schedule.Step(1, 0.5), 4).warmUp(2, 0.5)));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void resumesFromAnyStep(TrainingOptions options) {
        Trainer whole = new Trainer(NORMALIZED, options.backend(Backend.VECTOR));
        Recorder recorder = new Recorder(whole);
        assertEquals(TrainingEnd.COMPLETE,
                whole.train(samples(1), Optional.of(samples(2)), EPOCHS, recorder));
        // The start, four steps an epoch, and the end of each.
        assertEquals(1 + EPOCHS * 5, recorder.states.size());
        double[] expected = flat(whole.parameters());
        for (TrainingState state : recorder.states) {
            Trainer part = new Trainer(NORMALIZED, options.backend(Backend.SCALAR));
            part.restore(state);
            Recorder rest = new Recorder(part);
            part.train(samples(1), Optional.of(samples(2)), EPOCHS, rest);
            assertArrayEquals(expected, flat(part.parameters()), state.position().toString());
            int missing = recorder.losses.size() - rest.losses.size();
            assertEquals(4 * state.position().epochs(), missing);
            assertEquals(recorder.losses.subList(missing, recorder.losses.size()), rest.losses);
            assertEquals(whole.state().position().best(), part.state().position().best());
            assertEquals(whole.state().position().steps(), part.state().position().steps());
        }
    }

    /** 2.6 epochs of four steps are eleven: the last epoch has three. */
    @Test
    void resumesAnEpochThatIsCut() {
        TrainingOptions options = options(Optimizer.adam(0.01))
                .average(new Average.Lookahead(2, 0.9, 1));
        Trainer whole = new Trainer(NORMALIZED, options);
        Recorder recorder = new Recorder(whole);
        whole.train(samples(1), Optional.of(samples(2)), 2.6, recorder);
        assertEquals(1 + 11 + 3, recorder.states.size());
        assertEquals(11, whole.state().position().steps());
        assertEquals(3, whole.state().position().epochs());
        for (TrainingState state : recorder.states) {
            Trainer part = new Trainer(NORMALIZED, options);
            part.restore(state);
            Recorder rest = new Recorder(part);
            part.train(samples(1), Optional.of(samples(2)), 2.6, rest);
            assertArrayEquals(flat(whole.parameters()), flat(part.parameters()));
            int missing = recorder.losses.size() - rest.losses.size();
            assertEquals(recorder.losses.subList(missing, recorder.losses.size()), rest.losses);
            assertEquals(11, part.state().position().steps());
        }
    }

    @Test
    void resumesSingleSteps() {
        Samples samples = samples(1);
        double[] inputs = new double[36 * 5];
        int[] labels = {0, 1, 2, 0, 1};
        for (int i = 0; i < 5; i++) {
            samples.copyInput(i, inputs, i * 36);
        }
        Trainer whole = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        Trainer part = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        for (int i = 0; i < 7; i++) {
            if (i == 4) {
                Trainer other = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
                other.restore(part.state());
                part = other;
            }
            assertEquals(whole.step(inputs, labels), part.step(inputs, labels));
        }
        assertEquals(7, part.state().position().steps());
        assertArrayEquals(flat(whole.parameters()), flat(part.parameters()));
    }

    @Test
    void resumesForMoreEpochs() {
        Trainer whole = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        whole.train(samples(1), 5, TrainingListener.SILENT);
        Trainer first = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        first.train(samples(1), 2, TrainingListener.SILENT);
        Trainer second = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        second.restore(first.state());
        second.train(samples(1), 5, TrainingListener.SILENT);
        assertArrayEquals(flat(whole.parameters()), flat(second.parameters()));
    }

    @Test
    void everyMismatchIsListedAndNothingChanges() {
        Trainer other = new Trainer(
                Network.input(1, 6, 6).conv2d(4, 3).tanh().flatten().linear(3)
                        .softmaxCrossEntropy(),
                options(Optimizer.sgd(0.1)).seed(4).batchSize(6).shuffle(false)
                        .safeguards(Safeguards.NONE.gradientNorm(2)));
        Trainer trainer = new Trainer(NETWORK, options(Optimizer.sgd(0.1)));
        double[] before = flat(trainer.parameters());
        String message = assertThrows(IllegalArgumentException.class,
                () -> trainer.restore(other.state())).getMessage();
        String window = "kernel 3x3, stride 1x1, padding 0x0, dilation 1x1, groups 1, bias true)";
        assertEquals("the saved training is not this one: layer 0: found conv2d(4, " + window
                + ", expected conv2d(3, " + window
                + "; layer 1: found tanh, expected relu; layer 2: found flatten, expected"
                + " max_pool2d(kernel 2x2, stride 2x2, padding 0x0, dilation 1x1); layer 3: found"
                + " linear(3, bias true), expected flatten; layer 4: found none, expected linear(3,"
                + " bias true); batch size: found 6, expected 5; seed: found 4, expected 3; shuffle:"
                + " found false, expected true; longest gradient: found 2.0, expected Infinity;"
                + " 0.weight: found shape [4, 1, 3, 3], expected [3, 1, 3, 3]; 0.bias: found shape"
                + " [4], expected [3]; 4.weight: missing, expected shape [3, 12]; 4.bias: missing,"
                + " expected shape [3]; 3.weight: not a parameter of this network; 3.bias: not a"
                + " parameter of this network", message);
        assertArrayEquals(before, flat(trainer.parameters()));
        Trainer fresh = new Trainer(NETWORK, options(Optimizer.sgd(0.1)));
        trainer.train(samples(1), 1, TrainingListener.SILENT);
        fresh.train(samples(1), 1, TrainingListener.SILENT);
        assertArrayEquals(flat(fresh.parameters()), flat(trainer.parameters()));
    }

    @Test
    void anotherContractIsRefused() {
        Trainer trainer = new Trainer(NETWORK, options(Optimizer.sgd(0.1)));
        TrainingState state = trainer.state();
        TrainingState.Setup setup = state.setup();
        TrainingState newer = new TrainingState(
                new TrainingState.Setup(TrainingState.CONTRACT + 1, setup.network(),
                        setup.options(), setup.algorithm()),
                state.parameters(), state.memory(), state.updates(), state.position());
        String message = assertThrows(IllegalArgumentException.class, () -> trainer.restore(newer))
                .getMessage();
        assertTrue(message.contains("version of the numerical contract: found "
                + (TrainingState.CONTRACT + 1) + ", expected " + TrainingState.CONTRACT), message);
    }

    @Test
    void anotherScheduleIsRefused() {
        TrainingOptions plain = options(Optimizer.sgd(0.1));
        Trainer cosine = new Trainer(NETWORK, plain.schedule(new Schedule.Cosine(9, 0)));
        Trainer constant = new Trainer(NETWORK, plain);
        assertEquals("the saved training is not this one: schedule: found"
                + " cosine:t_max=9,eta_min=0.0, expected constant",
                assertThrows(IllegalArgumentException.class,
                        () -> constant.restore(cosine.state())).getMessage());
        assertThrows(IllegalArgumentException.class, () -> cosine.restore(constant.state()));
        assertThrows(IllegalArgumentException.class, () -> new Trainer(NETWORK, plain.schedule(
                new Schedule.Cosine(10, 0))).restore(cosine.state()));
    }

    /** Refused before the first step, and again after a part of the training. */
    @Test
    void aTrainingLongerThanItsScheduleIsRefused() {
        TrainingOptions options = options(Optimizer.sgd(0.1)).schedule(Schedule.oneCycle(0.1, 8));
        Trainer trainer = new Trainer(NETWORK, options);
        double[] before = flat(trainer.parameters());
        assertEquals("the schedule " + options.schedule() + " ends after 8 updates, and this"
                + " training has 12; train for fewer epochs or let the schedule have as many",
                assertThrows(IllegalArgumentException.class, () -> trainer.train(samples(1), 3,
                        TrainingListener.SILENT)).getMessage());
        assertArrayEquals(before, flat(trainer.parameters()));
        trainer.train(samples(1), 1, TrainingListener.SILENT);
        Trainer rest = new Trainer(NETWORK, options);
        rest.restore(trainer.state());
        assertThrows(IllegalArgumentException.class,
                () -> rest.train(samples(1), 3, TrainingListener.SILENT));
        assertEquals(TrainingEnd.COMPLETE,
                rest.train(samples(1), 2, TrainingListener.SILENT));
        assertEquals(8, rest.state().updates());
        double[] last = flat(rest.parameters());
        assertThrows(IllegalArgumentException.class,
                () -> rest.step(new double[36], new int[] {0}));
        assertArrayEquals(last, flat(rest.parameters()));
        assertThrows(IllegalArgumentException.class,
                () -> rest.train(samples(1), 1, TrainingListener.SILENT));
    }

    @Test
    void otherSamplesAreRefused() {
        Trainer first = new Trainer(NETWORK, options(Optimizer.sgd(0.1)));
        first.train(samples(1), 1, TrainingListener.SILENT);
        Trainer second = new Trainer(NETWORK, options(Optimizer.sgd(0.1)));
        second.restore(first.state());
        double[] before = flat(second.parameters());
        String message = assertThrows(IllegalArgumentException.class,
                () -> second.train(samples(2), 2, TrainingListener.SILENT)).getMessage();
        assertTrue(message.startsWith("these are not the samples of the training to resume:"
                + " found 17 samples with checksum "), message);
        assertArrayEquals(before, flat(second.parameters()));
        assertEquals(TrainingEnd.COMPLETE,
                second.train(samples(1), 2, TrainingListener.SILENT));
    }

    /** The same samples with other names for their classes would give a wrongly labelled model. */
    @Test
    void samplesWithOtherNamesOfClassesAreRefused() {
        ClassNames names = new ClassNames(List.of("no", "yes", "maybe"));
        Trainer first = new Trainer(NETWORK, options(Optimizer.sgd(0.1)));
        first.train(samples(1).classes(names), 1, TrainingListener.SILENT);
        Trainer second = new Trainer(NETWORK, options(Optimizer.sgd(0.1)));
        second.restore(first.state());
        Samples swapped = samples(1).classes(new ClassNames(List.of("yes", "no", "maybe")));
        assertEquals("the classes have other names than in the training to resume: class 0 is"
                + " named yes here and no there",
                assertThrows(IllegalArgumentException.class,
                        () -> second.train(swapped, 2, TrainingListener.SILENT)).getMessage());
        assertEquals(TrainingEnd.COMPLETE,
                second.train(samples(1), 2, TrainingListener.SILENT));
    }

    /** Ends a training after its sixth step, in the middle of an epoch. */
    private static TrainingListener atSix(Runnable end) {
        return new TrainingListener() {
            private int steps;

            @Override
            public void step(TrainingProgress progress) {
                if (++steps == 6) {
                    end.run();
                }
            }
        };
    }

    @Test
    void stopsAfterAWholeStep() {
        Trainer whole = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        whole.train(samples(1), EPOCHS, TrainingListener.SILENT);
        Trainer trainer = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        assertEquals(TrainingEnd.STOPPED,
                trainer.train(samples(1), EPOCHS, atSix(trainer::stop)));
        TrainingState state = trainer.state();
        assertEquals(6, state.position().steps());
        assertEquals(1, state.position().epochs());
        assertEquals(2, state.position().step());
        trainer.restore(state);
        assertEquals(TrainingEnd.COMPLETE,
                trainer.train(samples(1), EPOCHS, TrainingListener.SILENT));
        assertArrayEquals(flat(whole.parameters()), flat(trainer.parameters()));
    }

    @Test
    void anInterruptIsAStopAndStays() {
        Trainer trainer = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        TrainingEnd end = trainer.train(samples(1), EPOCHS,
                atSix(Thread.currentThread()::interrupt));
        assertTrue(Thread.interrupted());
        assertEquals(TrainingEnd.STOPPED, end);
        assertEquals(6, trainer.state().position().steps());
    }

    @Test
    void aTrainingThatRunsIsNotReplaced() {
        Trainer trainer = new Trainer(NETWORK, options(Optimizer.adam(0.01)));
        assertThrows(IllegalStateException.class, () -> trainer.train(samples(1), EPOCHS,
                atSix(() -> trainer.restore(trainer.state()))));
    }

    @Test
    void theStateIsACopy() {
        Trainer trainer = new Trainer(NETWORK,
                options(Optimizer.sgd(0.1).momentum(0.9)));
        trainer.train(samples(1), 1, TrainingListener.SILENT);
        TrainingState state = trainer.state();
        double[] before = flat(trainer.parameters());
        state.parameters().values("0.weight")[0]++;
        state.memory().values("0.weight/velocity")[0]++;
        assertArrayEquals(before, flat(trainer.parameters()));
        assertFalse(Arrays.equals(flat(state.memory()), flat(trainer.state().memory())));
    }
}
