package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Elements.doubles;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.Window;

/** A max pooling that a convolution by Winograd's tiles computes gives the bits of one that is a step of its own. */
class FusedMaxPoolTest {
    private static final long SEED = 20261130;
    private static final Kernels KERNELS = Kernels.ANY;

    /** A convolution, perhaps a ReLU, and a max pooling between two other layers. */
    private static Network network(int map, int channels, int filters, int padding, boolean relu) {
        NetworkBuilder network = Network.input(3, map, map).conv2d(channels, Window.of(1))
                .conv2d(filters, Window.of(3).padding(padding));
        return (relu ? network.relu() : network).maxPool2d(2).conv2d(2, Window.of(1))
                .meanSquaredError();
    }

    @ParameterizedTest
    @CsvSource({
            // map, channels, filters, padding, samples, tile: of blocks, panels and stages, odd maps and even ones
            "31, 16, 24, 1, 3, 8x8", "15, 24, 16, 1, 5, 8x8", "14, 16, 16, 2, 4, 8x8/7x7",
            "7, 16, 24, 1, 40, 7x7",
            "9, 32, 16, 0, 60, 7x7/4x4", "12, 16, 16, 1, 2, 4x4", "5, 16, 40, 2, 40, 7x7",
            "3, 16, 16, 1, 70, 4x4",
            "6, 64, 64, 0, 17, 4x4/7x7", "15, 256, 64, 1, 12, 8x8", "7, 64, 256, 1, 45, 7x7",
            "6, 256, 256, 1, 50, 7x7"})
    void fusedAndUnfusedGiveTheSameBits(int map, int channels, int filters, int padding,
            int samples, String tile) {
        for (int i = 0; i < 4; i++) {
            boolean relu = i % 2 > 0;
            boolean nan = i > 1;
            Network network = network(map, channels, filters, padding, relu);
            PlanOptions options = PlanOptions.of(Purpose.TRAIN_WITH_INPUT_GRADIENT, KERNELS,
                    samples);
            Random random = new Random(SEED);
            double[] inputs = random.doubles(samples * network.input().size(), -1, 1).toArray();
            // Ties and signed zeros; a map of one value.
            for (int x = 0; x < inputs.length / 3; x++) {
                inputs[x] = x % 5 == 0 ? -0.0 : 0.0;
            }
            if (nan) {
                // Its weights' gradients are NaN; without it, all are compared.
                inputs[inputs.length - 1] = Double.NaN;
            }
            Plan expected = Plan.compile(network, options.unfused(), Team.alone());
            assertTrue(expected.stores(1));
            run(expected, inputs, samples);

            for (int threads = 1; threads <= 3; threads++) {
                try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                    Plan fused = Plan.compile(network, options, Team.of(pool));
                    assertFalse(fused.stores(1), "the output of the convolution is stored");
                    assertEquals("direct+winograd-" + tile, fused.algorithm());
                    run(fused, inputs, samples);
                    assertSameBits(expected, fused);
                    // Fewer samples after more: nothing of them is left.
                    run(expected, inputs, samples - 1);
                    run(fused, inputs, samples - 1);
                    assertSameBits(expected, fused);
                    run(expected, inputs, samples);
                }
            }
        }
    }

    private static void run(Plan plan, double[] inputs, int samples) {
        Random random = new Random(SEED);
        plan.parameters()
                .forEach(
                        one -> Arrays.setAll(doubles(one.values()), _ -> random.nextDouble(-1, 1)));
        System.arraycopy(inputs, 0, doubles(plan.inputs()), 0, samples * plan.inputSize());
        Arrays.setAll(doubles(plan.targets()), _ -> random.nextDouble());
        plan.forward(samples);
        plan.loss(samples);
        plan.backward(samples);
    }

    private static void assertSameBits(Plan expected, Plan found) {
        assertArrayEquals(doubles(expected.outputs()), doubles(found.outputs()));
        assertArrayEquals(doubles(expected.inputGradient()), doubles(found.inputGradient()));
        for (int i = 0; i < expected.parameters().size(); i++) {
            assertArrayEquals(doubles(expected.parameters().get(i).gradient()),
                    doubles(found.parameters().get(i).gradient()),
                    expected.parameters().get(i).spec().name());
        }
    }

    @Test
    void otherPoolingsAreStepsOfTheirOwn() {
        Window three = Window.of(3).padding(1);
        for (MaxPool2d pool : new MaxPool2d[] {new MaxPool2d(Window.of(3).stride(2)),
                new MaxPool2d(Window.of(2).stride(1)),
                new MaxPool2d(Window.of(2).stride(2).padding(1)),
                new MaxPool2d(Window.of(2).stride(2).dilation(2))}) {
            assertTrue(stores(Network.input(16, 16, 16).conv2d(16, three).layer(pool)),
                    pool.toString());
        }
        // Windows that end in another tile: of 14 pixels two tiles have 7.
        assertTrue(stores(Network.input(16, 14, 14).conv2d(16, three).maxPool2d(2)));
        // Direct sums.
        assertTrue(stores(Network.input(3, 16, 16).conv2d(16, three).maxPool2d(2)));
        assertFalse(stores(Network.input(16, 16, 16).conv2d(16, three).maxPool2d(2)));
    }

    private static boolean stores(NetworkBuilder network) {
        return Plan
                .compile(network.meanSquaredError(), PlanOptions.of(Purpose.TRAIN, KERNELS, 2),
                        Team.alone())
                .stores(0);
    }

    @Test
    void sayWhichPixelWasTheLargest() {
        Network network = network(8, 16, 16, 1, false);
        PlanOptions options = PlanOptions.of(Purpose.TRAIN, KERNELS, 3);
        Plan fused = Plan.compile(network, options, Team.alone());
        Plan unfused = Plan.compile(network, options.unfused(), Team.alone());
        double[] inputs = new Random(SEED).doubles(3 * network.input().size(), -1, 1).toArray();
        run(fused, inputs, 3);
        run(unfused, inputs, 3);
        assertFalse(fused.stores(1));
        assertArrayEquals(unfused.argmax(2, 3), fused.argmax(2, 3));
    }
}
