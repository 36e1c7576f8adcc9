package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.measure.Execution;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.bench.CopySpeeds;
import org.lanewise.cli.bench.Environment;
import org.lanewise.cli.bench.FakeClock;
import org.lanewise.cli.bench.JvmClock;
import org.lanewise.cli.bench.Peaks.Range;
import org.lanewise.cli.bench.Problem;
import org.lanewise.cli.bench.Profile;
import org.lanewise.cli.bench.ProfileReport;
import org.lanewise.cli.bench.Timing;
import org.lanewise.cli.format.Json;
import org.lanewise.measure.Part;
import org.lanewise.measure.Work;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Network;
import org.lanewise.spec.Precision;

/** Where the time of a step goes: every part once, and figures that add up. */
class ProfileCommandTest {
    private static final Environment ABACUS = new Environment(Precision.DOUBLE,
            new TreeMap<>(Map.of(1, Range.of(40.0))), CopySpeeds.NONE, Optional.empty(),
            "25", "Abacus", 256);

    @TempDir
    Path folder;

    private static JsonNode json(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.code(), run.err());
        return Json.parse("out", run.out().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void thePartsAddUp() {
        JsonNode root = json("profile", "--network", "digits", "--batch-size", 4, "--seconds",
                0.01, "--backend", "scalar", "--json");
        JsonNode profile = root.get("profiles").get(0);
        assertEquals("scalar", profile.get("backend").textValue());
        assertEquals(4, profile.get("batch").intValue());
        double peak = root.get("environment").get("fma_peak_gflops").get("1").doubleValue();
        double nanos = 0.0;
        double shares = 0.0;
        double flops = 0.0;
        long moved = 0;
        long minimum = 0;
        for (JsonNode part : profile.get("parts")) {
            double median = part.get("median_ns").doubleValue();
            double gflops = part.get("gflops").doubleValue();
            assertTrue(median > 0.0);
            assertEquals(gflops / peak, part.get("fraction_of_peak").doubleValue(), 1e-9);
            assertEquals(part.get("bytes_moved").longValue() / median,
                    part.get("gb_per_s").doubleValue(), 1e-9);
            moved += part.get("bytes_moved").longValue();
            minimum += part.get("bytes_minimum").longValue();
            assertFalse(part.has("speed_up"), "there is nothing to compare with");
            nanos += median;
            shares += part.get("share").doubleValue();
            flops += gflops * median;
        }
        assertEquals(1.0, shares, 1e-9);
        for (String whole : List.of("parts_together", "step")) {
            assertEquals(moved, profile.get(whole).get("bytes_moved").longValue());
            assertEquals(minimum, profile.get(whole).get("bytes_minimum").longValue());
        }
        assertTrue(minimum < moved, minimum + " of " + moved);
        JsonNode together = profile.get("parts_together");
        assertEquals(nanos, together.get("median_ns").doubleValue(), 1e-6 * nanos);
        assertEquals(flops, together.get("gflops").doubleValue() * nanos, 1e-6 * flops);
        assertTrue(profile.get("step").get("median_ns").doubleValue() > 0.0);
    }

    @Test
    void aSuitesNetworksAndLayersAreProfiled() {
        CommandLineRun run = CommandLineRun.of("profile", "--suite", "awkward", "--problems",
                "1x1", "--backend", "scalar", "--seconds", 0);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("awkward 1x1 image: 5x1x1 -> 7x1x1, 1 layers"), run.out());
        assertTrue(run.out().contains("\n    0 conv2d      backward_weights  direct "), run.out());
        assertTrue(run.out().contains("\n  all             step "), run.out());
    }

    @Test
    void printsTheScalarTimeOfOtherKernels() {
        Problem.Whole problem = new Problem.Whole("net", 2,
                Network.input(1, 6, 6).conv2d(3, 3).flatten().linear(4).softmaxCrossEntropy());
        Profile profile = Profile.of(problem, Execution.REFERENCE, 0.0, new JvmClock());
        ProfileReport report = new ProfileReport(ABACUS, profile, Optional.of(profile));
        assertSpeedUps(report.json());
        for (JsonNode part : report.json().get("parts")) {
            assertEquals(1.0, part.get("speed_up").doubleValue());
        }
        assertSpeedUps(json("profile", "--network", "digits", "--batch-size", 4, "--seconds", 0,
                "--backend", "vector", "--json").get("profiles").get(0));
        StringWriter out = new StringWriter();
        report.print(new PrintWriter(out));
        assertTrue(out.toString().contains("scalar ms  speed-up\n"), out.toString());
        assertEquals(out.toString().lines().filter(line -> line.contains("direct")).count(),
                out.toString().lines().filter(line -> line.contains("direct")
                        && line.endsWith(" 1.00")).count());
    }

    /** Forward and backward of a convolution in one row; nanoseconds are bytes of a GB/s. */
    @Test
    void printsTheBytesOfLayers() {
        Network network = Network.input(1, 6, 6).conv2d(3, 3).flatten().linear(4)
                .softmaxCrossEntropy();
        List<Profile.TimedPart> parts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Optional<LayerDescription> layer = i == 1
                    ? Optional.empty()
                    : Optional.of(network.describe().get(i == 2 ? 2 : 0));
            parts.add(new Profile.TimedPart(new Part(layer, i == 1 ? "reorder" : "forward",
                    new Work(0, 2_000_000L << i), 1_500_000L << i, "direct", List.of(),
                    () -> {
                    }), 1e6));
        }
        String out = printed(new ProfileReport(ABACUS, new Profile(
                new Problem.Whole("net", 2, network), Execution.REFERENCE, parts,
                new Timing(4e6, 4e6, true)), Optional.empty()));
        assertEquals("""
                layer type                 MB moved     minimum        more     GB/s
                    0 conv2d                 18.000      13.500       4.500     9.00
                      reorder                 4.000       3.000       1.000     4.00
                    2 linear                  8.000       6.000       2.000     8.00
                  all                        30.000      22.500       7.500     7.50

                """, out.substring(out.lastIndexOf("layer")));
    }

    /** A part, its own in the profile of the scalar kernels and the parts of fused layers, and its nanoseconds. */
    private static Profile.TimedPart timed(LayerDescription layer, String pass, double nanos,
            String... unfused) {
        List<Part.Unfused> list = new ArrayList<>();
        for (String one : unfused) {
            String[] words = one.split(" ");
            list.add(new Part.Unfused(Integer.parseInt(words[0]), words[1]));
        }
        return new Profile.TimedPart(
                new Part(Optional.of(layer), pass, Work.NONE, 0, "direct", list,
                        () -> {
                        }),
                nanos);
    }

    /** A convolution with a ReLU and a pooling: seven scalar parts become four. */
    @Test
    void fusedLayersAreComparedWithAllTheirScalarTimes() {
        Network network = Network.input(1, 6, 6).conv2d(3, 3).relu().maxPool2d(2).flatten()
                .linear(4).softmaxCrossEntropy();
        List<LayerDescription> layers = network.describe();
        Problem.Whole problem = new Problem.Whole("net", 2, network);
        Profile scalar = new Profile(problem, Execution.REFERENCE, List.of(
                timed(layers.get(0), "forward", 3000000), timed(layers.get(1), "forward", 500000),
                timed(layers.get(2), "forward", 700000),
                timed(layers.get(2), "backward_input", 1100000),
                timed(layers.get(1), "backward_input", 1300000),
                timed(layers.get(0), "backward_weights", 5000000),
                timed(layers.get(0), "backward_input", 9000000)),
                new Timing(20600000, 20600000, true));
        Profile vector = new Profile(problem, Execution.REFERENCE, List.of(
                timed(layers.get(0), "forward", 1000000, "0 forward", "1 forward", "2 forward"),
                timed(layers.get(3), "forward", 100000, "3 forward"),
                timed(layers.get(0), "backward_weights", 2000000, "0 backward_weights",
                        "1 backward_input", "2 backward_input"),
                timed(layers.get(0), "backward_input", 3000000, "0 backward_input")),
                new Timing(6100000, 6100000, true));
        ProfileReport report = new ProfileReport(ABACUS, vector, Optional.of(scalar));
        JsonNode parts = report.json().get("parts");
        assertEquals(4.2e6, parts.get(0).get("scalar_ns").doubleValue());
        assertEquals(4.2, parts.get(0).get("speed_up").doubleValue(), 1e-12);
        assertTrue(parts.get(1).get("speed_up").isNull());
        assertEquals(3.7, parts.get(2).get("speed_up").doubleValue(), 1e-12);
        assertEquals(3.0, parts.get(3).get("speed_up").doubleValue(), 1e-12);
        double sum = 0;
        for (JsonNode part : parts) {
            sum += part.get("scalar_ns").doubleValue();
        }
        assertEquals(report.json().get("parts_together").get("scalar_ns").doubleValue(), sum);
        String out = printed(report);
        assertTrue(out.contains("      4.2000      4.20\n"), out);
        assertTrue(out.contains("      7.4000      3.70\n"), out);
    }

    private static void assertSpeedUps(JsonNode profile) {
        for (JsonNode part : profile.get("parts")) {
            if (part.get("pass").textValue().equals("reorder")
                    || part.get("type").asText().equals("flatten")) {
                // Scalar kernels need no other layout.
                assertTrue(part.get("scalar_ns").isNull(), part.toString());
                continue;
            }
            double nanos = part.get("median_ns").doubleValue();
            double scalar = part.get("scalar_ns").doubleValue();
            assertTrue(scalar > 0.0, part.toString());
            assertEquals(scalar / nanos, part.get("speed_up").doubleValue(),
                    1e-9 * scalar / nanos);
        }
        assertTrue(profile.get("step").get("speed_up").doubleValue() > 0.0);
    }

    @Test
    void everyPartIsAnEventOfFlightRecorder() throws Exception {
        Path file = folder.resolve("profile.jfr");
        JsonNode root;
        try (Recording recording = new Recording()) {
            recording.enable("org.lanewise.Pass");
            recording.start();
            root = json("profile", "--network", "digits", "--batch-size", 2, "--seconds", 0,
                    "--backend", "scalar", "--json");
            recording.stop();
            recording.dump(file);
        }
        TreeMap<String, Integer> events = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            assertEquals("digits", event.getString("network"));
            assertEquals("scalar", event.getString("backend"));
            assertEquals("double", event.getString("precision"));
            assertEquals(1, event.getInt("threads"));
            assertTrue(event.getLong("bytes") > 0);
            events.merge(event.getInt("layer") + " " + event.getString("type") + " "
                    + event.getString("pass"), 1, Integer::sum);
        }
        assertEquals(root.get("profiles").get(0).get("parts").size(), events.size());
        assertTrue(events.containsKey("2 conv2d backward_input"), events.toString());
        assertTrue(events.containsKey("-1  update"), events.toString());
        assertTrue(events.values().stream().allMatch(count -> count == 3), events.toString());
    }

    /** A profile of one part. */
    private static Profile profile(double partNanos, double stepNanos) {
        Problem.Whole problem = new Problem.Whole("net", 2,
                Network.input(1, 6, 6).flatten().linear(4).softmaxCrossEntropy());
        Part part = new Part(Optional.empty(), "loss", Work.NONE, 0, "direct", List.of(), () -> {
        });
        return new Profile(problem, Execution.REFERENCE,
                List.of(new Profile.TimedPart(part, partNanos)),
                new Timing(stepNanos, stepNanos, true));
    }

    private static String printed(ProfileReport report) {
        StringWriter out = new StringWriter();
        report.print(new PrintWriter(out));
        return out.toString();
    }

    @Test
    void partsThatAreTheWholeStepNeedNoRemark() {
        for (double parts : new double[] {86, 100, 114}) {
            ProfileReport report = new ProfileReport(ABACUS, profile(parts, 100),
                    Optional.of(profile(100, 100)));
            assertFalse(printed(report).contains("do not trust"), printed(report));
            assertTrue(report.json().get("consistent").booleanValue());
            assertEquals(parts / 100, report.json().get("parts_over_step").doubleValue(), 1e-12);
            assertEquals(0, ProfileCommand.exitCode(true, List.of(report)));
        }
    }

    @Test
    void partsThatAreNotTheWholeStepAreSaidToBe() {
        ProfileReport report = new ProfileReport(ABACUS, profile(331, 100), Optional.empty());
        assertTrue(printed(report).contains("\nnet, scalar: the parts together take 331 % of the"
                + " whole step, which are more than 15 % apart"), printed(report));
        assertFalse(report.json().get("consistent").booleanValue());
        assertEquals(1, ProfileCommand.exitCode(true, List.of(report)));
        assertEquals(0, ProfileCommand.exitCode(false, List.of(report)));
        assertFalse(profile(84, 100).consistent(), "nor may they be less");
    }

    @Test
    void theScalarKernelsAreProfiledAlike() {
        ProfileReport report = new ProfileReport(ABACUS, profile(100, 100),
                Optional.of(profile(20, 100)));
        assertEquals(1, report.warnings().size());
        assertTrue(report.json().get("consistent").booleanValue());
        assertFalse(report.json().get("scalar_consistent").booleanValue());
        assertEquals(1, ProfileCommand.exitCode(true, List.of(report)));
    }

    /** Two parts and a step, each a script of nanoseconds that repeats its last. */
    private static Profile.Samples measure(FakeClock clock, LongUnaryOperator part) {
        LongSupplier one = () -> {
            long nanos = part.applyAsLong(clock.nanos());
            clock.advance(nanos);
            return nanos;
        };
        return new Profile.Turns(List.of(one, one), () -> {
            clock.advance(20_000_000L);
            return 20_000_000L;
        }, clock).measure(1.0);
    }

    @Test
    void partsAndWholeAreMeasuredInTurns() {
        FakeClock clock = new FakeClock();
        Profile.Samples samples = measure(clock, now -> 10_000_000L);
        assertEquals(25, samples.step().length, "a second of steps taken twice");
        assertEquals(25, samples.parts()[0].length);
        assertEquals(20e6, samples.totals()[0]);
        assertEquals(20e6, samples.totals()[1]);
        assertEquals(1_000_000_000L, clock.nanos());
    }

    @Test
    void measuresAgainUntilPartsAndWholeAgree() {
        FakeClock clock = new FakeClock();
        Profile.Samples samples = measure(clock,
                now -> now < 1_500_000_000L ? 40_000_000L : 10_000_000L);
        assertEquals(0.0, samples.distance());
        assertTrue(samples.agree());
    }

    @Test
    void givesUpWithTheNearestMeasurement() {
        FakeClock clock = new FakeClock();
        Profile.Samples samples = measure(clock,
                now -> now < 1_200_000_000L ? 20_000_000L : 40_000_000L);
        assertEquals(1.0, samples.distance());
        assertFalse(samples.agree());
        assertTrue(clock.nanos() <= 4_100_000_000L, "nanoseconds: " + clock.nanos());
    }

    @Test
    void whatIsCompiledMeanwhileDoesNotAgree() {
        FakeClock clock = new FakeClock().compilingUntil(2_500_000_000L);
        measure(clock, now -> 10_000_000L);
        assertEquals(3_000_000_000L, clock.nanos(), "the third ends after the compilation");
    }

    @Test
    void helpNamesTheRecordingFlags() {
        String help = CommandLineRun.of("profile", "--help").out();
        assertTrue(help.contains("LANEWISE_JAVA_OPTS=-XX:StartFlightRecording=filename="), help);
        assertTrue(help.replaceAll("\\s+", " ").contains("more than 15 % from the whole step."),
                help);
    }

    @Test
    void oneExecutionAtATime() {
        CommandLineRun run = CommandLineRun.of("profile", "--backend", "vector,scalar",
                "--threads", "1,2");
        assertEquals(2, run.code());
        assertTrue(
                run.err().startsWith("lanewise: one backend and one number of threads, please\n"),
                run.err());
    }

    /** Their profile would take minutes or hours. */
    @Test
    void leavesOutScalarKernelsOfLargeNetworks() {
        Network small = Network.input(1, 8, 8).conv2d(4, 3).relu().flatten().linear(10)
                .softmaxCrossEntropy();
        assertEquals("", ProfileCommand.leftOut(new Problem.Whole("small", 32, small)));
        // 2 * 64 * 64 * 9 operations of each of 56 * 56 outputs, forward and twice backward.
        Network large = Network.input(64, 58, 58).conv2d(64, 3).globalAvgPool2d().flatten()
                .linear(10).softmaxCrossEntropy();
        assertEquals("", ProfileCommand.leftOut(new Problem.Whole("large", 2, large)));
        String said = ProfileCommand.leftOut(new Problem.Whole("large", 3, large));
        assertTrue(said.startsWith("large: the scalar kernels are left out, because a step is 2.1"
                + " GFLOP, more than 2; --backend vector,scalar measures them"), said);
    }

    @Test
    void comparesWithScalarKernelsThatAreNamed() {
        JsonNode profile = json("profile", "--network", "digits", "--batch-size", 2, "--seconds",
                0.01, "--backend", "vector,scalar", "--json").get("profiles").get(0);
        assertEquals("vector", profile.get("backend").textValue());
        int compared = 0;
        for (JsonNode part : profile.get("parts")) {
            compared += part.get("speed_up").isNumber() ? 1 : 0;
        }
        assertTrue(compared > 3, profile.toString());
    }
}
