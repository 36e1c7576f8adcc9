package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.measure.Execution;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.NetworkCheck;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.bench.Check;
import org.lanewise.cli.bench.Checker;
import org.lanewise.cli.bench.Problem;
import org.lanewise.cli.bench.RandomProblems;
import org.lanewise.cli.format.Json;
import org.lanewise.io.NetworkJson;
import org.lanewise.measure.Passes;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;
import picocli.CommandLine;

/** What is right passes, and nothing wrong does. */
class CheckCommandTest {
    private static final Execution VECTOR = new Execution(Backend.VECTOR, Algorithm.AUTO, 1);
    private static final Problem.OneLayer SMALL = new Problem.OneLayer("small", 2,
            new Shape.Image(3, 5, 4), new Conv2d(4, Window.of(2)));

    @TempDir
    Path folder;

    /** Puts something else in the place of the last element of one array. */
    private static UnaryOperator<Passes.Result> wrong(String array, DoubleUnaryOperator change) {
        return result -> {
            double[] values = result.values().clone();
            if (result.name().equals(array)) {
                int last = values.length - 1;
                values[last] = change.applyAsDouble(values[last]);
            }
            return new Passes.Result(result.name(), values);
        };
    }

    private static CommandLineRun run(UnaryOperator<Passes.Result> found, String... arguments) {
        return run(new CheckCommand(found, NetworkCheck::new), arguments);
    }

    private static CommandLineRun run(CheckCommand command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)).setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
        return new CommandLineRun(code, out.toString(), err.toString());
    }

    @Test
    void theScalarKernelsAgreeWithTheDefinition() {
        CommandLineRun run = CommandLineRun.of("check", "--suite", "awkward", "--backend",
                "scalar", "--seed", 4);
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().startsWith("seed 4\nPASSED   forward "), run.out());
        assertTrue(run.out().endsWith("\n40 passed, 0 failed, 0 skipped\n"), run.out());
    }

    @Test
    void checksRandomNetworks() {
        CommandLineRun run = CommandLineRun.of("check", "--networks", 20, "--seed", 3);
        assertEquals(new CommandLineRun(0, "seed 3\n20 passed, 0 failed, 0 skipped\n", run.err()),
                run);
        CommandLineRun negative = CommandLineRun.of("check", "--networks", -1);
        assertEquals(2, negative.code());
        assertTrue(negative.err().contains("--networks -1 must not be negative"), negative.err());
    }

    private static CommandLineRun brokenNetworks(Object... arguments) {
        UnaryOperator<NetworkCase> summed = drawn -> drawn.network(summed(drawn.network()));
        return run(new CheckCommand(UnaryOperator.identity(), () -> new NetworkCheck(summed)),
                Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
    }

    /** As if the mean were the sum, and the other way round. */
    private static Network summed(Network network) {
        Loss loss = network.loss();
        return network.loss(loss.reduction(loss.reduction() == Loss.Reduction.SUM
                ? Loss.Reduction.MEAN
                : Loss.Reduction.SUM));
    }

    /** The smallest network that fails is printed as a network file. */
    @Test
    void aNetworkThatFailsIsPrintedAsAFile() {
        CommandLineRun run = brokenNetworks("--networks", 30, "--seed", 3);
        assertEquals(1, run.code(), run.out());
        assertTrue(run.out().contains("\nsmallest that fails: vector, step 1: "), run.out());
        assertTrue(run.out().contains("\nwith batch size 1, steps of 1 samples, sgd("), run.out());
        String file = run.out().substring(run.out().indexOf("{\"input\""));
        Network network = NetworkJson.read(file.substring(0, file.indexOf('}', file.indexOf(
                "\"loss\"")) + 1));
        assertTrue(network.layers().size() <= 3, network::toString);
        JsonNode root = Json.parse("out", brokenNetworks("--networks", 30, "--seed", 3, "--json")
                .out().getBytes(StandardCharsets.UTF_8));
        JsonNode failures = root.get("networks").get("failures");
        assertEquals(30, root.get("networks").get("checked").intValue());
        assertEquals(root.get("failed").intValue(), failures.size());
        assertTrue(failures.get(0).get("smallest_network").has("layers"), root::toString);
    }

    @Test
    void aNetworkIsCheckedLayerByLayer() {
        CommandLineRun run = CommandLineRun.of("check", "--suite", "networks", "--problems",
                "digits", "--backend", "scalar", "--json");
        assertEquals(0, run.code(), run.err());
        JsonNode root = Json.parse("out", run.out().getBytes(StandardCharsets.UTF_8));
        assertEquals(8, root.get("passed").intValue());
        assertEquals(1, root.get("skipped").intValue());
        JsonNode first = root.get("checks").get(0);
        assertEquals("digits 8x8, layer 0", first.get("problem").textValue());
        assertEquals("the definition", first.get("against").textValue());
        assertEquals(32 * 8 * 6 * 6, first.get("elements").intValue());
        assertEquals(0.0, first.get("max_error").doubleValue());
    }

    @Test
    void randomShapesComeFromThePrintedSeed() {
        CommandLineRun run = CommandLineRun.of("check", "--random", 40, "--seed", 4294967295L);
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().endsWith("\n320 passed, 0 failed, 0 skipped\n"), run.out());
        assertTrue(run.out().contains("winograd") && run.out().contains("direct"), run.out());
        assertEquals(run, CommandLineRun.of("check", "--random", 40, "--seed", 4294967295L));
        String drawn = CommandLineRun.of("check", "--random", 1).out();
        String seed = drawn.lines().findFirst().orElseThrow().substring("seed ".length());
        assertEquals(drawn, CommandLineRun.of("check", "--random", 1, "--seed", seed).out());
        assertNotEquals(RandomProblems.of(9, 1), RandomProblems.of(9, 2));
    }

    @Test
    void randomShapesTryEveryOption() {
        List<Problem.OneLayer> shapes = RandomProblems.of(300, 1).stream()
                .map(Problem.OneLayer.class::cast).toList();
        List<Conv2d> layers = shapes.stream().map(shape -> (Conv2d) shape.layer()).toList();
        assertTrue(layers.stream().anyMatch(layer -> layer.groups() == 3));
        assertTrue(layers.stream().anyMatch(layer -> !layer.bias()));
        assertTrue(layers.stream().anyMatch(layer -> layer.outChannels() == 1));
        assertTrue(layers.stream().anyMatch(layer -> layer.outChannels() > 17));
        assertTrue(layers.stream().anyMatch(layer -> layer.window().dilation().width() == 2));
        assertTrue(layers.stream().anyMatch(
                layer -> layer.window().stride().height() > layer.window().kernel().height()));
        assertTrue(shapes.stream().anyMatch(shape -> ((Shape.Image) shape.layer()
                .output(shape.input())).map().height() == 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"output", "input gradient", "weight gradient", "bias gradient"})
    void aWrongArrayFailsThePassThatMakesItAndTheStep(String array) {
        DoubleUnaryOperator[] changes = {Math::nextUp, value -> Double.NaN, value -> value + 1.0,
                value -> Double.NEGATIVE_INFINITY};
        for (DoubleUnaryOperator change : changes) {
            for (String backend : List.of("scalar", "vector")) {
                CommandLineRun run = run(wrong(array, change), "--suite", "awkward",
                        "--problems", "primes", "--backend", backend);
                assertEquals(1, run.code(), run.out());
                assertTrue(run.out().endsWith("\n2 passed, 2 failed, 0 skipped\n"), run.out());
                assertTrue(run.out().contains("\n         " + array + "["), run.out());
            }
        }
    }

    @Test
    void aResultThatIsMissingIsSeen() {
        CommandLineRun run = run(result -> new Passes.Result(result.name(),
                new double[result.values().length]), "--suite", "awkward", "--problems", "primes",
                "--backend", "scalar");
        assertEquals(1, run.code());
        assertTrue(run.out().endsWith("\n0 passed, 4 failed, 0 skipped\n"), run.out());
    }

    /** Every array of every pass, and of a whole network's step. */
    @Test
    void comparesOtherKernelsWithTheScalarOnes() {
        Network network = Network.input(2, 6, 6).conv2d(3, 3).relu().flatten().linear(4)
                .softmaxCrossEntropy();
        for (Problem problem : List.of(SMALL, new Problem.Whole("net", 2, network))) {
            List<Check> right = new Checker(1, UnaryOperator.identity()).check(problem, VECTOR);
            assertTrue(right.stream()
                    .allMatch(check -> check.outcome() == Check.Outcome.PASSED));
            for (Passes.Result result : results(problem)) {
                List<Check> found = new Checker(1, wrong(result.name(), Math::nextUp))
                        .check(problem, VECTOR);
                assertEquals(Check.Outcome.FAILED, found.getLast().outcome(), result.name());
            }
        }
    }

    /** By bits where the algorithm is direct, by the definition on whole numbers, and else within 3e-5. */
    @ParameterizedTest
    @ValueSource(strings = {"output", "input gradient", "weight gradient", "bias gradient"})
    void checksSinglePrecision(String array) {
        String[] awkward = {"--suite", "awkward", "--problems", "primes", "--precision", "single"};
        CommandLineRun right = run(UnaryOperator.identity(), awkward);
        assertEquals(0, right.code(), right.out());
        assertTrue(right.out().contains("\nPASSED   forward           vector in single precision 1"
                + " thr direct "), right.out());
        CommandLineRun wrong = run(wrong(array, value -> Math.nextUp((float) value)), awkward);
        assertTrue(wrong.out().endsWith("\n4 passed, 4 failed, 0 skipped\n"), wrong.out());

        Problem tiles = new Problem.OneLayer("tiles", 2, new Shape.Image(32, 12, 12),
                new Conv2d(32, Window.of(3).padding(1)));
        Execution single = new Execution(Backend.VECTOR, Algorithm.AUTO, Precision.SINGLE, 1);
        List<Check> checks = new Checker(1, UnaryOperator.identity()).check(tiles, single);
        assertEquals("winograd-4x4", checks.getLast().algorithm());
        assertTrue(checks.stream().allMatch(check -> check.outcome() == Check.Outcome.PASSED));
        double largest = results(tiles, single).stream()
                .filter(result -> result.name().equals(array))
                .flatMapToDouble(result -> Arrays.stream(result.values())).map(Math::abs).max()
                .orElseThrow();
        for (double change : new double[] {1e-5, 1e-4}) {
            assertEquals(change > 3e-5 ? Check.Outcome.FAILED : Check.Outcome.PASSED,
                    new Checker(1, wrong(array, value -> value + change * largest))
                            .check(tiles, single).getLast().outcome());
        }
    }

    /** Of a network with tiles all is compared by bits without them, and its convolutions by themselves with them. */
    @Test
    void aNetworkOfTilesOfFloatsIsCheckedLayerByLayer() {
        Network network = Network.input(32, 12, 12).conv2d(32, Window.of(3).padding(1)).relu()
                .flatten().linear(4).softmaxCrossEntropy();
        List<Check> checks = new Checker(1, UnaryOperator.identity()).check(
                new Problem.Whole("net", 2, network),
                new Execution(Backend.VECTOR, Algorithm.AUTO, Precision.SINGLE, 1));
        assertEquals(List.of("net forward direct", "net step direct",
                "net, layer 0 forward winograd-4x4", "net, layer 0 backward_input winograd-4x4",
                "net, layer 0 backward_weights winograd-4x4", "net, layer 0 step winograd-4x4"),
                checks.stream().map(check -> check.problem().name() + " " + check.pass() + " "
                        + check.algorithm()).toList());
        assertTrue(checks.stream().allMatch(check -> check.outcome() == Check.Outcome.PASSED));
    }

    /** Two shapes of each window, three passes of each; what is wrong shows in the errors, too. */
    @ParameterizedTest
    @EnumSource
    void everyWindowThatTilesComputeIsChecked(Precision precision) {
        String[] tiles = {"--tiles", "2", "--seed", "1", "--precision", precision.toString()};
        CommandLineRun right = run(UnaryOperator.identity(), tiles);
        assertEquals(0, right.code(), right.out() + right.err());
        assertTrue(right.out().endsWith("\n48 passed, 0 failed, 0 skipped\n"), right.out());
        assertTrue(right.out().startsWith("seed 1\nwindow "), right.out());
        CommandLineRun wrong = run(wrong("weight gradient", value -> value + 1e6),
                Stream.concat(Stream.of("--json"), Stream.of(tiles)).toArray(String[]::new));
        assertEquals(1, wrong.code(), wrong.err());
        JsonNode root = Json.parse("out", wrong.out().getBytes(StandardCharsets.UTF_8));
        assertEquals(16, root.get("failed").intValue());
        assertEquals(16, root.get("checks").size(), "each failure with its shape");
        Map<String, Integer> shapes = new TreeMap<>();
        for (JsonNode row : root.get("tiles")) {
            String pass = row.get("pass").textValue();
            shapes.merge(row.get("window").textValue(), row.get("shapes").intValue(),
                    Integer::sum);
            double error = row.get("max_error").doubleValue();
            double least = precision == Precision.DOUBLE ? 1e-16 : 1e-7;
            assertTrue(pass.equals("backward_weights")
                    ? error > 10
                    : error > least && error < 1e5 * least, row.toString());
        }
        assertEquals("{3x3=6, 3x3 dilated=6, 5x5=6, 5x5 dilated=6, 5x5 s2=6, 7x7=6,"
                + " 7x7 dilated=6, 7x7 s2=6}", shapes.toString());
    }

    @Test
    void tilesNeedVectorKernels() {
        for (String[] wrong : List.of(new String[] {"--backend", "scalar"},
                new String[] {"--algorithm", "direct"})) {
            CommandLineRun run = run(UnaryOperator.identity(), Stream
                    .concat(Stream.of("--tiles", "2"), Stream.of(wrong)).toArray(String[]::new));
            assertEquals(2, run.code(), run.out());
            assertTrue(run.err().startsWith("--tiles 2: only vector kernels"), run.err());
        }
    }

    /** 3e-5 of the largest element for 3x3, 5e-5 for 7x7. */
    @ParameterizedTest
    @CsvSource({"3, 4e-5, FAILED", "7, 4e-5, PASSED", "7, 6e-5, FAILED"})
    void boundsOfTilesOfFloatsDependOnTheWindow(int kernel, double change, Check.Outcome outcome) {
        Problem.OneLayer tiles = new Problem.OneLayer("tiles", 1, new Shape.Image(32, 14, 14),
                new Conv2d(16, Window.of(kernel).padding(kernel / 2)));
        Execution single = new Execution(Backend.VECTOR, Algorithm.AUTO, Precision.SINGLE, 1);
        List<Check> checks = new Checker(1, result -> {
            double largest = Arrays.stream(result.values()).map(Math::abs).max().orElseThrow();
            return wrong("output", value -> value + change * largest).apply(result);
        }).tiles(tiles, single);
        assertTrue(checks.getFirst().algorithm().startsWith("winograd-"));
        assertEquals(List.of(outcome, Check.Outcome.PASSED, Check.Outcome.PASSED),
                checks.stream().map(Check::outcome).toList());
    }

    private static List<Passes.Result> results(Problem problem) {
        return results(problem, VECTOR);
    }

    private static List<Passes.Result> results(Problem problem, Execution execution) {
        Passes passes = problem.passes(execution);
        passes.fill(1);
        passes.run(passes.passes().getLast());
        return passes.results(passes.passes().getLast());
    }

    @Test
    void nothingCheckedIsNotPassed() throws Exception {
        Path suite = Files.writeString(folder.resolve("relu.json"), """
                {"problems": [{"name": "r", "type": "relu", "batch": 1, "input": [4]}]}""");
        CommandLineRun run = CommandLineRun.of("check", "--suite", suite, "--backend", "scalar");
        assertEquals(1, run.code());
        assertTrue(run.out().endsWith("\n0 passed, 0 failed, 1 skipped\n"), run.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    Missing required option: '--suite=FILE'          | --threads 1
                    --random -1 must not be negative                 | --random=-1
                    --seed -1 must be from 0 to 4294967295           | --random 1 --seed=-1
                    """)
    void whatCannotBeCheckedIsRefused(String message, String options) {
        CommandLineRun run = CommandLineRun
                .of((Object[]) ("check " + options.strip()).split(" "));
        assertEquals(2, run.code());
        assertTrue(run.err().startsWith("lanewise: " + message + "\n"), run.err());
    }
}
