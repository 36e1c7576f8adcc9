package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.GradientCheck.Result;
import org.lanewise.plan.Team;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** Every layer type and loss against central differences, by parameters and by input. */
class GradientCheckTest {
    private static final double TOLERANCE = 1e-7;
    private static final long SEED = 11;
    private static final int SAMPLES = 3;

    static Stream<Arguments> networks() {
        Window same = Window.of(3).padding(1);
        return Stream.of(
                Arguments.of("conv2d", Network.input(2, 7, 6).conv2d(3, 3).flatten().linear(4)
                        .softmaxCrossEntropy()),
                Arguments.of("conv2d, every option", Network.input(4, 9, 8)
                        .layer(new Conv2d(6, Window.of(3, 2).stride(2, 1).padding(1, 2)
                                .dilation(1, 3), 2, true))
                        .layer(new Conv2d(2, Window.of(2), 1, false)).flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("conv2d, padding on two sides", Network.input(2, 7, 6)
                        .conv2d(9, Window.of(4, 2).padding(0, 2, 3, 1)).tanh()
                        .conv2d(8, Window.of(3).stride(2).padding(1, 0, 2, 1)).tanh()
                        .conv2d(3, Window.of(4).dilation(1, 2).same()).flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("max_pool2d", Network.input(1, 9, 8).conv2d(2, 3)
                        .layer(new MaxPool2d(Window.of(3).stride(2).padding(1))).flatten()
                        .linear(3).softmaxCrossEntropy()),
                Arguments.of("max_pool2d, dilated", Network.input(1, 9, 8).conv2d(2, 3)
                        .layer(new MaxPool2d(Window.of(2).dilation(2))).flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("avg_pool2d", Network.input(1, 9, 8).conv2d(2, 3)
                        .layer(new AvgPool2d(Window.of(3).stride(2).padding(1), true)).flatten()
                        .linear(3).softmaxCrossEntropy()),
                Arguments.of("avg_pool2d, padding not counted", Network.input(1, 9, 8).conv2d(2, 3)
                        .layer(new AvgPool2d(Window.of(2, 3).stride(1, 2).padding(1), false))
                        .flatten().linear(3).softmaxCrossEntropy()),
                Arguments.of("max_pool2d, ceil mode", Network.input(1, 11, 9).conv2d(9, 3)
                        .layer(new MaxPool2d(Window.of(2).stride(2), true))
                        .layer(new MaxPool2d(Window.of(3).stride(2).padding(1), true)).flatten()
                        .linear(3).softmaxCrossEntropy()),
                Arguments.of("avg_pool2d, ceil mode", Network.input(1, 11, 10).conv2d(9, 3)
                        .layer(new AvgPool2d(Window.of(4, 3).stride(3, 2).padding(1), true, true,
                                0))
                        .layer(new AvgPool2d(Window.of(2).stride(2), false, true, 0)).flatten()
                        .linear(3).softmaxCrossEntropy()),
                Arguments.of("avg_pool2d, divisor", Network.input(1, 9, 8).conv2d(3, 3)
                        .layer(new AvgPool2d(Window.of(2).padding(1), true, false, 3)).flatten()
                        .linear(3).softmaxCrossEntropy()),
                Arguments.of("global_avg_pool2d", Network.input(2, 7, 6).conv2d(9, 3)
                        .globalAvgPool2d().conv2d(5, same).flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("global_max_pool2d", Network.input(2, 7, 6).conv2d(9, 3)
                        .globalMaxPool2d().flatten().linear(3).softmaxCrossEntropy()),
                Arguments.of("relu around a global pooling", Network.input(2, 7, 6).conv2d(9, 3)
                        .relu().globalAvgPool2d().relu().flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("relu", Network.input(1, 6, 6).conv2d(4, 3).relu().flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("relu after max_pool2d", Network.input(2, 9, 8).maxPool2d(2).relu()
                        .conv2d(9, 3).flatten().linear(3).softmaxCrossEntropy()),
                Arguments.of("relu after avg_pool2d", Network.input(2, 9, 8).avgPool2d(2).relu()
                        .conv2d(9, 3).flatten().linear(3).softmaxCrossEntropy()),
                Arguments.of("fused relu", Network.input(2, 7, 6).conv2d(8, 3).relu()
                        .conv2d(4, 2).relu().maxPool2d(2).flatten().linear(16).relu().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("sigmoid", Network.input(1, 6, 6).conv2d(4, 3).sigmoid().flatten()
                        .linear(3).softmaxCrossEntropy()),
                Arguments.of("tanh", Network.input(1, 6, 6).conv2d(4, 3).tanh().flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("batch_norm", Network.input(2, 7, 6).conv2d(9, 3).batchNorm().relu()
                        .conv2d(5, 2).tanh().batchNorm().flatten().linear(6).tanh()
                        .layer(new BatchNorm(0.1, BatchNorm.MOMENTUM, false, true)).linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("batch_norm, nothing learned", Network.input(2, 7, 6).conv2d(4, 3)
                        .layer(new BatchNorm(1e-3, OptionalDouble.empty(), false, false)).sigmoid()
                        .residual(body -> body.batchNorm()).batchNorm().flatten().linear(3)
                        .softmaxCrossEntropy()),
                normalized("relu6", net -> net.scale(4).batchNorm().relu6()),
                normalized("leaky_relu, negative", net -> net.batchNorm().leakyRelu(-0.5)),
                normalized("elu", net -> net.batchNorm().elu(0.5)),
                normalized("gelu", net -> net.batchNorm().gelu()),
                normalized("hardswish", net -> net.batchNorm().hardswish()),
                normalized("softplus, frozen", net -> net
                        .layer(new BatchNorm(1e-6, BatchNorm.MOMENTUM, false, false)).softplus()),
                Arguments.of("group_norm", Network.input(2, 7, 6).conv2d(10, 3).groupNorm(5).relu()
                        .conv2d(6, 2).tanh().groupNorm(1).flatten().linear(6).tanh()
                        .layer(new GroupNorm(3, 0.1, true)).linear(3).softmaxCrossEntropy()),
                Arguments.of("group_norm, nothing learned", Network.input(2, 7, 6).conv2d(4, 3)
                        .layer(new GroupNorm(4, 1e-3, false)).sigmoid()
                        .residual(body -> body.groupNorm(2)).flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("layer_norm", Network.input(2, 7, 6).conv2d(9, 3).layerNorm().relu()
                        .conv2d(5, 2).tanh().layer(new LayerNorm(1e-3, true, false)).flatten()
                        .linear(6).tanh().layer(new LayerNorm(0.1, true, true)).linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("layer_norm, nothing learned", Network.input(2, 7, 6).conv2d(4, 3)
                        .layer(new LayerNorm(1e-3, false, true)).sigmoid()
                        .residual(body -> body.layerNorm()).flatten().linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("dropout", Network.input(2, 7, 6).conv2d(9, 3).relu().dropout(0.3)
                        .conv2d(5, same).dropout(0.5).tanh().residual(body -> body.dropout(0.2))
                        .flatten().dropout(0.1).linear(7).relu().dropout(0.5).linear(3)
                        .softmaxCrossEntropy()),
                function("relu6", net -> net.scale(4).relu6()),
                function("leaky_relu", net -> net.leakyRelu(0.2)),
                function("leaky_relu, negative", net -> net.leakyRelu(-0.5)),
                function("elu", net -> net.elu(1)),
                function("elu, alpha 0.5", net -> net.elu(0.5)),
                function("gelu", NetworkBuilder::gelu),
                function("gelu, tanh", NetworkBuilder::geluTanh),
                function("silu", NetworkBuilder::silu),
                function("hardswish", net -> net.scale(3).hardswish()),
                function("softplus", net -> net.scale(15).softplus()),
                function("scale", net -> net.scale(-1.5)),
                Arguments.of("residual", Network.input(2, 7, 6).conv2d(9, same).relu()
                        .residual(body -> body.conv2d(9, same).tanh().conv2d(9, same)).relu()
                        .residual(body -> body.conv2d(5, same.stride(2)).sigmoid(),
                                shortcut -> shortcut.conv2d(5, Window.of(1).stride(2)))
                        .flatten().linear(3).softmaxCrossEntropy()),
                Arguments.of("concat", Network.input(2, 7, 6).conv2d(4, same).tanh().as("stem")
                        .conv2d(3, 1).as("one").concat("stem", "one", "input", "stem").relu()
                        .conv2d(5, same).flatten().as("row").linear(4).as("narrow")
                        .concat("narrow", "row").linear(3).softmaxCrossEntropy()),
                Arguments.of("one output read four times", Network.input(3, 4, 5).conv2d(8, same)
                        .as("a").flatten().as("row").concat("row", "row").linear(60).as("b")
                        .linear(160).add("row", "row").linear(3).softmaxCrossEntropy()),
                Arguments.of("linear", Network.input(5).linear(4).tanh()
                        .layer(new Linear(3, false)).softmaxCrossEntropy()),
                Arguments.of("sum of cross-entropies", Network.input(5).linear(4)
                        .softmaxCrossEntropy().loss(
                                new Loss.SoftmaxCrossEntropy(Loss.Reduction.SUM))),
                Arguments.of("squared error", Network.input(1, 5, 5).conv2d(2, 3).tanh()
                        .meanSquaredError()),
                Arguments.of("sum of squared errors", Network.input(5).linear(4).sigmoid()
                        .meanSquaredError().loss(
                                new Loss.MeanSquaredError(Loss.Reduction.SUM))),
                Arguments.of("smoothed labels", Network.input(5).linear(4)
                        .loss(Loss.softmaxCrossEntropy().labelSmoothing(0.3))),
                Arguments.of("weighted classes, one ignored", Network.input(5).linear(4)
                        .loss(Loss.softmaxCrossEntropy().weight(2, 0.5, 3, 0).ignoreIndex(1))),
                Arguments.of("sum of weighted classes with smoothed labels",
                        Network.input(5).linear(4).loss(Loss.softmaxCrossEntropy()
                                .weight(2, 0.5, 3, 0).ignoreIndex(2).labelSmoothing(0.9)
                                .reduction(Loss.Reduction.SUM))),
                Arguments.of("class probabilities", Network.input(5).linear(4)
                        .loss(Loss.softmaxCrossEntropy().probabilities(true))),
                Arguments.of("sum of weighted class probabilities", Network.input(5).linear(4)
                        .loss(Loss.softmaxCrossEntropy().weight(2, 0.5, 3, 0).labelSmoothing(0.3)
                                .probabilities(true).reduction(Loss.Reduction.SUM))),
                Arguments.of("binary cross-entropy", Network.input(1, 5, 5).conv2d(2, 3)
                        .loss(Loss.binaryCrossEntropyWithLogits())),
                Arguments.of("sum of weighted binary cross-entropies", Network.input(5).linear(4)
                        .loss(Loss.binaryCrossEntropyWithLogits().posWeight(3, 0, 0.25, 1)
                                .reduction(Loss.Reduction.SUM))),
                Arguments.of("huber", Network.input(1, 5, 5).conv2d(2, 3)
                        .loss(Loss.huber().delta(0.6))),
                Arguments.of("smooth L1", Network.input(1, 5, 5).conv2d(2, 3)
                        .loss(Loss.smoothL1().beta(0.7))),
                Arguments.of("sum of distances", Network.input(5).linear(4)
                        .loss(Loss.smoothL1().beta(0).reduction(Loss.Reduction.SUM))));
    }

    /** After a convolution, and after the network's input. */
    private static Arguments function(String name, UnaryOperator<NetworkBuilder> function) {
        return Arguments.of(name, function.apply(function.apply(Network.input(1, 6, 6)).conv2d(4,
                3)).flatten().linear(3).softmaxCrossEntropy());
    }

    /** A batch normalization that computes a function too, and functions whose kinks are in what it does not store. */
    private static Arguments normalized(String name, UnaryOperator<NetworkBuilder> layers) {
        return Arguments.of("batch_norm and " + name, layers.apply(layers.apply(
                Network.input(2, 5, 4).conv2d(3, 2)).flatten().linear(6)).linear(3)
                .softmaxCrossEntropy());
    }

    private static Samples samples(Network network, RandomState random) {
        int inputs = (int) network.input().size();
        int outputs = (int) network.output().size();
        double[] values = random.randn(SAMPLES * inputs);
        if (network.loss().takesLabels()) {
            return Samples.labelled(network.input(), values, new int[] {0, 2, 1});
        }
        double[] targets = random.randn(SAMPLES * outputs);
        if (network.loss().largestTarget() >= 0) {
            Arrays.setAll(targets, i -> random.nextDouble());
        }
        return Samples.valued(network.input(), values, targets);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void gradientsAreTheSlopesOfTheLoss(String name, Network network) {
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        for (Parameters.Parameter bias : parameters.list()) {
            if (bias.spec().name().endsWith("bias")) {
                bias.values()[0] = random.nextGaussian();
            }
        }
        List<Result> results = GradientCheck.run(network, parameters, samples(network, random));
        assertEquals(network.parameters().stream().filter(spec -> !spec.state()).count() + 1,
                results.size());
        for (Result result : results) {
            assertTrue(result.relativeError() <= TOLERANCE, () -> "seed " + SEED + ": " + result);
            assertTrue(result.elements() >= 0.9 * (result.elements() + result.kinks()),
                    () -> "too many left out: " + result);
        }
    }

    /**
     * Gradients by tiles, compared with slopes that are not: correct ones agree as those of every other layer
     * do, and ones that are off by a ten-thousandth do not.
     */
    @ParameterizedTest
    @CsvSource({"8, 8, winograd-8x8", "7, 7, winograd-7x7", "12, 12, winograd-4x4",
            "8, 16, winograd-8x8"})
    void gradientsByWinogradsTilesAreTheSlopes(int h, int w, String algorithm) {
        Window same = Window.of(3).padding(1);
        Network network = Network.input(16, h, w).conv2d(16, same).relu().conv2d(16, same)
                .maxPool2d(2).flatten().linear(3).softmaxCrossEntropy();
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        Samples samples = samples(network, random);
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0)).batchSize(32)
                .backend(Backend.VECTOR);
        List<String> algorithms = Trainer.plan(network, options).stream()
                .map(LayerPlan::algorithm).toList();
        assertTrue(algorithms.contains(algorithm), algorithms.toString());
        List<Result> right = GradientCheck.run(network, parameters, samples, options);
        for (Result result : right) {
            assertTrue(result.relativeError() <= TOLERANCE, () -> "seed " + SEED + ": " + right);
            assertTrue(result.elements() >= 0.9 * (result.elements() + result.kinks()),
                    () -> "too many left out: " + result);
        }
        for (Result result : GradientCheck.run(network, parameters, samples, options,
                Team.alone(), 1.0001)) {
            assertFalse(result.relativeError() <= 10 * TOLERANCE, result::toString);
        }
    }

    /** The plan of a training is checked, whose batches may hold more than the samples. */
    @Test
    void checksTheBatchSizeOfTraining() {
        Network network = Network.input(2, 7, 6).conv2d(8, 3).relu().maxPool2d(2).flatten()
                .linear(3).softmaxCrossEntropy();
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        Samples samples = samples(network, random);
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1));
        List<Result> results = GradientCheck.run(network, parameters, samples,
                options.batchSize(20));
        for (Result result : results) {
            assertTrue(result.relativeError() <= TOLERANCE, () -> "seed " + SEED + ": " + result);
        }
        assertEquals(SAMPLES * 2 * 7 * 6,
                results.getLast().elements() + results.getLast().kinks());
        assertEquals("3 samples do not fit in one batch of 2",
                assertThrows(IllegalArgumentException.class, () -> GradientCheck.run(network,
                        parameters, samples, options.batchSize(2))).getMessage());
    }

    /** The checker is shown gradients that are off by a little, all zero, or NaN. */
    @Test
    void aWrongGradientIsSeen() {
        Network network = Network.input(5).linear(4).softmaxCrossEntropy();
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        Samples samples = samples(network, random);
        for (double factor : new double[] {1 + 1e-5, 0, Double.NaN}) {
            for (Result result : GradientCheck.run(network, parameters, samples,
                    TrainingOptions.of(Optimizer.sgd(0)).batchSize(SAMPLES), Team.alone(),
                    factor)) {
                assertFalse(result.relativeError() <= TOLERANCE, result::toString);
            }
        }
    }

    /** A loss that is no number agrees with nothing. */
    @Test
    void aLossThatIsNotFiniteIsRefused() {
        Network network = Network.input(5).linear(4).softmaxCrossEntropy();
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        Samples samples = samples(network, random);
        parameters.values("0.weight")[3] = Double.NaN;
        assertEquals("the loss is NaN with these parameters and samples; it has no gradient to"
                + " check",
                assertThrows(IllegalArgumentException.class,
                        () -> GradientCheck.run(network, parameters, samples)).getMessage());
    }
}
