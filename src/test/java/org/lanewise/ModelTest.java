package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/** Predictions in batches of any size, their evaluation, and the trace of one sample. */
class ModelTest {
    private static final double LOG_3 = 1.0986122886681098;
    /** Gives its three inputs as logits. */
    private static final Network IDENTITY = Network.input(3).linear(3).softmaxCrossEntropy();

    private static Parameters identity(Network network) {
        return new Parameters(List.of(
                new Parameter(network.parameters().get(0),
                        new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}),
                new Parameter(network.parameters().get(1), new double[3])));
    }

    private static Model identity(int batchSize) {
        return new Model(IDENTITY, identity(IDENTITY), batchSize);
    }

    @Test
    void theFirstOfEqualLargestOutputsIsTheClass() {
        Samples samples = Samples.unlabelled(IDENTITY.input(),
                new double[] {1, 1, 0, 0, 2, 2, 3, 3, 3, 0, 0, 5, -4, -2, -3});
        for (int batchSize : new int[] {1, 2, 5}) {
            assertArrayEquals(new int[] {0, 1, 0, 2, 1}, identity(batchSize).classify(samples));
        }
    }

    @Test
    void confusionsAreCountedByLabelThenByLargestOutput() {
        double[] inputs = {9, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0, 9, 0, 9, 0, 0, 0, 9, 0, 0, 0};
        int[] labels = {0, 0, 0, 0, 1, 2, 2};
        for (int batchSize : new int[] {1, 3, 7, 8}) {
            Evaluation found = identity(batchSize)
                    .evaluate(Samples.labelled(IDENTITY.input(), inputs, labels));
            assertEquals(7, found.samples());
            assertArrayEquals(new int[][] {{1, 2, 1}, {0, 1, 0}, {1, 0, 1}}, found.confusion());
            assertEquals(3, found.correct());
            assertEquals(3.0 / 7, found.accuracy());
        }
    }

    @Test
    void crossEntropyIsTheMeanOverSamplesHoweverTheNetworkReducesIt() {
        // Equal logits cost log 3; a logit far above the others costs 0, or its lead.
        Samples samples = Samples.labelled(IDENTITY.input(),
                new double[] {0, 0, 0, 1000, 0, 0, 1000, 0, 0, 2, 2, 2}, new int[] {1, 0, 2, 0});
        for (Loss.Reduction reduction : Loss.Reduction.values()) {
            Network network = IDENTITY.loss(new Loss.SoftmaxCrossEntropy(reduction));
            for (int batchSize : new int[] {1, 3, 4}) {
                double loss = new Model(network, identity(network), batchSize).evaluate(samples)
                        .loss();
                // Four losses of at most 1000, each with a rounding or two.
                assertEquals((1000 + 2 * LOG_3) / 4, loss, 0x1p-40);
            }
        }
    }

    @Test
    void squaredErrorIsTheMeanOverSamplesAndOutputs() {
        Samples samples = Samples.valued(IDENTITY.input(), new double[] {1, 2, 3, 4, 5, 6, 0, 0, 0},
                new double[] {1, 4, 0, 3, 5, 8, 1, 0, 0});
        for (Loss.Reduction reduction : Loss.Reduction.values()) {
            Network network = Network.input(3).linear(3).meanSquaredError()
                    .loss(new Loss.MeanSquaredError(reduction));
            for (int batchSize : new int[] {1, 2, 3}) {
                Evaluation found = new Model(network, identity(network), batchSize)
                        .evaluate(samples);
                assertEquals((4 + 9 + 1 + 4 + 1) / 9.0, found.loss());
                assertEquals(Double.NaN, found.accuracy());
                assertEquals(0, found.confusion().length);
                assertEquals(3, found.samples());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SCALAR"})
    void everyBatchSizeGivesTheSameBits(Backend backend) {
        Network network = Network.input(2, 6, 5).conv2d(3, 3).tanh().maxPool2d(2).flatten()
                .linear(5).softmaxCrossEntropy();
        RandomState random = new RandomState(3);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        double[] inputs = random.randn(7 * 60);
        Samples samples = Samples.unlabelled(network.input(), inputs);
        Model whole = new Model(network, parameters, 7, backend);
        double[] outputs = whole.outputs(inputs);
        double[] probabilities = whole.probabilities(samples);
        assertEquals(35, outputs.length);
        for (int batchSize : new int[] {1, 2, 3, 6, 8, 100}) {
            Model model = new Model(network, parameters, batchSize, backend);
            assertArrayEquals(outputs, model.outputs(inputs));
            assertArrayEquals(outputs, model.outputs(samples));
            double[] into = new double[35];
            assertSame(into, model.outputs(inputs, into));
            assertArrayEquals(outputs, into);
            assertArrayEquals(probabilities, model.probabilities(samples));
            assertArrayEquals(whole.classify(samples), model.classify(samples));
        }
        for (int i = 0; i < 7; i++) {
            assertArrayEquals(Arrays.copyOfRange(outputs, 5 * i, 5 * i + 5),
                    whole.outputs(Arrays.copyOfRange(inputs, 60 * i, 60 * i + 60)));
        }
    }

    @Test
    void rejectsArraysOfTheWrongLength() {
        Model model = identity(2);
        for (int length : new int[] {0, 1, 4}) {
            String message = length + " input value" + (length == 1 ? "" : "s")
                    + " for samples of 3 = 3: expected a whole number of samples, at least 1";
            assertEquals(message, assertThrows(IllegalArgumentException.class,
                    () -> model.outputs(new double[length])).getMessage());
            assertEquals(message, assertThrows(IllegalArgumentException.class,
                    () -> model.outputs(new double[length], new double[3])).getMessage());
        }
        for (int length : new int[] {0, 3, 7}) {
            assertEquals("the output array has " + length
                    + " elements; 2 samples of 3 outputs need 6",
                    assertThrows(IllegalArgumentException.class,
                            () -> model.outputs(new double[6], new double[length])).getMessage());
        }
    }

    @Test
    void evaluationsPrintTheConfusionMatrix() {
        assertEquals("""
                107 samples, loss 0.500000, accuracy 0.9626, 103 correct
                label \\ prediction
                       0    1    2
                  0    1    2    1
                  1    0  101    0
                  2    1    0    1""",
                new Evaluation(107, 0.5, 103 / 107.0,
                        new int[][] {{1, 2, 1}, {0, 101, 0}, {1, 0, 1}}).toString());
        assertEquals("1 sample, loss 0.250000",
                new Evaluation(1, 0.25, Double.NaN, new int[0][]).toString());
        assertEquals("2 samples, loss 0.250000, accuracy 0.0000, 0 correct; the confusion matrix"
                + " of 41 classes is not shown",
                new Evaluation(2, 0.25, 0, new int[41][41]).toString());
    }

    @Test
    void probabilitiesAreTheSoftmaxOfTheOutputs() {
        double[] found = identity(2).probabilities(Samples.unlabelled(IDENTITY.input(),
                new double[] {0, 0, 0, 1000, 0, 0, 7, -1000, 7}));
        assertArrayEquals(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0, 1, 0, 0, 0.5, 0, 0.5}, found);
    }

    @Test
    void aNetworkOfValuesHasNoProbabilities() {
        Network network = Network.input(3).linear(3).meanSquaredError();
        Model model = new Model(network, identity(network), 1);
        assertEquals("a network with loss mean_squared_error has no classes",
                assertThrows(IllegalArgumentException.class, () -> model.probabilities(
                        Samples.unlabelled(network.input(), new double[3]))).getMessage());
    }

    @Test
    void argmaxIndicesAreTracedThroughStridePaddingAndDilation() {
        Window window = new Window(Size.square(2), new Size(2, 1), new Size(1, 0), new Size(2, 3));
        Network network = Network.input(2, 4, 5).layer(new MaxPool2d(window)).relu()
                .meanSquaredError();
        // Only rows 1 and 3 and columns 0, 1, 3 and 4 are read.
        double[] input = {
                99, 99, 99, 99, 99,
                1, 8, 99, 3, 4,
                99, 99, 99, 99, 99,
                5, 0, 99, 7, 6,
                99, 99, 99, 99, 99,
                7, 0, 99, 7, 1,
                99, 99, 99, 99, 99,
                7, 2, 99, 8, 0};
        List<LayerTrace> trace = new Model(network, new Parameters(List.of()), 2).trace(input);
        assertEquals(2, trace.size());
        assertArrayEquals(new double[] {3, 8, 7, 8, 7, 1, 8, 2}, trace.get(0).values());
        assertArrayEquals(new int[] {8, 6, 18, 6, 5, 9, 18, 16}, trace.get(0).argmax());
        assertArrayEquals(new double[] {3, 8, 7, 8, 7, 1, 8, 2}, trace.get(1).values());
        assertArrayEquals(new int[0], trace.get(1).argmax());
        assertEquals(List.of(0, 1), trace.stream().map(found -> found.layer().index()).toList());
    }

    @Test
    void theArgmaxOfAWholeMapIsTraced() {
        Network network = Network.input(2, 2, 3).globalMaxPool2d().meanSquaredError();
        double[] input = {1, 2, 3, 4, 9, 9, -3, -2, Double.NaN, 0, Double.NaN, 5};
        LayerTrace trace = new Model(network, new Parameters(List.of()), 2).trace(input)
                .getFirst();
        assertArrayEquals(new double[] {9, Double.NaN}, trace.values());
        assertArrayEquals(new int[] {4, 2}, trace.argmax());
    }

    /** A ReLU and a max pooling in the tiles of a convolution leave no trace of windows without a gradient. */
    @Test
    void theArgmaxOfAFusedPoolingIsThatOfItsWindow() {
        Network network = Network.input(16, 16, 16)
                .conv2d(16, Window.of(3).padding(1)).relu().maxPool2d(2).meanSquaredError();
        double[] input = new Random(7).doubles(16 * 16 * 16, -1, 1).toArray();
        Model model = new Trainer(network,
                TrainingOptions.of(Optimizer.sgd(0)).batchSize(1).seed(7))
                .model();
        List<LayerTrace> trace = model.trace(input);
        double[] rectified = trace.get(1).values();
        LayerTrace pooled = trace.get(2);
        int zeros = 0;
        for (int i = 0; i < pooled.values().length; i++) {
            int place = pooled.argmax()[i];
            assertEquals(i / 8 % 8, place / 16 / 2, "row of output " + i);
            assertEquals(i % 8, place % 16 / 2, "column of output " + i);
            assertEquals(rectified[i / 64 * 256 + place], pooled.values()[i], "output " + i);
            zeros += pooled.values()[i] == 0.0 ? 1 : 0;
        }
        assertTrue(zeros > 0, "no window without a gradient");
    }

    /** What is traced is what the model computes: fused, by the algorithm of its batch size. */
    @Test
    void tracesThePlanOfTheModel() {
        Network network = Network.input(32, 10, 10).conv2d(32, 3).relu()
                .conv2d(32, Window.of(3).padding(1)).relu().avgPool2d(2).relu().flatten()
                .linear(3).softmaxCrossEntropy();
        RandomState random = new RandomState(5);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        double[] input = random.randn(32 * 100);
        // Large enough batches for Winograd convolution, whose bits differ from direct ones.
        Model model = new Model(network, parameters, 4);
        List<LayerTrace> trace = model.trace(input);
        assertEquals(8, trace.size());
        assertArrayEquals(model.outputs(input), trace.getLast().values());
        double[] direct = new Model(network, parameters, 1).outputs(input);
        assertFalse(Arrays.equals(direct, trace.getLast().values()));
        for (int relu : new int[] {1, 3, 5}) {
            double[] before = trace.get(relu - 1).values();
            double[] after = trace.get(relu).values();
            assertTrue(Arrays.stream(before).anyMatch(value -> value < 0) || relu == 5);
            assertArrayEquals(Arrays.stream(before).map(x -> x <= 0 ? 0 : x).toArray(), after);
        }
    }

    @Test
    void aTraceIsOfOneSample() {
        assertEquals("6 values are not one sample of 3 = 3",
                assertThrows(IllegalArgumentException.class,
                        () -> identity(2).trace(new double[6])).getMessage());
    }

    @Test
    void parametersAreCopiedInAndOut() {
        Parameters given = identity(IDENTITY);
        Model model = new Model(IDENTITY, given, 1);
        given.values("0.weight")[0] = 50;
        model.parameters().values("0.weight")[0] = 60;
        assertEquals(1, model.parameters().values("0.weight")[0]);
        assertArrayEquals(new double[] {4, 5, 6}, model.outputs(new double[] {4, 5, 6}));
    }
}
