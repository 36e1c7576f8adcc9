package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Schedule;

/** What a trainer refuses, what it leaves alone when it does, and the means that it reports. */
class TrainerTest {
    private static final Network CLASSES = Network.input(2).linear(3).softmaxCrossEntropy();
    private static final Network VALUES = Network.input(2).linear(3).meanSquaredError();

    private static TrainingOptions options() {
        return TrainingOptions.of(Optimizer.sgd(0.5).momentum(0.5)).batchSize(2);
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    private static IllegalArgumentException refused(Trainer trainer, Runnable step) {
        double[] before = flat(trainer.parameters());
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, step::run);
        assertArrayEquals(before, flat(trainer.parameters()));
        return refusal;
    }

    static Stream<Arguments> wrongLabels() {
        return Stream.of(
                Arguments.of("sample 1: label 3 is none of 3 classes", 4, new int[] {2, 3}),
                Arguments.of("sample 0: label -1 is none of 3 classes", 4, new int[] {-1, 0}),
                Arguments.of("2 samples of 2 need 4 values, found 3", 3, new int[] {0, 1}),
                Arguments.of("1 label for 2 samples", 4, new int[] {0}),
                Arguments.of("3 labels for 2 samples", 4, new int[] {0, 1, 2}),
                Arguments.of("0 labels for 1 sample", 2, new int[0]),
                Arguments.of("3 samples; a step takes 1 to 2", 6, new int[] {0, 1, 2}),
                Arguments.of("0 samples; a step takes 1 to 2", 0, new int[0]));
    }

    @ParameterizedTest
    @MethodSource("wrongLabels")
    void aStepWithLabelsThatDoNotFitIsRefused(String message, int inputs, int[] labels) {
        Trainer trainer = new Trainer(CLASSES, options());
        assertEquals(message, refused(trainer, () -> trainer.step(new double[inputs], labels))
                .getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void theFirstAndTheLastClassAreTaken(int label) {
        double loss = new Trainer(CLASSES, options()).step(new double[2], new int[] {label});
        assertEquals(Math.log(3), loss, 0x1p-52);
    }

    static Stream<Arguments> wrongTargets() {
        return Stream.of(
                Arguments.of("4 target values for 2 samples of 3 outputs; expected 6", 4, 4),
                Arguments.of("3 target values for 2 samples of 3 outputs; expected 6", 4, 3),
                Arguments.of("1 target value for 1 sample of 3 outputs; expected 3", 2, 1),
                Arguments.of("4 target values are no rows of 3 outputs", 5, 4),
                Arguments.of("2 samples of 2 need 4 values, found 5", 5, 6),
                Arguments.of("3 samples; a step takes 1 to 2", 6, 9),
                Arguments.of("0 samples; a step takes 1 to 2", 0, 0));
    }

    @ParameterizedTest
    @MethodSource("wrongTargets")
    void aStepWithTargetsThatDoNotFitIsRefused(String message, int inputs, int targets) {
        Trainer trainer = new Trainer(VALUES, options());
        assertEquals(message,
                refused(trainer, () -> trainer.step(new double[inputs], new double[targets]))
                        .getMessage());
    }

    @Test
    void eachLossTakesItsOwnKindOfAnswer() {
        Trainer classes = new Trainer(CLASSES, options());
        assertEquals("loss softmax_cross_entropy needs labels, not target values",
                refused(classes, () -> classes.step(new double[2], new double[3])).getMessage());
        Trainer values = new Trainer(VALUES, options());
        assertEquals("loss mean_squared_error needs target values, not labels",
                refused(values, () -> values.step(new double[2], new int[1])).getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e200, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN})
    void aLossThatIsNotFiniteThrowsAndLeavesNoTrace(double target) {
        Trainer trainer = new Trainer(VALUES, options());
        Trainer spared = new Trainer(VALUES, options());
        double[] inputs = {1, 2};
        double[] targets = {1, 2, 3};
        assertEquals(spared.step(inputs, targets), trainer.step(inputs, targets));
        double[] before = flat(trainer.parameters());
        assertThrows(DivergenceException.class,
                () -> trainer.step(inputs, new double[] {1, target, 3}));
        assertArrayEquals(before, flat(trainer.parameters()));
        assertEquals(spared.step(inputs, targets), trainer.step(inputs, targets));
        assertArrayEquals(flat(spared.parameters()), flat(trainer.parameters()));
        assertFalse(Arrays.equals(before, flat(trainer.parameters())));
    }

    /** The last step of an epoch overflows a weight, and no later loss would show it. */
    @Test
    void reportsAnOverflowOfTheLastStep() {
        Network network = Network.input(2).linear(1).meanSquaredError();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(1e300)));
        Samples samples = Samples.valued(network.input(), new double[] {1e10, -1e10},
                new double[] {0});
        String message = assertThrows(DivergenceException.class,
                () -> trainer.train(samples, 1, TrainingListener.SILENT)).getMessage();
        assertTrue(message.startsWith("epoch 1, step 1, learning rate 1.0E300: parameter 0.weight"
                + " holds "), message);
    }

    /** One weight, whose gradient is 2 at every step: a step is twice the learning rate. */
    @Test
    void everyUpdateHasTheRateOfItsStep() {
        Network network = Network.input(1).layer(new Linear(1, false)).meanSquaredError()
                .loss(Loss.meanSquaredError().reduction(Loss.Reduction.SUM));
        Schedule schedule = new Schedule.Step(2, 0.5).warmUp(2, 0.5);
        Trainer trainer = new Trainer(network,
                TrainingOptions.of(Optimizer.sgd(0.25)).batchSize(1).schedule(schedule));
        double[] rates = {0.125, 0.1875, 0.25, 0.25, 0.125, 0.125, 0.0625};
        for (double rate : rates) {
            double weight = flat(trainer.parameters())[0];
            trainer.step(new double[] {1}, new double[] {weight - 1});
            assertEquals(weight - 2 * rate, flat(trainer.parameters())[0], 1e-15);
        }
        Trainer reporting = new Trainer(network,
                TrainingOptions.of(Optimizer.sgd(0.25)).batchSize(1).schedule(schedule));
        List<Double> reported = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        reporting.train(Samples.valued(network.input(), new double[2], new double[2]), 3,
                new TrainingListener() {
                    @Override
                    public void step(TrainingProgress progress) {
                        reported.add(progress.learningRate());
                    }

                    @Override
                    public void epoch(EpochReport report) {
                        ends.add(report.learningRate());
                    }
                });
        assertEquals(Arrays.stream(rates).limit(6).boxed().toList(), reported);
        assertEquals(List.of(0.1875, 0.25, 0.125), ends);
    }

    @Test
    void divergenceNamesTheRateOfTheSchedule() {
        Network network = Network.input(1).linear(1).meanSquaredError();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(4))
                .schedule(new Schedule.Exponential(1e200)).batchSize(1));
        Samples samples = Samples.valued(network.input(), new double[] {1, 2, 3},
                new double[] {0, 1, 2});
        String message = assertThrows(DivergenceException.class,
                () -> trainer.train(samples, 9, TrainingListener.SILENT)).getMessage();
        assertTrue(message.startsWith("epoch 1, step 3, learning rate 4.0E200: "), message);
    }

    @Test
    void epochsInOneCallOrInTwoAreTheSame() {
        Network network = Network.input(3).linear(4).softmaxCrossEntropy();
        Samples samples = Samples.labelled(network.input(), new RandomState(5).randn(3 * 10),
                new int[] {0, 1, 2, 3, 0, 1, 2, 3, 0, 1});
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(3).seed(9);
        Trainer once = new Trainer(network, options);
        once.train(samples, 4, TrainingListener.SILENT);
        Trainer twice = new Trainer(network, options);
        twice.train(samples, 1, TrainingListener.SILENT);
        twice.train(samples, 3, TrainingListener.SILENT);
        assertArrayEquals(flat(once.parameters()), flat(twice.parameters()));
    }

    @Test
    void reportsDivergenceWithItsStepAndLearningRate() {
        Trainer trainer = new Trainer(VALUES, options());
        trainer.step(new double[2], new double[3]);
        String message = assertThrows(DivergenceException.class,
                () -> trainer.step(new double[2], new double[] {1e200, 0, 0})).getMessage();
        assertTrue(message.startsWith("step 2, learning rate 0.5: the loss is Infinity, "),
                message);
    }

    private static Parameters parameters(Network network, double[] weight, double... bias) {
        return new Parameters(List.of(new Parameter(network.parameters().get(0), weight),
                new Parameter(network.parameters().get(1), bias)));
    }

    /** A trainer that learns nothing, so that every loss can be worked out beforehand. */
    private static List<EpochReport> reports(Network network, Parameters initial, Samples samples) {
        List<EpochReport> reports = new ArrayList<>();
        new Trainer(network, initial, TrainingOptions.of(Optimizer.sgd(0)).batchSize(2))
                .train(samples, 2, new TrainingListener() {
                    @Override
                    public void epoch(EpochReport report) {
                        reports.add(report);
                    }
                });
        assertEquals(2, reports.size());
        return reports;
    }

    @ParameterizedTest
    @MethodSource("reductions")
    void theSquaredErrorOfAnEpochIsTheMeanOverSamplesAndOutputs(Loss.Reduction reduction) {
        Network network = Network.input(1).linear(2).meanSquaredError()
                .loss(new Loss.MeanSquaredError(reduction));
        Parameters initial = parameters(network, new double[] {1, -1}, 0, 1);
        // Outputs (1, 0), (2, -1), (3, -2); errors (1, 2), (0, 3), (-1, -2).
        Samples samples = Samples.valued(network.input(), new double[] {1, 2, 3},
                new double[] {0, -2, 2, -4, 4, 0});
        for (EpochReport report : reports(network, initial, samples)) {
            assertEquals((1 + 4 + 0 + 9 + 1 + 4) / 6.0, report.loss());
            assertEquals(Double.NaN, report.accuracy());
        }
        double mean = reduction == Loss.Reduction.MEAN ? 4 : 1;
        assertEquals((1 + 4 + 0 + 9) / mean, new Trainer(network, initial, options())
                .step(new double[] {1, 2}, new double[] {0, -2, 2, -4}));
    }

    @ParameterizedTest
    @MethodSource("reductions")
    void theCrossEntropyOfAnEpochIsTheMeanOverSamples(Loss.Reduction reduction) {
        Network network = Network.input(1).linear(2).softmaxCrossEntropy()
                .loss(new Loss.SoftmaxCrossEntropy(reduction));
        // Logits (x, 0): losses 0, 1000 and log 2; right, wrong and, the first of equals, right.
        Samples samples = Samples.labelled(network.input(), new double[] {1000, 1000, 0},
                new int[] {0, 1, 0});
        for (EpochReport report : reports(network,
                parameters(network, new double[] {1, 0}, 0, 0), samples)) {
            assertEquals((1000 + Math.log(2)) / 3, report.loss(), 0x1p-40);
            assertEquals(2.0 / 3, report.accuracy());
        }
    }

    static Loss.Reduction[] reductions() {
        return Loss.Reduction.values();
    }

    private static double[] trained(TrainingOptions options) {
        Network network = Network.input(3).linear(4).tanh().linear(3).softmaxCrossEntropy();
        RandomState random = new RandomState(1);
        Parameters initial = Parameters.initial(network, Initializer.heNormal(), random);
        int[] labels = new int[20];
        Arrays.setAll(labels, i -> i % 3);
        Samples samples = Samples.labelled(network.input(), random.randn(60), labels);
        Trainer trainer = new Trainer(network, initial, options);
        trainer.train(samples, 1, TrainingListener.SILENT);
        return flat(trainer.parameters());
    }

    @Test
    void theSeedDecidesTheOrderAndNothingElse() {
        TrainingOptions shuffled = options().shuffle(true);
        assertArrayEquals(trained(shuffled.seed(1)), trained(shuffled.seed(1)));
        assertFalse(Arrays.equals(trained(shuffled.seed(1)), trained(shuffled.seed(2))));
        TrainingOptions inOrder = options().shuffle(false);
        assertArrayEquals(trained(inOrder.seed(1)), trained(inOrder.seed(2)));
        assertFalse(Arrays.equals(trained(shuffled.seed(1)), trained(inOrder.seed(1))));
    }

    @Test
    void everyParameterThatDoesNotFitIsListed() {
        Parameters wrong = new Parameters(List.of(
                new Parameter(new ParameterSpec("0.weight", List.of(2, 3)), new double[6]),
                new Parameter(new ParameterSpec("1.bias", List.of(3)), new double[3])));
        assertEquals("parameters do not fit the network: 0.weight: found shape [2, 3], expected"
                + " [3, 2]; 0.bias: missing, expected shape [3]; 1.bias: not a parameter of this"
                + " network",
                assertThrows(IllegalArgumentException.class,
                        () -> new Trainer(CLASSES, wrong, options())).getMessage());
    }

    @Test
    void aNetworkWithoutParametersIsNotTrained() {
        Network network = Network.input(2).relu().meanSquaredError();
        assertEquals("no layer of the network has parameters: there is nothing to train",
                assertThrows(IllegalArgumentException.class,
                        () -> new Trainer(network, options())).getMessage());
    }

    @Test
    void firstParametersAreCopiedInAndOut() {
        Parameters given = parameters(VALUES, new double[6], 1, 2, 3);
        Trainer trainer = new Trainer(VALUES, given, options());
        given.values("0.bias")[0] = 50;
        trainer.parameters().values("0.bias")[1] = 60;
        assertArrayEquals(new double[] {1, 2, 3}, trainer.parameters().values("0.bias"));
    }

    @Test
    void noEpochLearnsNothingAndFewerAreRefused() {
        Trainer trainer = new Trainer(VALUES, options());
        double[] before = flat(trainer.parameters());
        Samples samples = Samples.valued(VALUES.input(), new double[2], new double[3]);
        trainer.train(samples, 0, TrainingListener.SILENT);
        assertArrayEquals(before, flat(trainer.parameters()));
        for (double epochs : new double[] {-1, -Double.MIN_VALUE, Double.NaN,
                Double.POSITIVE_INFINITY, 1L << 31}) {
            assertEquals("epochs " + epochs + " must be from 0 to 2147483647",
                    assertThrows(IllegalArgumentException.class,
                            () -> trainer.train(samples, epochs, TrainingListener.SILENT))
                            .getMessage());
        }
    }
}
