package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Elements.doubles;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Activation.Function;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Window;

/** Functions that batch normalization computes in its own step: where, and that no bit changes. */
class FusedBatchNormTest {
    private static final long SEED = 20_261_202;
    private static final Window SAME = Window.of(3).padding(1);
    private static final BatchNorm BIAS = new BatchNorm(1e-3, OptionalDouble.of(0.4), false, true);
    private static final BatchNorm NEITHER = new BatchNorm(1e-5, OptionalDouble.empty(), false,
            false);

    /** The layers that are one step with a later one, and that one. */
    private static List<List<Integer>> fused(Network network, PlanOptions options) {
        return Plan.describe(network, options).stream()
                .filter(plan -> plan.lastLayer() > plan.layer())
                .map(plan -> List.of(plan.layer(), plan.lastLayer())).toList();
    }

    private static PlanOptions options(Kernels kernels) {
        return PlanOptions.of(Purpose.TRAIN, kernels, 4);
    }

    private static void requireSameBits(Network network, Integer... batches) {
        for (Precision precision : Precision.values()) {
            NetworkCase drawn = new NetworkCase("fused", network, batches[0], List.of(batches),
                    Optimizer.sgd(0.1).momentum(0.9), Double.POSITIVE_INFINITY, precision, SEED);
            try (NetworkCheck check = new NetworkCheck()) {
                assertEquals("", check.failure(drawn).orElse(""), precision + ", seed " + SEED);
            }
        }
    }

    /** Scalar and vector plans, fused and unfused, on one thread, two and seven, and inference. */
    @ParameterizedTest
    @EnumSource
    void everyFunctionGivesTheBitsOfTheReference(Function function) {
        Activation activation = new Activation(function);
        Network network = Network.input(2, 13, 11).conv2d(17, SAME).batchNorm().layer(activation)
                .conv2d(5, SAME).layer(BIAS).layer(activation).globalAvgPool2d()
                .layer(NEITHER).layer(activation).flatten().linear(3).layer(BIAS).layer(activation)
                .softmaxCrossEntropy();
        assertEquals(List.of(List.of(1, 2), List.of(4, 5), List.of(7, 8), List.of(11, 12)),
                fused(network, options(Kernels.DIRECT)));
        assertEquals(List.of(), fused(network, options(Kernels.SCALAR)));
        assertEquals(List.of(), fused(network, options(Kernels.DIRECT).unfused()));
        requireSameBits(network, 37, 37, 2, 19);
    }

    /** Winograd's layouts have halos, and maps of 256 channels more than one chunk a row. */
    @Test
    void mapsOfManyChannelsGiveTheBitsOfTheReference() {
        requireSameBits(Network.input(16, 15, 15).conv2d(64, SAME).layer(BIAS).gelu()
                .conv2d(256, SAME).maxPool2d(2).layer(BIAS).silu().conv2d(16, SAME).batchNorm()
                .relu6().globalAvgPool2d().flatten().linear(3).softmaxCrossEntropy(), 5, 5, 3);
    }

    /** Several layers read the function: its gradient is a sum of contributions by then. */
    @Test
    void severalReadersOfTheFunction() {
        Network network = Network.input(2, 9, 8).conv2d(9, SAME).batchNorm().silu().as("x")
                .conv2d(9, SAME).batchNorm().gelu().as("z").add("x").as("sum")
                .concat("x", "z", "sum")
                .conv2d(3, SAME).as("last").add("last").flatten().linear(3)
                .softmaxCrossEntropy();
        assertEquals(List.of(List.of(1, 2), List.of(4, 5)),
                fused(network, options(Kernels.DIRECT)));
        requireSameBits(network, 21, 21, 2);
    }

    private static Network network(Consumer<NetworkBuilder> layers) {
        NetworkBuilder builder = Network.input(3, 8, 8).conv2d(8, SAME);
        layers.accept(builder);
        return builder.flatten().linear(3).softmaxCrossEntropy();
    }

    static Stream<Arguments> unfused() {
        return Stream.of(
                Arguments.of("normalized values are added", network(builder -> builder.residual(
                        body -> body.conv2d(8, SAME).batchNorm()).gelu())),
                Arguments.of("normalized values are read twice", network(builder -> builder
                        .batchNorm().as("x").gelu().as("y").concat("x", "y"))),
                Arguments.of("the function is added: one array has the gradients of all terms",
                        network(builder -> builder.residual(
                                body -> body.conv2d(8, SAME).batchNorm().gelu()))),
                Arguments.of("the function is flattened and added", Network.input(7).linear(5)
                        .as("x").batchNorm().tanh().flatten().add("x").linear(3)
                        .softmaxCrossEntropy()),
                Arguments.of("a pooling is between", network(builder -> builder.batchNorm()
                        .maxPool2d(2).gelu())),
                Arguments.of("another normalization", network(builder -> builder.groupNorm(2)
                        .gelu())),
                Arguments.of("a factor", network(builder -> builder.batchNorm().scale(2))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unfused")
    void isNotFused(String why, Network network) {
        assertEquals(List.of(), fused(network, options(Kernels.DIRECT)));
        requireSameBits(network, 13, 13, 4);
    }

    /** A frozen normalization still gives its input a gradient, once. */
    @Test
    void frozenParameters() {
        Network network = Network.input(3, 8, 8).conv2d(9, SAME).batchNorm().silu()
                .conv2d(5, SAME).batchNorm().sigmoid().flatten().linear(3).softmaxCrossEntropy();
        PlanOptions options = options(Kernels.DIRECT)
                .groups(List.of(ParameterGroup.of("4.*").frozenFromEpoch(0)));
        assertEquals(List.of(List.of(1, 2), List.of(4, 5)), fused(network, options));
        NetworkCase drawn = new NetworkCase("frozen", network, 4, List.of(4), Optimizer.sgd(0.1),
                Double.POSITIVE_INFINITY, Precision.DOUBLE, SEED);
        CaseData data = CaseData.of(drawn);
        TrainingRun fused = new TrainingRun(drawn, data, options, Team.alone());
        TrainingRun plain = new TrainingRun(drawn, data, options.unfused(),
                Team.alone());
        fused.computeGradients(0);
        plain.computeGradients(0);
        for (int i = 0; i < plain.plan().parameters().size(); i++) {
            double[] expected = doubles(plain.plan().parameters().get(i).gradient());
            double[] found = doubles(fused.plan().parameters().get(i).gradient());
            String name = plain.plan().parameters().get(i).spec().name();
            assertArrayEquals(expected, found, name);
        }
    }

    /** After a step, the gradient of the normalized values is where that of the function was. */
    @Test
    void everyPassAgreesWithTheReference() {
        Network network = Network.input(16, 13, 12).conv2d(16, SAME).batchNorm().gelu()
                .conv2d(24, SAME).layer(BIAS).tanh().flatten().linear(3).softmaxCrossEntropy();
        NetworkCase drawn = new NetworkCase("passes", network, 4, List.of(4), Optimizer.sgd(0.1),
                Double.POSITIVE_INFINITY, Precision.DOUBLE, SEED);
        TrainingRun run = new TrainingRun(drawn, CaseData.of(drawn),
                PlanOptions.of(Purpose.TRAIN, Kernels.ANY, 4), Team.alone());
        run.computeGradients(0);
        assertEquals("direct+winograd-7x7", run.plan().algorithm());
        assertEquals("", new PassCheck(run.plan(), 4).failure().orElse(""));
        List<LayerPlan> plans = run.plan().describe();
        assertTrue(plans.stream().anyMatch(plan -> plan.layer() == 1 && plan.lastLayer() == 2));
    }
}
