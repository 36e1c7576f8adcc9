package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Elements.doubles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.Window;

/** What plans without backward passes fuse: more than those of a training, to the same bits. */
class InferenceFusionTest {
    private static final long SEED = 20261130;
    private static final Window SAME = Window.of(3).padding(1);
    private static final PlanOptions OPTIONS = PlanOptions.of(Purpose.PREDICT, Kernels.ANY, 3);

    /** The steps of more than one layer, as the first and the last. */
    private static String fused(Network network, PlanOptions options) {
        List<String> steps = new ArrayList<>();
        for (LayerPlan plan : Plan.describe(network, options)) {
            if (plan.lastLayer() > plan.layer()) {
                steps.add(plan.layer() + "-" + plan.lastLayer());
            }
        }
        return String.join(" ", steps);
    }

    private static double[] inputs(Network network, int samples, boolean nan) {
        double[] inputs = new Random(SEED).doubles(samples * network.input().size(), -1, 1)
                .toArray();
        // Ties and signed zeros; a map of one value.
        for (int x = 0; x < inputs.length / 3; x++) {
            inputs[x] = x % 5 == 0 ? -0.0 : 0.0;
        }
        if (nan) {
            inputs[inputs.length - 1] = Double.NaN;
            inputs[inputs.length - 2] = Double.NEGATIVE_INFINITY;
        }
        return inputs;
    }

    private static double[] outputs(Plan plan, double[] inputs, int samples) {
        Random random = new Random(SEED);
        plan.arrays().forEach(one -> Arrays.setAll(doubles(one.values()),
                _ -> one.spec().name().endsWith(BatchNorm.RUNNING_VAR)
                        ? random.nextDouble(0.25, 4)
                        : random.nextDouble(-1, 1)));
        plan.fold();
        plan.inputs().write(inputs, 0, 0, samples * plan.inputSize());
        plan.predict(samples);
        return Arrays.copyOf(plan.outputs().copy(), samples * plan.outputSize());
    }

    private static void assertSameBits(Network network, PlanOptions expected, PlanOptions found) {
        for (boolean nan : new boolean[] {false, true}) {
            double[] inputs = inputs(network, found.capacity(), nan);
            Plan plan = Plan.compile(network, found, Team.alone());
            Plan other = Plan.compile(network, expected, Team.alone());
            for (int samples = found.capacity(); samples > 0; samples -= 2) {
                assertArrayEquals(outputs(other, inputs, samples), outputs(plan, inputs, samples),
                        samples + " samples, seed " + SEED);
            }
        }
    }

    private static Network pooled(int map, int channels, int filters, int padding, String chain) {
        NetworkBuilder network = Network.input(3, map, map).conv2d(channels, Window.of(1))
                .conv2d(filters, Window.of(3).padding(padding));
        for (String layer : chain.split("-")) {
            network = layer.equals("relu") ? network.relu() : network.maxPool2d(2);
        }
        return network.conv2d(2, Window.of(1)).meanSquaredError();
    }

    @ParameterizedTest
    @CsvSource({
            // map, channels, filters, padding, samples, tile
            "31, 16, 24, 1, 3, 8x8", "7, 16, 24, 1, 40, 7x7", "5, 16, 40, 2, 40, 7x7",
            "12, 16, 16, 1, 2, 4x4", "15, 256, 64, 1, 12, 8x8"})
    void poolingsThatAreFusedSaveNothing(int map, int channels, int filters, int padding,
            int samples, String tile) {
        for (String chain : List.of("pool", "relu-pool", "pool-relu", "relu-pool-relu")) {
            Network network = pooled(map, channels, filters, padding, chain);
            PlanOptions options = OPTIONS.capacity(samples);
            assertEquals("1-" + (1 + chain.split("-").length), fused(network, options), chain);
            assertTrue(Plan.compile(network, options, Team.alone()).algorithm()
                    .endsWith("winograd-" + tile));
            assertFalse(hasBits(network, options));
            assertTrue(hasBits(network, options.purpose(Purpose.TRAIN)));
            assertSameBits(network, options.unfused(), options);
            for (int threads = 2; threads <= 3; threads++) {
                try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                    double[] inputs = inputs(network, samples, true);
                    assertArrayEquals(
                            outputs(Plan.compile(network, options.unfused(), Team.alone()), inputs,
                                    samples),
                            outputs(Plan.compile(network, options, Team.of(pool)), inputs,
                                    samples));
                }
            }
        }
    }

    private static boolean hasBits(Network network, PlanOptions options) {
        return Plan.memory(network, options, 1, _ -> {
        }).stream().anyMatch(use -> use.name().equals("largest of each window"));
    }

    private static Arguments network(String name, String training, String inference,
            UnaryOperator<NetworkBuilder> layers) {
        return Arguments.of(name, training, inference, layers
                .apply(Network.input(16, 12, 12)).meanSquaredError());
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                network("two read a ReLU", "", "0-1", net -> net.conv2d(16, SAME).relu()
                        .residual(body -> body.conv2d(16, SAME)).conv2d(2, 1)),
                network("a ReLU ends the network", "", "0-1", net -> net.conv2d(16, SAME).relu()),
                network("a ReLU is added", "", "0-1 2-3", net -> net.conv2d(16, SAME).relu()
                        .residual(body -> body.conv2d(16, SAME).relu()).conv2d(2, 1)),
                network("a ReLU is pooled by an average over all", "0-1", "0-1",
                        net -> net.conv2d(16, SAME).relu().globalAvgPool2d()),
                network("another reads what a ReLU reads", "", "", net -> net.conv2d(16, SAME)
                        .as("x").relu().add("x").conv2d(2, 1)),
                network("another reads what a pooling reads", "", "0-1", net -> net
                        .conv2d(16, SAME).relu().as("x").maxPool2d(2).conv2d(4, 1)
                        .as("small").from("x").conv2d(4, Window.of(2).stride(2)).add("small")),
                network("another reads what a pooling writes", "0-1", "0-1", net -> net
                        .conv2d(16, SAME).maxPool2d(2).as("x").relu().add("x").conv2d(2, 1)),
                network("a normalized map is added", "1-2", "1-2 3-4", net -> net.conv2d(16, SAME)
                        .batchNorm().gelu().as("x").batchNorm().gelu().add("x").conv2d(2, 1)),
                network("two read a normalized map", "1-2", "1-2", net -> net.conv2d(16, SAME)
                        .batchNorm().relu().as("x").conv2d(16, SAME).add("x").conv2d(2, 1)),
                network("dropout is between", "", "0-5", net -> net.conv2d(16, SAME).dropout(0.5)
                        .relu().dropout(0.1).dropout(0.2).maxPool2d(2).conv2d(2, 1)),
                network("dropout is read twice", "", "", net -> net.conv2d(16, SAME).dropout(0.5)
                        .as("x").relu().add("x").conv2d(2, 1)),
                network("dropout and another read a map", "", "", net -> net.conv2d(16, SAME)
                        .as("x").dropout(0.5).relu().add("x").conv2d(2, 1)),
                network("dropout is first and last", "1-2", "1-2", net -> net.dropout(0.5)
                        .conv2d(16, SAME).relu().dropout(0.5)));
    }

    /** The plan of a training, whose validation must give the same bits, fuses less. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void fusesWhereOnlyGradientsForbidIt(String name, String training, String inference,
            Network network) {
        PlanOptions learns = OPTIONS.purpose(Purpose.TRAIN);
        assertEquals(training, fused(network, learns));
        assertEquals(inference, fused(network, OPTIONS));
        assertEquals("", fused(network, OPTIONS.unfused()));
        assertSameBits(network, OPTIONS.unfused(), OPTIONS);
        assertSameBits(network, learns, OPTIONS);
        PlanOptions scalar = PlanOptions.of(Purpose.PREDICT, Kernels.SCALAR, 3);
        assertSameBits(network, scalar, PlanOptions.of(Purpose.PREDICT, Kernels.DIRECT, 3));
    }

    /** Rows that several layers read flattened are copied for their gradients alone. */
    @Test
    void flattenedRowsAreNotCopied() {
        Network network = Network.input(7).linear(5).as("x").flatten().linear(3)
                .as("one").from("x").flatten().linear(3).add("one").meanSquaredError();
        assertEquals(List.of(1, 3), copies(network, OPTIONS.purpose(Purpose.TRAIN)));
        assertEquals(List.of(), copies(network, OPTIONS));
        assertSameBits(network, OPTIONS.purpose(Purpose.TRAIN), OPTIONS);
    }

    private static List<Integer> copies(Network network, PlanOptions options) {
        return Plan.compile(network, options, Team.alone()).steps().stream()
                .filter(step -> step.arranges() && step.layer() >= 0).map(SingleStep::layer)
                .toList();
    }

    /** What others read too, also flattened, and the caller's batch stay as they are. */
    @Test
    void functionsOverwriteWhatTheyAloneRead() {
        Network network = Network.input(7).tanh().linear(5).gelu().scale(2).as("x").flatten()
                .sigmoid().as("y").from("x").silu().add("y").elu(0.5).dropout(0.5).tanh()
                .flatten().linear(3).gelu().meanSquaredError();
        Plan plan = Plan.compile(network, OPTIONS, Team.alone());
        assertEquals(List.of(0, 3, 4, 5, 6, 10, 11, 13),
                IntStream.range(0, network.layers().size()).filter(plan::stores).boxed().toList());
        assertTrue(Plan.compile(network, OPTIONS.unfused(), Team.alone()).stores(1));
        assertSameBits(network, OPTIONS.purpose(Purpose.TRAIN), OPTIONS);
        Network maps = Network.input(3, 9, 7).conv2d(5, 3).gelu().conv2d(4, SAME).dropout(0.5)
                .elu(0.3).maxPool2d(2).hardswish().batchNorm().gelu().scale(3).flatten().tanh()
                .meanSquaredError();
        assertSameBits(maps, OPTIONS.purpose(Purpose.TRAIN), OPTIONS);
        double[] inputs = inputs(network, 3, false);
        outputs(plan, inputs, 3);
        assertArrayEquals(inputs, plan.inputs().copy());
    }
}
