package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Window;

/** Whole random networks: every plan of one gives the bits of the scalar reference. */
class NetworkCheckTest {
    private static final long SEED = 20261129;
    /** Fewer where the same is run again on narrower vectors. */
    private static final int NETWORKS = Integer.getInteger("lanewise.networks", 4000);

    /** Checks networks of some operations at most; what a forked JVM runs. */
    public static void main(String[] arguments) {
        long flops = Long.parseLong(arguments[0]);
        List<NetworkCase> tiny = RandomNetworks.of(200, SEED).stream()
                .filter(drawn -> drawn.flops() < flops).toList();
        System.out.println(tiny.size() + " networks, failures: " + failures(tiny));
    }

    private static List<String> failures(List<NetworkCase> networks) {
        List<String> failures = new ArrayList<>();
        try (NetworkCheck check = new NetworkCheck()) {
            for (NetworkCase drawn : networks) {
                check.check(drawn).ifPresent(failure -> failures.addAll(failure.lines()));
            }
        }
        return failures;
    }

    @Test
    void everyPlanGivesTheBitsOfTheReference() {
        List<String> failures = failures(RandomNetworks.of(NETWORKS, SEED));
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    }

    @Test
    void interpretedPlansGiveTheBitsOfTheReference() throws Exception {
        // Interpreted code takes its time.
        String out = forked(10_000, "-Xint", "--add-modules", "jdk.incubator.vector");
        assertTrue(out.matches("[1-9]\\d+ networks, failures: \\[\\]"), out);
    }

    @Test
    void withoutTheVectorModuleEveryPlanGivesTheBitsOfTheReference() throws Exception {
        String out = forked(Long.MAX_VALUE);
        assertEquals("200 networks, failures: []", out);
    }

    /** Processors without fused multiply-adds round twice, in every kernel alike. */
    @Test
    void withoutFusedMultiplyAddsEveryPlanGivesTheBitsOfTheReference() throws Exception {
        String out = forked(Long.MAX_VALUE, "-XX:-UseFMA", "--add-modules",
                "jdk.incubator.vector");
        assertEquals("200 networks, failures: []", out);
    }

    private static String forked(long flops, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp",
                String.join(java.io.File.pathSeparator, "target/classes", "target/test-classes"),
                NetworkCheckTest.class.getName(), String.valueOf(flops)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.strip();
    }

    /** Simulates kernels of pooling layers that should apply a ReLU and do not. */
    private static NetworkCase withoutReluBehindPooling(NetworkCase drawn) {
        Network network = drawn.network();
        List<Node> nodes = new ArrayList<>();
        for (LayerDescription layer : network.describe()) {
            Layer before = layer.source() < 0 ? null : network.layers().get(layer.source());
            boolean dropped = layer.layer().equals(new Activation(Activation.Function.RELU))
                    && (before instanceof MaxPool2d || before instanceof AvgPool2d);
            // An average of one pixel changes nothing, and keeps the names of the layers.
            nodes.add(dropped
                    ? new Node(layer.name(), new AvgPool2d(Window.of(1), true),
                            layer.node().inputs())
                    : layer.node());
        }
        return drawn.network(new Network(network.input(), nodes, network.outputNode(),
                network.loss()));
    }

    /** The mistake is found among random networks, and shrunk to what it needs. */
    @Test
    void findsAndShrinksADroppedRelu() {
        List<NetworkFailure> failures = new ArrayList<>();
        try (NetworkCheck check = new NetworkCheck(NetworkCheckTest::withoutReluBehindPooling)) {
            for (NetworkCase drawn : RandomNetworks.of(120, SEED)) {
                check.check(drawn).ifPresent(failures::add);
            }
        }
        assertFalse(failures.isEmpty(), "seed " + SEED);
        for (NetworkFailure failure : failures) {
            NetworkCase smallest = failure.smallest();
            String shrunk = String.join("\n", failure.lines());
            // A pooling, its ReLU and a layer that learns; in a graph also what joins two branches.
            // A linear layer, or a loss of classes, needs a flatten layer before it.
            int most = smallest.network().isChain() ? 3 : 4;
            assertTrue(smallest.network().layers().stream()
                    .filter(layer -> !(layer instanceof Flatten)).count() <= most, shrunk);
            // One element may be positive, so that its ReLU changes nothing.
            assertTrue(smallest.network().input().size() <= 4, shrunk);
            // A single value cannot be normalized.
            boolean normalizes = shrunk.contains("\"type\": \"batch_norm\"");
            assertEquals(List.of(normalizes ? 2 : 1), smallest.batches(), shrunk);
            assertEquals(Double.POSITIVE_INFINITY, smallest.gradientNorm(), shrunk);
            assertTrue(failure.smallestReason().startsWith("vector"), shrunk);
            assertTrue(shrunk.contains("\"type\": \"relu\""), shrunk);
        }
    }

    /** A kernel that fails is a failure of the network, whatever it throws. */
    @Test
    void reportsExceptions() {
        UnaryOperator<NetworkCase> broken = drawn -> {
            throw new ArrayIndexOutOfBoundsException("Index 7 out of bounds for length 7");
        };
        try (NetworkCheck check = new NetworkCheck(broken)) {
            String reason = check.failure(RandomNetworks.of(1, SEED).getFirst()).orElseThrow();
            assertTrue(reason.startsWith("java.lang.ArrayIndexOutOfBoundsException: Index 7 out"
                    + " of bounds for length 7 at ["), reason);
        }
    }

    /** A wrong update shows in the parameters of the first step, before it shows in a loss. */
    @Test
    void comparesParametersAfterEveryStep() {
        NetworkCase drawn = new NetworkCase("one layer", Network.input(3).linear(2)
                .meanSquaredError(), 2, List.of(2, 1), Optimizer.sgd(0.1).momentum(0.9),
                Double.POSITIVE_INFINITY, Precision.DOUBLE, SEED);
        try (NetworkCheck check = new NetworkCheck();
                NetworkCheck faster = new NetworkCheck(
                        one -> one.optimizer(Optimizer.sgd(0.2).momentum(0.9),
                                Double.POSITIVE_INFINITY));
                NetworkCheck forgetful = new NetworkCheck(
                        one -> one.optimizer(Optimizer.sgd(0.1), Double.POSITIVE_INFINITY))) {
            assertEquals("", check.failure(drawn).orElse(""));
            String first = faster.failure(drawn).orElseThrow();
            assertTrue(first.startsWith("vector, step 1: 0.weight[0]: expected "), first);
            String second = forgetful.failure(drawn).orElseThrow();
            assertTrue(second.startsWith("vector, step 2: 0.weight[0]: expected "), second);
        }
    }

    /** Each array of a Winograd pass, changed by a little more than the bound. */
    @ParameterizedTest
    @CsvSource({"1.weight, DOUBLE", "1.bias, DOUBLE", "1.weight, SINGLE", "1.bias, SINGLE"})
    void comparesTheGradientsOfWinogradPasses(String parameter, Precision precision) {
        NetworkCase drawn = tiled().precision(precision);
        TrainingRun run = new TrainingRun(drawn, CaseData.of(drawn),
                PlanOptions.of(Purpose.TRAIN, Kernels.ANY, 2).precision(precision), Team.alone());
        run.computeGradients(0);
        assertEquals("direct+winograd-4x4", run.plan().algorithm());
        assertEquals("", new PassCheck(run.plan(), 2).failure().orElse(""));
        Elements gradient = run.plan().parameters().stream()
                .filter(one -> one.spec().name().equals(parameter)).findFirst().orElseThrow()
                .gradient();
        int last = gradient.length() - 1;
        gradient.set(last, gradient.get(last) + 2 * Agreement.reordered(precision)
                * Arrays.stream(gradient.copy()).map(Math::abs).max().orElseThrow());
        String failure = new PassCheck(run.plan(), 2).failure().orElseThrow();
        assertTrue(failure.startsWith("layer 1 (conv2d), " + parameter + " gradient[" + last
                + "]: expected "), failure);
    }

    /** A pass is compared with the parameters that it read: other ones give other results. */
    @Test
    void comparesTheOutputsOfWinogradPasses() {
        NetworkCase drawn = tiled();
        TrainingRun run = new TrainingRun(drawn, CaseData.of(drawn),
                PlanOptions.of(Purpose.TRAIN, Kernels.ANY, 2), Team.alone());
        run.computeGradients(0);
        run.finish(0);
        String failure = new PassCheck(run.plan(), 2).failure().orElseThrow();
        assertTrue(failure.startsWith("layer 0 (conv2d), output[0]: expected "), failure);
    }

    private static NetworkCase tiled() {
        return new NetworkCase("tiles", Network.input(32, 12, 12)
                .conv2d(32, Window.of(3).padding(1)).conv2d(32, Window.of(3).padding(1)).relu()
                .maxPool2d(4).flatten().linear(2).meanSquaredError(), 2, List.of(2),
                Optimizer.sgd(0.1), Double.POSITIVE_INFINITY, Precision.DOUBLE, SEED);
    }
}
