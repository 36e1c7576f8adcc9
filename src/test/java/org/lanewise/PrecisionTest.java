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
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.data.Digits;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Window;

/** Training and inference in single precision, and what passes from one precision to the other. */
class PrecisionTest {
    private static final int BATCH = 6;
    /** The midpoint of the largest float and the infinity after it: it rounds to infinity. */
    private static final double FIRST_TOO_LARGE = 0x1.ffffffp127;

    private static final Window SAME = Window.of(3).padding(1);
    /** LeNet-5. */
    private static final Network LENET = Network.input(1, 28, 28).conv2d(6, Window.of(5).padding(2))
            .relu().maxPool2d(2).conv2d(16, 5).relu().maxPool2d(2).flatten().linear(120).relu()
            .linear(84).relu().linear(10).softmaxCrossEntropy();
    /** Layers of many kinds; those of 16 filters by Winograd's tiles. */
    private static final Network MANY = Network.input(3, 21, 23).conv2d(16, SAME).batchNorm().relu()
            .residual(body -> body.conv2d(16, SAME).groupNorm(4).gelu().dropout(0.1))
            .maxPool2d(2).conv2d(11, 3).tanh().flatten().linear(37).sigmoid().linear(10)
            .softmaxCrossEntropy();
    private static final Network SMALL = Network.input(2, 5, 5).conv2d(3, 3).relu().flatten()
            .linear(4).loss(Loss.binaryCrossEntropyWithLogits());

    private static TrainingOptions options(Precision precision) {
        return TrainingOptions.of(Optimizer.sgd(0.02).momentum(0.9)).batchSize(BATCH).seed(3)
                .precision(precision);
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    private static double[] shares(int count) {
        RandomState random = new RandomState(2);
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextDouble());
        return values;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    /** Losses and parameters of some steps, and outputs. */
    private static List<double[]> train(Trainer trainer) {
        RandomState random = new RandomState(5);
        List<double[]> all = new ArrayList<>();
        double[] inputs = {};
        for (int step = 0; step < 5; step++) {
            inputs = random.randn(BATCH * (int) trainer.model().network().input().size());
            all.add(new double[] {trainer.step(inputs, new int[] {0, 9, 3, 7, 1, 5})});
        }
        all.add(flat(trainer.parameters()));
        all.add(trainer.model().outputs(inputs));
        return all;
    }

    private static void assertEqualBits(List<double[]> expected, List<double[]> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), "array " + i);
        }
    }

    @Test
    void learnsDigits() {
        Network network = Network.input(1, 8, 8).conv2d(8, SAME).relu().maxPool2d(2).flatten()
                .linear(32).relu().linear(10).softmaxCrossEntropy();
        Samples digits = Digits.dataSet().train();
        Samples test = Digits.dataSet().test().orElseThrow();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.adam(3e-3))
                .precision(Precision.SINGLE));
        assertEquals(Precision.SINGLE, trainer.model().precision());
        trainer.train(digits, Optional.of(test), 8, TrainingListener.SILENT);
        Evaluation learned = trainer.model().evaluate(test);
        assertTrue(learned.accuracy() > 0.93, learned.toString());
        // The model in double precision has the same parameters, and almost the same outputs.
        Model model = trainer.model().precision(Precision.DOUBLE);
        assertEquals(Precision.DOUBLE, model.precision());
        assertArrayEquals(flat(trainer.parameters()), flat(model.parameters()));
        assertArrayEquals(model.outputs(test), trainer.model().outputs(test), 1e-4);
        assertFalse(Arrays.equals(model.outputs(test), trainer.model().outputs(test)));
        assertArrayEquals(model.probabilities(test), trainer.model().probabilities(test), 1e-5);
        assertEquals(model.evaluate(test, 2).loss(), trainer.model().evaluate(test, 2).loss(),
                1e-5);
        assertEquals(model.trace(new double[64]).getLast().values()[3],
                trainer.model().trace(new double[64]).getLast().values()[3], 1e-5);
    }

    /** The losses of LeNet-5 are those of double precision but for rounding. */
    @Test
    void followsDoublePrecision() {
        List<double[]> single = train(new Trainer(LENET, options(Precision.SINGLE)));
        List<double[]> twice = train(new Trainer(LENET, options(Precision.DOUBLE)));
        for (int i = 0; i < 5; i++) {
            assertEquals(twice.get(i)[0], single.get(i)[0], 1e-4);
        }
        for (double value : single.get(5)) {
            assertEquals((float) value, value);
        }
        assertFalse(Arrays.equals(twice.get(5), single.get(5)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void vectorsAndThreadsChangeNoBit(boolean many) {
        Network network = many ? MANY : LENET;
        TrainingOptions direct = options(Precision.SINGLE).algorithm(Algorithm.DIRECT);
        List<double[]> expected = train(new Trainer(network, direct.backend(Backend.SCALAR)));
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            assertEqualBits(expected,
                    train(new Trainer(network, direct.backend(Backend.VECTOR))));
            assertEqualBits(expected,
                    train(new Trainer(network, direct.backend(Backend.VECTOR), pool)));
            assertEqualBits(train(new Trainer(network, options(Precision.SINGLE))),
                    train(new Trainer(network, options(Precision.SINGLE), pool)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void floatsAndDoublesAreOneBatch(Precision precision) {
        float[] inputs = floats(new RandomState(1).randn(BATCH * 50));
        float[] targets = floats(shares(BATCH * 4));
        Trainer ofFloats = new Trainer(SMALL, options(precision));
        Trainer ofDoubles = new Trainer(SMALL, options(precision));
        for (int i = 0; i < 3; i++) {
            assertEquals(ofDoubles.step(doubles(inputs), doubles(targets)),
                    ofFloats.step(inputs, targets));
        }
        assertArrayEquals(flat(ofDoubles.parameters()), flat(ofFloats.parameters()));
        // More samples than a batch, and a smaller last one.
        float[] more = floats(new RandomState(4).randn((2 * BATCH + 1) * 50));
        double[] outputs = ofDoubles.model().outputs(doubles(more));
        assertArrayEquals(floats(outputs), ofFloats.model().outputs(more));
    }

    /** A batch of doubles is the batch of the nearest floats. */
    @Test
    void doublesAreRoundedToTheNearestFloats() {
        double[] inputs = new RandomState(1).randn(BATCH * 50);
        double[] targets = shares(BATCH * 4);
        Trainer ofFloats = new Trainer(SMALL, options(Precision.SINGLE));
        Trainer ofDoubles = new Trainer(SMALL, options(Precision.SINGLE));
        assertEquals(ofFloats.step(floats(inputs), floats(targets)),
                ofDoubles.step(inputs, targets));
        assertArrayEquals(flat(ofFloats.parameters()), flat(ofDoubles.parameters()));
    }

    private static String refused(org.junit.jupiter.api.function.Executable code) {
        return assertThrows(IllegalArgumentException.class, code).getMessage();
    }

    @ParameterizedTest
    @EnumSource
    void refusesFloatsThatDoNotFit(Precision precision) {
        Trainer trainer = new Trainer(SMALL, options(precision));
        double[] before = flat(trainer.parameters());
        float[] targets = new float[2 * 4];
        targets[6] = 1.5f;
        assertEquals(
                "target value 2 of sample 1 is 1.5; binary_cross_entropy_with_logits needs values"
                        + " from 0 to 1",
                refused(() -> trainer.step(new float[2 * 50], targets)));
        targets[6] = Float.NaN;
        assertEquals(
                "target value 2 of sample 1 is NaN; binary_cross_entropy_with_logits needs values"
                        + " from 0 to 1",
                refused(() -> trainer.step(new float[2 * 50], targets)));
        assertEquals("loss binary_cross_entropy_with_logits needs target values, not labels",
                refused(() -> trainer.step(new float[50], new int[1])));
        assertEquals("4 target values for 2 samples of 4 outputs; expected 8",
                refused(() -> trainer.step(new float[2 * 50], new float[4])));
        assertEquals("loss softmax_cross_entropy needs labels, not target values",
                refused(() -> new Trainer(LENET, options(precision))
                        .step(new float[784], new float[10])));
        assertEquals("49 input values for samples of 2x5x5 = 50: expected a whole number of"
                + " samples, at least 1", refused(() -> trainer.model().outputs(new float[49])));
        assertArrayEquals(before, flat(trainer.parameters()));
    }

    @Test
    void memoryOfMapsHalves() {
        List<MemoryUse> single = Trainer.memory(MANY, options(Precision.SINGLE), 2);
        List<MemoryUse> twice = Trainer.memory(MANY, options(Precision.DOUBLE), 2);
        for (MemoryUse.Kind kind : List.of(MemoryUse.Kind.MAPS, MemoryUse.Kind.MAP_GRADIENTS,
                MemoryUse.Kind.PARAMETERS, MemoryUse.Kind.OPTIMIZER)) {
            // Padding at both ends of an array is a whole cache line or more in either precision.
            assertEquals(0.5, (double) bytes(single, kind) / bytes(twice, kind), 0.02, kind.name());
        }
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            assertEquals(single,
                    new Trainer(MANY, options(Precision.SINGLE), pool).memory());
        }
    }

    private static long bytes(List<MemoryUse> uses, MemoryUse.Kind kind) {
        return uses.stream().filter(use -> use.kind() == kind).mapToLong(MemoryUse::bytes).sum();
    }

    /** Both signs; what is next to it is rounded to the largest float. */
    @ParameterizedTest
    @ValueSource(doubles = {FIRST_TOO_LARGE, -FIRST_TOO_LARGE, 1e300, -Double.MAX_VALUE})
    void refusesParametersBeyondItsRange(double value) {
        Network network = Network.input(3).linear(2).meanSquaredError();
        Parameters parameters = new Trainer(network, options(Precision.DOUBLE)).parameters();
        parameters.values("0.bias")[1] = Math.copySign(Math.nextDown(FIRST_TOO_LARGE), value);
        Model largest = new Model(network, parameters, 1).precision(Precision.SINGLE);
        assertEquals(Math.copySign(Float.MAX_VALUE, value),
                largest.parameters().values("0.bias")[1]);
        parameters.values("0.bias")[1] = value;
        String message = "parameter 0.bias holds " + value + ", but the largest number of single"
                + " precision is 3.4028235E38; compute in double precision, or make it smaller";
        assertEquals(message, refused(
                () -> new Trainer(network, parameters, options(Precision.SINGLE))));
        Model model = new Model(network, parameters, 1);
        assertEquals(message, refused(() -> model.precision(Precision.SINGLE)));
        assertEquals(value, new Trainer(network, parameters, options(Precision.DOUBLE))
                .parameters().values("0.bias")[1]);
    }

    @ParameterizedTest
    @EnumSource
    void refusesTheStateOfAnotherPrecision(Precision precision) {
        Precision other = precision == Precision.SINGLE ? Precision.DOUBLE : Precision.SINGLE;
        Trainer trainer = new Trainer(SMALL, options(precision));
        double[] before = flat(trainer.parameters());
        TrainingState state = new Trainer(SMALL, options(other)).state();
        assertEquals("the saved training is not this one: precision: found " + other + ", expected "
                + precision + "; train on in " + other + " precision, or begin a new training with"
                + " the saved parameters", refused(() -> trainer.restore(state)));
        assertArrayEquals(before, flat(trainer.parameters()));
    }

    @Test
    void refusesToCheckGradientsInSinglePrecision() {
        Samples samples = Samples.labelled(LENET.input(), new double[784], new int[1]);
        Parameters parameters = new Trainer(LENET, options(Precision.DOUBLE)).parameters();
        String message = refused(() -> GradientCheck.run(LENET, parameters, samples,
                options(Precision.SINGLE)));
        assertTrue(message.contains("check them in double precision"), message);
    }

    @Test
    void aCopyHasThePrecisionOfItsModel() {
        Model model = new Trainer(LENET, options(Precision.SINGLE)).model();
        double[] inputs = new RandomState(1).randn(784);
        assertEquals(Precision.SINGLE, model.copy().precision());
        assertArrayEquals(model.outputs(inputs), model.copy().outputs(inputs));
        assertArrayEquals(model.outputs(inputs),
                model.precision(Precision.SINGLE).outputs(inputs));
    }

    @Test
    void namesArePrecise() {
        for (Precision precision : Precision.values()) {
            assertEquals(precision, Precision.of(precision.toString()));
        }
        assertEquals("precision: found 'SINGLE', expected single or double",
                refused(() -> Precision.of("SINGLE")));
        assertEquals(4, Precision.SINGLE.bytes());
    }
}
