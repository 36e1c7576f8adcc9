package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.RandomNetworks;
import org.lanewise.measure.Execution;
import org.lanewise.measure.InferencePlan;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** Batch normalization folded into weights against the network as it is. */
class FoldingTest {
    private static final long SEED = 20_261_130;
    private static final int BATCH = 4;
    private static final int LEAST = 50;
    /** Roundings of a sum, far below which the outputs of small networks differ. */
    private static final double BOUND = 1e-12;
    private static final ForkJoinPool TWO = new ForkJoinPool(2);

    @AfterAll
    static void close() {
        TWO.shutdown();
    }

    /** Nothing is 0 or 1, so that nothing can be left out unseen. */
    private static Parameters random(Network network) {
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        parameters.list().stream().filter(one -> !one.spec().drawn())
                .forEach(one -> Arrays.setAll(one.values(),
                        _ -> one.spec().name().endsWith(BatchNorm.RUNNING_VAR)
                                ? random.uniform(0.25, 4)
                                : one.spec().counts() ? 3 : random.randn(1)[0]));
        return parameters;
    }

    private static Model model(Network network, Parameters parameters, boolean fold) {
        return new Model(network, parameters, BATCH, Backend.AUTO, Algorithm.AUTO, TWO, fold);
    }

    /** The layers into which something is folded, as a plan says. */
    private static List<String> folded(Network network) {
        String words = "inference folds it into the weights of ";
        return Trainer.plan(network, TrainingOptions.of(Optimizer.sgd(0.01))).stream()
                .map(LayerPlan::reason).filter(reason -> reason.startsWith(words))
                .map(reason -> reason.substring(words.length())).toList();
    }

    private static double[] inputs(Network network) {
        return new RandomState(5).randn((BATCH + 1) * (int) network.input().size());
    }

    private static void assertClose(String what, double[] expected, double[] found) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0.0);
        for (int i = 0; i < expected.length; i++) {
            assertTrue(Math.abs(found[i] - expected[i]) <= BOUND * largest,
                    what + ": output " + i + ": " + found[i] + ", expected " + expected[i]);
        }
    }

    @Test
    void outputsOfRandomNetworksStayWithinRounding() {
        int compared = 0;
        int differ = 0;
        for (NetworkCase drawn : RandomNetworks.of(4000, SEED)) {
            Network network = drawn.network();
            if (folded(network).isEmpty()) {
                continue;
            }
            Parameters parameters = random(network);
            double[] inputs = inputs(network);
            double[] expected = model(network, parameters, false).outputs(inputs);
            double[] found = model(network, parameters, true).outputs(inputs);
            assertClose(drawn.name(), expected, found);
            compared++;
            differ += Arrays.equals(expected, found) ? 0 : 1;
        }
        assertTrue(compared >= LEAST, compared + " networks have something to fold");
        assertTrue(differ >= LEAST / 2, "only " + differ + " networks have other bits");
    }

    private static final Window SAME = Window.of(3).padding(1);

    /** Every way to be folded or not: 0 and 4, 6 and 9 are; one is read twice, and one does not follow weights. */
    private static Network every() {
        return Network.input(3, 9, 8).layer(new Conv2d(8, SAME, 1, false)).batchNorm().relu()
                .dropout(0.5)
                .conv2d(6, 3).layer(new BatchNorm(0.1, OptionalDouble.empty(), false, true))
                .layer(new Conv2d(6, SAME, 3, true))
                .layer(new BatchNorm(1e-3, OptionalDouble.of(0.2), true, false)).flatten()
                .linear(11).batchNorm().tanh().linear(7).as("twice").batchNorm().add("twice")
                .batchNorm().relu().linear(3).softmaxCrossEntropy();
    }

    @Test
    void foldsWhatFollowsAConvolutionOrALinearLayerAlone() {
        assertEquals(List.of("layer 0 (conv2d)", "layer 4 (conv2d)", "layer 6 (conv2d)",
                "layer 9 (linear)"), folded(every()));
        Parameters parameters = random(every());
        double[] inputs = inputs(every());
        for (Backend backend : new Backend[] {Backend.SCALAR, Backend.AUTO}) {
            Model folded = new Model(every(), parameters, BATCH, backend);
            double[] outputs = folded.outputs(inputs);
            assertClose("every", model(every(), parameters, false).outputs(inputs), outputs);
            assertArrayEquals(outputs, folded.copy().outputs(inputs));
            assertArrayEquals(outputs, folded.copy().copy().outputs(inputs));
        }
    }

    private static final BatchNorm BIAS = new BatchNorm(1e-12, OptionalDouble.of(0.4), false, true);

    /** The layers of each step that has several, as inference computes them. */
    private static List<String> steps(Network network, boolean fold) {
        List<LayerDescription> layers = network.describe();
        List<String> steps = new ArrayList<>();
        for (LayerPlan plan : InferencePlan.of(network,
                new Execution(Backend.VECTOR, Algorithm.AUTO, 1), BATCH, fold).layers()) {
            if (plan.lastLayer() > plan.layer()) {
                steps.add(layers.get(plan.layer()).name() + " to "
                        + layers.get(plan.lastLayer()).name());
            }
        }
        return steps;
    }

    private static void assertFolds(Network network, List<String> unfolded,
            List<String> folded) {
        assertEquals(unfolded, steps(network, false));
        assertEquals(folded, steps(network, true));
        Parameters parameters = random(network);
        double[] inputs = inputs(network);
        assertClose("folded", model(network, parameters, false).outputs(inputs),
                model(network, parameters, true).outputs(inputs));
        assertClose("scalar", new Model(network, parameters, BATCH, Backend.SCALAR)
                .outputs(inputs), model(network, parameters, true).outputs(inputs));
    }

    /** A basic block of ResNet, whose first normalization is followed by a ReLU and whose second by an addition. */
    @Test
    void aReluIsFusedThroughAFoldedNormalization() {
        assertFolds(Network.input(3, 13, 11).layer(new Conv2d(16, SAME, 1, false)).batchNorm()
                .relu().residual(body -> body.layer(new Conv2d(16, SAME, 1, false)).batchNorm()
                        .relu().layer(new Conv2d(16, SAME, 1, false)).batchNorm())
                .relu().globalAvgPool2d().flatten().linear(3).softmaxCrossEntropy(),
                List.of("1 to 2", "4 to 5"), List.of("0 to 2", "3 to 5", "6 to 7"));
    }

    /** The chains of cifar-94; a factor that is learned may turn the largest value into the smallest. */
    @Test
    void aPoolingIsFusedWithAFoldedNormalization() {
        Conv2d conv = new Conv2d(16, SAME, 1, false);
        assertFolds(Network.input(16, 16, 16).layer(conv).maxPool2d(2).layer(BIAS).gelu()
                .layer(conv).layer(BIAS).gelu().layer(conv).batchNorm().maxPool2d(2).relu()
                .flatten().linear(3).softmaxCrossEntropy(),
                List.of("0 to 1", "2 to 3", "5 to 6"), List.of("0 to 2", "4 to 5", "7 to 10"));
        assertFolds(Network.input(16, 16, 16).layer(conv).batchNorm().relu().maxPool2d(2)
                .layer(conv).maxPool2d(2).batchNorm().relu().flatten().linear(3)
                .softmaxCrossEntropy(),
                List.of("1 to 2", "4 to 5", "6 to 7"), List.of("0 to 3", "4 to 5", "6 to 7"));
    }

    /** Poolings that are steps of their own, with windows in the padding, and values of which none is a number. */
    @Test
    void whatWasTheLargestStillIs() {
        Conv2d conv = new Conv2d(5, SAME, 1, true);
        Network network = Network.input(3, 13, 12).layer(conv)
                .layer(new MaxPool2d(Window.of(3).stride(2).padding(1))).layer(BIAS)
                .layer(conv).globalMaxPool2d().layer(BIAS).flatten().linear(3)
                .softmaxCrossEntropy();
        assertEquals(List.of("layer 0 (conv2d)", "layer 3 (conv2d)"), folded(network));
        assertFolds(network, List.of(), List.of());
        Parameters parameters = random(network);
        double[] inputs = inputs(network);
        inputs[17] = Double.NaN;
        double[] outputs = model(network, parameters, true).outputs(inputs);
        assertTrue(Double.isNaN(outputs[0]));
        assertTrue(Double.isFinite(outputs[3]));
    }

    /** Inference makes no step of dropout. */
    @Test
    void dropoutMayBeBetween() {
        assertFolds(Network.input(16, 12, 12).conv2d(16, SAME).dropout(0.5).batchNorm().dropout(0.5)
                .maxPool2d(2).dropout(0.5).relu().flatten().linear(5).dropout(0.5).batchNorm()
                .linear(3)
                .softmaxCrossEntropy(), List.of(), List.of("0 to 6", "8 to 10"));
    }

    @Test
    void parametersStayThoseThatWereGiven() {
        Parameters parameters = random(every());
        Model folded = model(every(), parameters, true);
        for (Parameters found : List.of(folded.parameters(), folded.copy().parameters())) {
            assertEquals(parameters.list().stream().map(Parameters.Parameter::spec).toList(),
                    found.list().stream().map(Parameters.Parameter::spec).toList());
            for (int i = 0; i < found.list().size(); i++) {
                assertArrayEquals(parameters.list().get(i).values(),
                        found.list().get(i).values());
            }
        }
        assertEquals(every(), folded.network());
    }

    @Test
    void aTraceHasTheOutputsOfEveryLayer() {
        Parameters parameters = random(every());
        double[] input = new RandomState(5).randn(3 * 9 * 8);
        List<LayerTrace> folded = model(every(), parameters, true).trace(input);
        List<LayerTrace> expected = model(every(), parameters, false).trace(input);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).values(), folded.get(i).values(), "layer " + i);
        }
    }

    /** Validation in training, and so early stopping, compute the network as it is. */
    @Test
    void trainersFoldNothing() {
        Trainer trainer = new Trainer(every(), random(every()),
                TrainingOptions.of(Optimizer.sgd(0.01)).batchSize(BATCH));
        trainer.step(new RandomState(5).randn(BATCH * 3 * 9 * 8), new int[] {0, 1, 2, 0});
        double[] inputs = inputs(every());
        double[] outputs = trainer.model().outputs(inputs);
        assertArrayEquals(outputs, trainer.model().copy().outputs(inputs));
        assertArrayEquals(outputs, model(every(), trainer.parameters(), false).outputs(inputs));
        assertNotEquals(Arrays.hashCode(outputs),
                Arrays.hashCode(model(every(), trainer.parameters(), true).outputs(inputs)));
    }
}
