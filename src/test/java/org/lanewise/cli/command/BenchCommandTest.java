package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.measure.Execution;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.bench.Bench;
import org.lanewise.cli.bench.Problem;
import org.lanewise.cli.bench.SuiteFile;
import org.lanewise.cli.format.Json;
import org.lanewise.measure.Pass;
import org.lanewise.measure.Passes;

/** Figures are produced and agree with each other; their size is not checked. */
class BenchCommandTest {
    @TempDir
    Path folder;

    private static JsonNode json(byte[] text) {
        return Json.parse("result", text);
    }

    private static List<String> fields(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void assertConsistent(JsonNode root, double flopsOfForward) {
        assertEquals(List.of("environment", "results"), fields(root));
        assertEquals(List.of("fma_peak_gflops", "precision", "jdk", "cpu", "species_bits",
                "fma_peak_smallest_gflops", "fma_peak_measurements", "copy_speeds"),
                fields(root.get("environment")));
        for (JsonNode result : root.get("results")) {
            assertEquals(List.of("problem", "pass", "threads", "backend", "precision",
                    "algorithm", "median_ns", "min_ns", "gflops", "fraction_of_peak",
                    "bytes", "gb_per_s", "fraction_of_copy",
                    "max_error_vs_scalar",
                    "above_peak", "settled", "fork_medians_ns", "fork_spread", "fork_groups"),
                    fields(result));
            assertEquals(result.get("bytes").doubleValue(),
                    result.get("gb_per_s").doubleValue() * result.get("median_ns").doubleValue(),
                    1e-3);
            assertTrue(result.get("fraction_of_copy").doubleValue() > 0.0);
            double median = result.get("median_ns").doubleValue();
            double gflops = result.get("gflops").doubleValue();
            assertTrue(result.get("min_ns").doubleValue() > 0.0);
            assertTrue(result.get("min_ns").doubleValue() <= median);
            double flops = result.get("pass").textValue().equals("step")
                    ? 3 * flopsOfForward
                    : flopsOfForward;
            assertEquals(flops, gflops * median, 1e-6 * flops);
            assertTrue(Set.of("vector", "scalar").contains(result.get("backend").textValue()));
            assertEquals("direct", result.get("algorithm").textValue());
            assertEquals(0.0, result.get("max_error_vs_scalar").doubleValue());
        }
    }

    /** 2 * 5 samples * 15 filters * 10 * 9 pixels * 15 channels * 3 * 3 taps. */
    private static final double TAIL_15 = 2.0 * 5 * 15 * 10 * 9 * 15 * 9;

    @Test
    void thisJvmMeasuresEveryPass() {
        CommandLineRun run = CommandLineRun.of("bench", "--suite", "awkward", "--problems",
                "tail 15", "--backend", "vector,scalar", "--forks", 0, "--seconds", 0.01, "--json",
                "-");
        assertEquals(0, run.code(), run.err());
        JsonNode root = json(run.out().getBytes(StandardCharsets.UTF_8));
        assertConsistent(root, TAIL_15);
        List<String> passes = new ArrayList<>();
        double peak = root.get("environment").get("fma_peak_gflops").get("1").doubleValue();
        for (JsonNode result : root.get("results")) {
            passes.add(result.get("backend").textValue() + " " + result.get("pass").textValue());
            assertEquals(result.get("gflops").doubleValue() / peak,
                    result.get("fraction_of_peak").doubleValue(), 1e-12);
        }
        assertEquals(List.of("vector forward", "vector backward_input", "vector backward_weights",
                "vector step", "scalar forward", "scalar backward_input",
                "scalar backward_weights", "scalar step"), passes);
    }

    @Test
    void forkedJvmsAreMergedIntoATableAndAFile() throws IOException {
        Path file = folder.resolve("out.json");
        CommandLineRun run = CommandLineRun.of("bench", "--suite", "awkward", "--problems",
                "tail 15", "--forks", 2, "--seconds", 0.01, "--passes", "forward,step",
                "--backend", "scalar", "--json", file);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("\nawkward tail 15 "), run.out());
        assertTrue(run.out().endsWith("\nresults written to " + file + "\n"), run.out());
        assertTrue(run.err().startsWith("2 measurements in each of 2 JVMs, about 0.1 s\n"),
                run.err());
        assertTrue(run.err().lines().skip(1).allMatch(line -> line.matches("fork [12]/2  .*")),
                run.err());
        assertTrue(run.err().contains("\nfork 1/2  done, about "), run.err());
        assertEquals(4, run.err().lines().filter(line -> line.contains("awkward tail 15"))
                .count(), run.err());
        JsonNode root = json(Files.readAllBytes(file));
        assertEquals(2, root.get("results").size());
        assertConsistent(root, TAIL_15);
        double peak = root.get("environment").get("fma_peak_gflops").get("1").doubleValue();
        for (JsonNode result : root.get("results")) {
            assertEquals(2, result.get("fork_medians_ns").size());
            assertEquals(result.get("gflops").doubleValue() / peak,
                    result.get("fraction_of_peak").doubleValue(), 1e-12);
        }
        // Before the only problem and after it, in both JVMs.
        int peaks = root.get("environment").get("fma_peak_measurements").get("1").intValue();
        assertTrue(peaks >= 4, "peaks: " + peaks);
        double smallest = root.get("environment").get("fma_peak_smallest_gflops").get("1")
                .doubleValue();
        assertTrue(smallest > 0.0 && smallest <= peak, smallest + " of " + peak);
    }

    /** Forked JVMs measure it, too, with the peak of floats, and compare with the scalar kernels of floats. */
    @Test
    void measuresSinglePrecision() throws IOException {
        Path file = folder.resolve("single.json");
        CommandLineRun run = CommandLineRun.of("bench", "--suite", "awkward", "--problems",
                "tail 15", "--quick", "--seconds", 0.01, "--precision", "single", "--json", file);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains(", peak in single precision "), run.out());
        JsonNode root = json(Files.readAllBytes(file));
        assertConsistent(root, TAIL_15);
        assertEquals("single", root.get("environment").get("precision").textValue());
        assertEquals(4, root.get("results").size());
        root.get("results").forEach(
                result -> assertEquals("single", result.get("precision").textValue()));
    }

    @Test
    void networksHaveForwardAndStep() {
        CommandLineRun run = CommandLineRun.of("bench", "--suite", "networks", "--problems",
                "^seed 3x3$", "--backend", "auto", "--forks", 0, "--seconds", 0);
        assertEquals(0, run.code(), run.err());
        assertEquals(2, run.out().lines().filter(line -> line.startsWith("seed 3x3 ")).count());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2 | --seconds NaN must be at least 0                 | --seconds NaN
            2 | --forks -1 must not be negative                  | --forks=-1
            2 | Invalid value for option '--passes'              | --passes sideways
            2 | Invalid value for option '--backend'             | --backend gpu
            1 | awkward: no problem has vgg in its name           | --problems vgg
            1 | no/out.json: there is no folder                  | --json no/out.json
            """)
    void whatCannotBeMeasuredIsRefusedAtOnce(int code, String message, String options) {
        List<String> command = new ArrayList<>(List.of("bench", "--suite", "awkward"));
        command.addAll(List.of(options.split(" ")));
        CommandLineRun run = CommandLineRun.of(command.toArray());
        assertEquals(code, run.code(), run.err());
        assertTrue(run.err().startsWith("lanewise: " + message), run.err());
        assertEquals("", run.out());
    }

    @Test
    void aSuiteMustBeNamed() {
        CommandLineRun run = CommandLineRun.of("bench");
        assertEquals(2, run.code());
        assertTrue(run.err().startsWith("lanewise: Missing required option: '--suite=FILE'\n"),
                run.err());
    }

    @Test
    void aNetworkHasNoPassesOfALayer() {
        CommandLineRun run = CommandLineRun.of("bench", "--suite", "networks", "--problems",
                "seed 3x3", "--forks", 0, "--passes", "backward_input");
        assertEquals(1, run.code());
        assertTrue(run.err().endsWith("lanewise: no problem has any of the passes"
                + " [backward_input]\n"), run.err());
    }

    @Test
    void aForkThatFailsIsAnError() throws IOException {
        Path suite = Files.writeString(folder.resolve("huge.json"), """
                {"problems": [{"name": "huge", "type": "relu", "batch": 2000000000,
                 "input": [1000]}]}""");
        CommandLineRun run = CommandLineRun.of("bench", "--suite", suite, "--forks", 1);
        assertEquals(1, run.code());
        String last = run.err().lines().reduce((first, second) -> second).orElseThrow();
        assertTrue(last.startsWith("lanewise: a forked JVM ended with exit code 1: lanewise: the"
                + " network needs 2000000000000 elements"), last);
        assertFalse(run.out().contains("huge"));
    }

    @Test
    void quickIsOneFork() {
        CommandLineRun run = CommandLineRun.of("bench", "--suite", "networks", "--problems",
                "^seed 3x3$", "--quick", "--seconds", 0, "--no-errors");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().startsWith("2 measurements in each of 1 JVMs, about 0.0 s\n"),
                run.err());
        assertTrue(run.err().contains("\nfork 1/1  done, "), run.err());
        CommandLineRun both = CommandLineRun.of("bench", "--suite", "networks", "--quick",
                "--forks", 2);
        assertEquals(2, both.code());
        assertTrue(both.err().startsWith("lanewise: --quick is --forks 1; leave one of them out"),
                both.err());
    }

    @Test
    void fiveForksAreTheDefault() {
        assertTrue(CommandLineRun.of("bench", "--help").out()
                .replaceAll("\\s+", " ").contains("0 measures in this one (default: 5)"));
    }

    /** The estimate of the time counts passes without allocating memory. */
    @Test
    void problemsNameThePassesThatTheyHave() throws IOException {
        List<Problem> problems = new ArrayList<>(SuiteFile.read("awkward"));
        problems.addAll(SuiteFile.read("networks"));
        for (Problem problem : problems) {
            try (Passes passes = problem.passes(Execution.REFERENCE)) {
                assertEquals(passes.passes(), problem.passes(), problem.name());
            }
        }
        Bench bench = new Bench(SuiteFile.read("networks"), List.of(Execution.REFERENCE),
                Set.of(Pass.STEP, Pass.BACKWARD_INPUT), 0.0, line -> {
                });
        assertEquals(SuiteFile.read("networks").size(), bench.measurements());
    }
}
