package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.RandomNetworks;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.LayerPlan;
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
