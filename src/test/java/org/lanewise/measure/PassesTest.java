package org.lanewise.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.measure.Execution;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.RandomNetworks;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** Passes run one by one make what they make together. */
class PassesTest {
    private static final Network NETWORK = Network.input(2, 9, 7).conv2d(3, 3).relu().maxPool2d(2)
            .flatten().linear(5).softmaxCrossEntropy();
    private static final int BATCH = 3;
    private static final long SEED = 20261130;

    private static LayerPasses convolution() {
        return Passes.of(new Conv2d(4, Window.of(3, 2).padding(1)), new Shape.Image(2, 5, 6),
                BATCH, Execution.REFERENCE);
    }

    private static void assertSame(List<Passes.Result> expected, List<Passes.Result> found) {
        assertFalse(found.isEmpty());
        for (Passes.Result result : found) {
            assertArrayEquals(Passes.named(expected, result.name()).values(), result.values(), 0.0,
                    result.name());
        }
    }

    /** By any loops, down to the bits: whole by the reference, apart by each. */
    @ParameterizedTest
    @EnumSource(names = "PLAIN", mode = EnumSource.Mode.EXCLUDE)
    void thePartsOfAStepAreTheStep(Backend backend) {
        NetworkPasses whole = Passes.of(NETWORK, BATCH, Execution.REFERENCE);
        NetworkPasses apart = Passes.of(NETWORK, BATCH,
                new Execution(backend, Algorithm.DIRECT, 1));
        whole.fill(7);
        apart.fill(7);
        for (int i = 0; i < 3; i++) {
            whole.run(Pass.STEP);
            apart.parts().forEach(part -> part.code().run());
            assertSame(whole.results(Pass.STEP), apart.results(Pass.STEP));
        }
        assertEquals(switch (backend.chosen()) {
            case SCALAR -> List.of("0 forward", "1 forward", "2 forward", "4 forward", "- loss",
                    "- loss_gradient", "4 backward_weights", "4 backward_input",
                    "2 backward_input", "1 backward_input", "0 backward_weights", "- update");
            // The ReLU is computed with the convolution; maps are arranged at both ends.
            case VECTOR, PLAIN ->
                List.of("- reorder", "0 forward", "2 forward", "3 forward", "4 forward",
                        "- loss", "- loss_gradient", "4 backward_weights", "4 backward_input",
                        "3 backward_input", "2 backward_input", "0 backward_weights", "- update");
            case AUTO -> throw new AssertionError();
        }, apart.parts().stream().map(part -> part.layer()
                .map(layer -> String.valueOf(layer.index())).orElse("-") + " " + part.pass())
                .toList());
    }

    /** Whatever is fused, each part of the reference's step is computed by one part. */
    @Test
    void partsComputeThoseOfAllFusedLayers() {
        int fused = 0;
        for (NetworkCase drawn : RandomNetworks.of(200, SEED)) {
            List<Part> apart = parts(drawn.network(), drawn.capacity(), Execution.REFERENCE);
            List<Part> parts = parts(drawn.network(), drawn.capacity(),
                    new Execution(Backend.VECTOR, Algorithm.AUTO, 1));
            for (Part one : apart) {
                assertEquals(1, parts.stream().filter(part -> part.computes(one)).count(),
                        one.layer() + " " + one.pass() + " of " + drawn + ", seed " + SEED);
            }
            for (Part part : parts) {
                long count = apart.stream().filter(part::computes).count();
                // Copies into another order are parts that the reference seldom needs.
                assertTrue(count > 0 || part.pass().equals("reorder") || part.layer()
                        .map(layer -> layer.layer() instanceof Flatten).orElse(false),
                        part + " of " + drawn);
                fused += count > 1 ? 1 : 0;
            }
        }
        assertTrue(fused > 20, fused + " parts of several");
    }

    private static List<Part> parts(Network network, int batch, Execution execution) {
        try (NetworkPasses passes = Passes.of(network, batch, execution)) {
            return passes.parts();
        }
    }

    @Test
    void theGradientsOfFusedLayersBelongToTheFirstBackwardPass() {
        Network network = Network.input(16, 12, 12).conv2d(16, Window.of(3).padding(1)).relu()
                .conv2d(16, Window.of(3).padding(1)).relu().maxPool2d(2).batchNorm().gelu()
                .layer(new BatchNorm(1e-5, OptionalDouble.empty(), false, false)).gelu()
                .flatten().linear(3).softmaxCrossEntropy();
        Map<String, String> found = new LinkedHashMap<>();
        for (Part part : parts(network, 4, new Execution(Backend.VECTOR, Algorithm.AUTO, 1))) {
            part.layer().ifPresent(layer -> found.put(layer.index() + " " + part.pass(),
                    part.unfused().stream().map(one -> one.layer() + " " + one.pass()).sorted()
                            .collect(Collectors.joining(", "))));
        }
        assertEquals("0 forward, 1 forward", found.get("0 forward"));
        assertEquals("0 backward_weights, 1 backward_input", found.get("0 backward_weights"));
        assertEquals("2 forward, 3 forward, 4 forward", found.get("2 forward"));
        assertEquals("2 backward_weights, 3 backward_input, 4 backward_input",
                found.get("2 backward_weights"));
        assertEquals("2 backward_input", found.get("2 backward_input"));
        assertEquals("5 forward, 6 forward", found.get("5 forward"));
        assertEquals("5 backward_weights, 6 backward_input", found.get("5 backward_weights"));
        assertEquals("7 backward_input, 8 backward_input", found.get("7 backward_input"));
        assertEquals("10 forward", found.get("10 forward"));
    }

    /** A step is the trainer's: same weights, same inputs, same rule. */
    @Test
    void aStepIsTheTrainersStep() {
        NetworkPasses passes = Passes.of(NETWORK, BATCH, Execution.REFERENCE);
        passes.fill(7);
        RandomState random = new RandomState(7);
        double[] inputs = new double[BATCH * (int) NETWORK.input().size()];
        Arrays.setAll(inputs, i -> random.uniform(-1.0, 1.0));
        Parameters initial = Parameters.initial(NETWORK, Initializer.heNormal(), random);
        Trainer trainer = new Trainer(NETWORK, initial,
                TrainingOptions.of(Optimizer.sgd(1e-4)).batchSize(BATCH));
        assertEquals(trainer.step(inputs, new int[] {0, 1, 2}), passes.step());
        List<Passes.Result> made = passes.results(Pass.STEP);
        for (Parameters.Parameter parameter : trainer.parameters().list()) {
            assertArrayEquals(parameter.values(), made.stream()
                    .filter(result -> result.name().equals(parameter.spec().name())).findFirst()
                    .orElseThrow().values(), 0.0);
        }
    }

    @Test
    void aSeedSetsEverythingThatPassesRead() {
        LayerPasses first = convolution();
        LayerPasses second = convolution();
        first.fill(1);
        second.fill(1);
        assertSame(first.operands(), second.operands());
        second.fill(2);
        for (int i = 0; i < first.operands().size(); i++) {
            assertFalse(Arrays.equals(first.operands().get(i).values(),
                    second.operands().get(i).values()), first.operands().get(i).name());
        }
        first.fillWithWholeNumbers(1);
        for (Passes.Result operand : first.operands()) {
            assertTrue(Arrays.stream(operand.values())
                    .allMatch(value -> value == Math.rint(value) && Math.abs(value) <= 4.0));
            assertTrue(Arrays.stream(operand.values()).anyMatch(value -> value != 0.0));
        }
    }

    @Test
    void aStepOfALayerIsAllItsPasses() {
        LayerPasses whole = convolution();
        LayerPasses apart = convolution();
        whole.fill(5);
        apart.fill(5);
        whole.run(Pass.STEP);
        for (Pass pass : List.of(Pass.BACKWARD_INPUT, Pass.BACKWARD_WEIGHTS, Pass.FORWARD)) {
            apart.run(pass);
        }
        assertSame(whole.results(Pass.STEP), apart.results(Pass.STEP));
        assertEquals(4, whole.results(Pass.STEP).size());
    }

    @Test
    void workIsCountedFromShapes() {
        LayerPasses passes = convolution();
        // 4 filters on maps of 5x7, each pixel of 2 * 3 * 2 products; 3 samples.
        long flops = 2L * 3 * 4 * 5 * 7 * 2 * 3 * 2;
        assertEquals(flops, passes.work(Pass.FORWARD).flops());
        assertEquals(3 * flops, passes.work(Pass.STEP).flops());
        long values = 3 * (2 * 5 * 6 + 4 * 5 * 7);
        assertEquals(8 * (values + 48 + 4), passes.work(Pass.FORWARD).bytes());
        assertEquals(8 * (values + 48), passes.work(Pass.BACKWARD_INPUT).bytes());
        assertEquals(8 * (values + 48 + 4), passes.work(Pass.BACKWARD_WEIGHTS).bytes());
    }

    @Test
    void aLayerHasThePassesThatItHas() {
        assertEquals(List.of(Pass.values()), convolution().passes());
        assertEquals(List.of(Pass.FORWARD, Pass.BACKWARD_INPUT, Pass.STEP),
                Passes.of(new MaxPool2d(Window.of(2)), new Shape.Image(1, 4, 4), 1,
                        Execution.REFERENCE).passes());
        assertEquals("flatten has nothing to compute",
                assertThrows(IllegalArgumentException.class, () -> Passes.of(new Flatten(),
                        new Shape.Image(1, 4, 4), 1, Execution.REFERENCE)).getMessage());
    }

    @Test
    void noThreadsAreRefused() {
        assertEquals("threads 0 must be at least 1", assertThrows(IllegalArgumentException.class,
                () -> new Execution(Backend.SCALAR, Algorithm.AUTO, 0)).getMessage());
    }

    /** Benchmarks refuse to time what is wrong. */
    @Test
    void benchmarksSeeAWrongResult() {
        LayerPasses passes = Reference.agreeing(
                execution -> Passes.of(new Conv2d(2, Window.of(2)), new Shape.Image(1, 4, 4), 1,
                        execution),
                Execution.REFERENCE);
        Passes.Result right = passes.results(Pass.FORWARD).getFirst();
        for (double wrong : new double[] {Math.nextUp(right.values()[17]), Double.NaN}) {
            double[] values = right.values().clone();
            values[17] = wrong;
            AssertionError error = assertThrows(AssertionError.class, () -> Reference.require(
                    passes, Pass.FORWARD, right, new Passes.Result("output", values)));
            assertTrue(error.getMessage().startsWith("forward, output[17]: "));
        }
    }

    /** Tiles of floats are within the bound of floats, and are compared with the scalar kernels of floats. */
    @Test
    void benchmarksMeasureSinglePrecision() {
        LayerPasses passes = Reference.agreeing(
                execution -> Passes.of(new Conv2d(32, Window.of(3).padding(1)),
                        new Shape.Image(32, 12, 12), 2, execution),
                new Execution(Backend.VECTOR, Algorithm.AUTO, Precision.SINGLE, 1));
        assertEquals("winograd-4x4", passes.algorithm());
        assertEquals(Precision.SINGLE, passes.execution().precision());
    }
}
