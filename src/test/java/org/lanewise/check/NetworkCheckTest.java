package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** Whole random networks: every plan of one gives the bits of the scalar reference. */
class NetworkCheckTest {
    private static final long SEED = 20261129;
    /** Fewer where the same is run again on narrower vectors. */
    private static final int NETWORKS = Integer.getInteger("lanewise.networks", 2000);

    /** Checks tiny networks, which even interpreted code computes soon; what a forked JVM runs. */
    public static void main(String[] arguments) {
        List<NetworkCase> tiny = RandomNetworks.of(200, SEED).stream()
                .filter(drawn -> drawn.flops() < 10_000).toList();
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
        String out = forked("-Xint");
        assertTrue(out.matches("[1-9]\\d+ networks, failures: \\[\\]"), out);
    }

    private static String forked(String flag) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), flag,
                "--add-modules", "jdk.incubator.vector", "-cp",
                String.join(java.io.File.pathSeparator, "target/classes", "target/test-classes"),
                NetworkCheckTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.strip();
    }

    /** As if the kernels of pooling layers were asked to apply a ReLU and did not. */
    private static Network withoutReluBehindPooling(Network network) {
        List<Layer> layers = new ArrayList<>(network.layers());
        for (int i = 1; i < layers.size(); i++) {
            Layer before = layers.get(i - 1);
            if (layers.get(i).equals(new Activation(Activation.Function.RELU))
                    && (before instanceof MaxPool2d || before instanceof AvgPool2d)) {
                // An average of one pixel changes nothing, and keeps the numbers of the layers.
                layers.set(i, new AvgPool2d(Window.of(1), true));
            }
        }
        return new Network(network.input(), layers, network.loss());
    }

    /** The mistake is found among random networks, and shrunk to what it needs. */
    @Test
    void findsAndShrinksADroppedRelu() {
        List<NetworkFailure> failures = new ArrayList<>();
        try (NetworkCheck check = new NetworkCheck(NetworkCheckTest::withoutReluBehindPooling)) {
            for (NetworkCase drawn : RandomNetworks.of(60, SEED)) {
                check.check(drawn).ifPresent(failures::add);
            }
        }
        assertFalse(failures.isEmpty(), "seed " + SEED);
        for (NetworkFailure failure : failures) {
            NetworkCase smallest = failure.smallest();
            String shrunk = String.join("\n", failure.lines());
            assertTrue(smallest.network().layers().size() <= 3, shrunk);
            assertEquals(new Shape.Image(1, 1, 1), smallest.network().input(), shrunk);
            assertEquals(List.of(1), smallest.batches(), shrunk);
            assertEquals(Double.POSITIVE_INFINITY, smallest.gradientNorm(), shrunk);
            assertTrue(failure.smallestReason().startsWith("vector"), shrunk);
            assertTrue(shrunk.contains("\"type\": \"relu\""), shrunk);
        }
    }

    /** A kernel that fails is a failure of the network, whatever it throws. */
    @Test
    void reportsExceptions() {
        UnaryOperator<Network> broken = network -> {
            throw new ArrayIndexOutOfBoundsException("Index 7 out of bounds for length 7");
        };
        try (NetworkCheck check = new NetworkCheck(broken)) {
            String reason = check.failure(RandomNetworks.of(1, SEED).getFirst()).orElseThrow();
            assertTrue(reason.startsWith("java.lang.ArrayIndexOutOfBoundsException: Index 7 out"
                    + " of bounds for length 7 at ["), reason);
        }
    }

    /** Other weights by a wrong optimizer step, seen from the second step on. */
    @Test
    void comparesParametersAfterEveryStep() {
        NetworkCase drawn = new NetworkCase("one layer", Network.input(3).linear(2)
                .meanSquaredError(), 2, List.of(2, 1), Optimizer.sgd(0.1).momentum(0.9),
                Double.POSITIVE_INFINITY, SEED);
        UnaryOperator<Network> summed = network -> network
                .loss(new org.lanewise.spec.Loss.MeanSquaredError(
                        org.lanewise.spec.Loss.Reduction.SUM));
        try (NetworkCheck check = new NetworkCheck();
                NetworkCheck other = new NetworkCheck(summed)) {
            assertEquals("", check.failure(drawn).orElse(""));
            String reason = other.failure(drawn).orElseThrow();
            assertTrue(reason.startsWith("vector, step 1: loss[0]: expected "), reason);
            assertEquals(new Linear(2), drawn.network().layers().getFirst());
        }
    }
}
