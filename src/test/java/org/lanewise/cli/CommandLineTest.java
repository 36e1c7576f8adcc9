package org.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.cli.format.Json;

/** Help, exit codes and errors of every command. */
class CommandLineTest {
    private static JsonNode json(CommandLineRun run) {
        assertEquals(0, run.code(), run.err());
        return Json.parse("output", run.out().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "evaluate", "predict", "describe", "gradient-check",
            "examples", "doctor", "bench", "check", "profile", "verify", "export"})
    void everyCommandHasHelp(String command) {
        CommandLineRun run = CommandLineRun.of(command, "--help");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("Usage: lanewise " + command), run.out());
        assertTrue(run.out().contains("Exit codes:"), run.out());
        assertTrue(CommandLineRun.of("--help").out().contains("\n  " + command + " "));
    }

    static Stream<Arguments> misunderstood() {
        return Stream.of(
                Arguments.of("Unknown option: '--speed'", List.of("train", "--speed")),
                Arguments.of("Invalid value for option '--epochs': 'many' is not a double",
                        List.of("train", "--epochs", "many")),
                Arguments.of("--epochs 0 must be above 0 and at most 2147483647",
                        List.of("train", "--epochs", "0")),
                Arguments.of("--batch-size 0 must be at least 1",
                        List.of("train", "--batch-size", "0")),
                Arguments.of("seed -1 must be from 0 to 4294967295",
                        List.of("train", "--seed=-1")),
                Arguments.of("learning rate -0.1 must be finite and at least 0",
                        List.of("train", "--learning-rate=-0.1")),
                Arguments.of("learning rate NaN must be finite and at least 0",
                        List.of("train", "--learning-rate", "NaN")),
                Arguments.of("learning rate Infinity must be finite and at least 0",
                        List.of("train", "--learning-rate", "Infinity")),
                Arguments.of("momentum 1.0 must be at least 0 and below 1",
                        List.of("train", "--momentum", "1")),
                Arguments.of("beta1 1.0 must be at least 0 and below 1",
                        List.of("train", "--optimizer", "adam", "--beta1", "1")),
                Arguments.of("Nesterov needs a momentum above 0 and no dampening; found momentum"
                        + " 0.0, dampening 0.0",
                        List.of("train", "--optimizer", "sgd",
                                "--nesterov")),
                Arguments.of("optimizer adam has no --momentum; its options are --learning-rate,"
                        + " --weight-decay, --beta1, --beta2, --epsilon",
                        List.of("train", "--optimizer", "adam", "--momentum", "0.9")),
                Arguments.of("Invalid value for option '--optimizer': expected one of [SGD,"
                        + " ADAM, ADAMW, NADAM, RMSPROP, LION] (case-insensitive) but was 'lamb'",
                        List.of("train", "--optimizer", "lamb")),
                Arguments.of("schedule 'cosin' is unknown; expected one of constant, step,"
                        + " multi_step, exponential, cosine, cosine_warm_restarts, one_cycle,"
                        + " reduce_on_plateau, piecewise_linear; did you mean cosine?",
                        List.of("train", "--schedule", "cosin:t_max=3")),
                Arguments.of("gamma NaN must be finite and at least 0",
                        List.of("train", "--schedule", "step:step_size=3,gamma=NaN")),
                Arguments.of("warm_up 0 must be at least 1", List.of("train", "--warm-up", "0")),
                Arguments.of("warm_up_start 2.0 must be above 0 and at most 1",
                        List.of("train", "--warm-up", "2", "--warm-up-start", "2")),
                Arguments.of("--warm-up-start needs --warm-up",
                        List.of("train", "--warm-up-start", "0.5")),
                Arguments.of("schedule cosine: warm_up is given twice",
                        List.of("train", "--schedule", "cosine:warm_up=3", "--warm-up", "3")),
                Arguments.of("a warm-up of 91 steps is longer than the training's 90 (2 epochs of"
                        + " 45); give fewer steps or more epochs",
                        List.of("train", "--epochs", "2", "--warm-up", "91")),
                Arguments.of(
                        "a warm-up of 46 steps is longer than the training's 45 (1 epoch of 45);"
                                + " give fewer steps or more epochs",
                        List.of("train", "--epochs", "1", "--warm-up", "46")),
                Arguments.of("the schedule one_cycle:max_lr=0.1,total_steps=91,pct_start=0.3,"
                        + "div_factor=25.0,final_div_factor=10000.0,anneal_strategy=cos ends after"
                        + " 91 steps, not after the training's 90 (2 epochs of 45); leave out"
                        + " total_steps, or make them equal",
                        List.of("train", "--epochs", "2", "--schedule",
                                "one_cycle:max_lr=0.1,total_steps=91")),
                Arguments.of("the schedule one_cycle:max_lr=0.1,total_steps=1,pct_start=0.3,"
                        + "div_factor=25.0,final_div_factor=10000.0,anneal_strategy=cos,"
                        + "steps_per_epoch=45 ends after 45 steps, not after the training's 90 (2"
                        + " epochs of 45); leave out total_steps, or make them equal",
                        List.of("train", "--epochs", "2", "--schedule",
                                "one_cycle:max_lr=0.1,total_steps=1,unit=epoch")),
                Arguments.of("Invalid value for option '--threads': 'many' is neither a number nor"
                        + " auto", List.of("train", "--threads", "many")),
                Arguments.of("--save lenet.onnx: train writes .npz or .safetensors; for ONNX train"
                        + " with --save lenet.npz, then: ./lanewise export --parameters lenet.npz --save lenet.onnx",
                        List.of("train", "--save", "lenet.onnx")),
                Arguments.of("Unknown option: '--lr'; did you mean --learning-rate?",
                        List.of("train", "--lr", "0.1")),
                Arguments.of("Unknown option: '--epoch=3'; did you mean --epochs?",
                        List.of("train", "--epoch=3", "--treads", "2")),
                Arguments.of("Unknown command: 'trian'; did you mean train?", List.of("trian")),
                Arguments.of("Unknown command: 'xyzzy'\n", List.of("xyzzy")),
                Arguments.of("Unexpected argument: 'mine.csv'; did you mean --data mine.csv?\n",
                        List.of("train", "mine.csv")),
                Arguments.of("Unexpected argument: 'twice'\n", List.of("doctor", "twice")),
                Arguments.of("Unknown option: '--weights'; did you mean --parameters?\n",
                        List.of("predict", "--weights", "x.npz")),
                Arguments.of("Missing required option: '--parameters=FILE'\n",
                        List.of("predict", "--limit=3")),
                Arguments.of("--threads 0 must be at least 1", List.of("train", "--threads", "0")),
                Arguments.of("--threads 32768 must be at most 32767", List.of("evaluate",
                        "--parameters", "none.npz", "--threads", "32768")),
                Arguments.of("threads 32768 must be at most 32767", List.of("bench", "--suite",
                        "small", "--threads", "32768")),
                Arguments.of("Missing required option: '--parameters=FILE'", List.of("evaluate")),
                Arguments.of("no system is named resnet; there are softmax, mse, sigmoid, lesson",
                        List.of("examples", "resnet")),
                Arguments.of("--batch-size 0 must be at least 1",
                        List.of("evaluate", "--parameters", "x", "--batch-size", "0")),
                Arguments.of("--batch-size -1 must be at least 1",
                        List.of("gradient-check", "--batch-size=-1")),
                Arguments.of("seed -1 must be from 0 to 4294967295",
                        List.of("gradient-check", "--seed=-1")),
                Arguments.of("--limit 0 must be at least 1",
                        List.of("predict", "--parameters", "x", "--limit", "0")),
                Arguments.of("--input replaces --data and --part; give one or the other",
                        List.of("predict", "--parameters", "x", "--input", "x", "--data", "y")),
                Arguments.of("--weights says how weights begin without --init; give one or the"
                        + " other", List.of("train", "--init", "x", "--weights", "he_uniform")),
                Arguments.of("--checkpoint-every, --keep and --resume need --checkpoint-dir",
                        List.of("train", "--resume")),
                Arguments.of("--checkpoint-every 5m: expected steps as 500, or seconds as 60s, at"
                        + " least 1",
                        List.of("train", "--checkpoint-dir", "x",
                                "--checkpoint-every", "5m")),
                Arguments.of("--checkpoint-every 0s: expected steps", List.of("train",
                        "--checkpoint-dir", "x", "--checkpoint-every", "0s")),
                Arguments.of("--keep 0 must be at least 1",
                        List.of("train", "--checkpoint-dir", "x", "--keep", "0")),
                Arguments.of(
                        "--clip-norm 0.0 must be above 0; leave the option out to clip nothing",
                        List.of("train", "--clip-norm", "0")),
                Arguments.of("--patience -1 must be at least 0", List.of("train", "--patience=-1")),
                Arguments.of("Invalid value for option '--nan': expected one of [STOP, CONTINUE]",
                        List.of("train", "--nan", "ignore")),
                Arguments.of("Missing required parameter: 'CHECKPOINT'", List.of("verify")),
                Arguments.of("Invalid value for option '--save': is empty",
                        List.of("train", "--save", "")),
                Arguments.of("Invalid value for option '--checkpoint-dir': is empty",
                        List.of("train", "--checkpoint-dir", "")),
                Arguments.of("--network is empty",
                        List.of("train", "--network=")),
                Arguments.of("Invalid value for option '--data': is no path: Nul character not"
                        + " allowed", List.of("train", "--data", "a\0b")),
                Arguments.of("which command?", List.of()));
    }

    @ParameterizedTest
    @MethodSource("misunderstood")
    void aUsageErrorIsOneLineAndExits2(String message, List<String> command) {
        CommandLineRun run = CommandLineRun.of(command.toArray());
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("lanewise: " + message), run.err());
        assertEquals(2, run.err().lines().count(), run.err());
        String subcommand = CommandLineRun.of("--help").out().contains("\n  "
                + command.stream().findFirst().orElse("?") + " ") ? " " + command.getFirst() : "";
        assertTrue(run.err().endsWith("\nTry './lanewise" + subcommand + " --help'.\n"),
                run.err());
    }

    @Test
    void anErrorIsOneLineAndATraceIsShownOnRequest() {
        CommandLineRun run = CommandLineRun.of("train", "--data", Path.of("no", "such", "file"));
        assertEquals(1, run.code());
        assertEquals("", run.out());
        assertEquals("lanewise: no/such/file: no such file\n", run.err());
        CommandLineRun traced = CommandLineRun.of("train", "--data", Path.of("no/such/file"),
                "--stacktrace");
        assertEquals(1, traced.code());
        assertTrue(traced.err().contains("\tat org.lanewise"), traced.err());
    }

    /** In a folder of its own, for such a name begins with a dash only where it is no longer path. */
    @Test
    void namesMayBeginWithADash(@TempDir Path folder) throws IOException, InterruptedException {
        List<String> there = List.of("sh", "-c", "cd \"$0\"; exec \"$@\"", folder.toString());
        CommandLineRun trained = TrainingProcess.start(there, "train", "--epochs", 1, "--save",
                "-x.npz", "--history=./-h.json", "--checkpoint-dir", "-d").end();
        assertEquals(0, trained.code(), trained.err());
        for (String name : List.of("-x.npz", "-h.json", "-d")) {
            assertTrue(Files.exists(folder.resolve(name)), name);
        }
        assertEquals(0, TrainingProcess.start(there, "evaluate", "--parameters", "-x.npz").end()
                .code());
        for (List<String> words : List.of(List.of("--", "-d/best.npz"), List.of("./-d/best.npz"))) {
            Object[] verify = Stream.concat(Stream.of("verify"), words.stream()).toArray();
            assertEquals(0, TrainingProcess.start(there, verify).end().code(), words.toString());
        }
        CommandLineRun taken = TrainingProcess.start(there, "verify", "-d/best.npz").end();
        assertEquals(2, taken.code());
        assertTrue(taken.err().contains("\nDid you mean: ./-d/best.npz\n"), taken.err());
    }

    /** A JVM of its own, because this one has memory enough. */
    @Test
    void tooLittleMemoryIsOneLine() throws IOException, InterruptedException {
        String classes = System.getProperty("jdk.module.path") + File.pathSeparator
                + System.getProperty("java.class.path");
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                "-cp", classes, "org.lanewise.cli.Main", "train", "--backend", "scalar",
                "--batch-size", "200000").start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor());
        assertTrue(err.startsWith("lanewise: not enough memory: the heap may grow to 6"), err);
        assertTrue(err.contains(" and this training needs "), err);
        assertTrue(err.contains("LANEWISE_JAVA_OPTS=-Xmx"), err);
        assertEquals(1, err.lines().count(), err);
    }

    @Test
    void theVersionIsNamed() {
        assertTrue(CommandLineRun.of("--version").out().startsWith("lanewise "));
    }

    @Test
    void describeShowsShapesParametersFieldsAndMemory() {
        JsonNode root = json(CommandLineRun.of("describe", "--network", "lenet-5",
                "--backend", "scalar", "--json"));
        assertEquals(61706, root.get("parameters").intValue());
        JsonNode conv = root.get("layers").get(3);
        assertEquals("16x10x10", conv.get("output").textValue());
        assertEquals(14, conv.get("receptive_field").get(0).intValue());
        assertEquals(2, conv.get("jump").get(0).intValue());
        assertEquals(480_000, conv.get("forward_flops").intValue());
        // Outputs and their gradients, weights, bias, their gradients and velocities, as doubles.
        assertEquals((2 * 32 * 1600 + 3 * 2416) * 8, conv.get("memory_bytes").intValue());
        long layers = 0;
        for (JsonNode layer : root.get("layers")) {
            layers += layer.get("memory_bytes").longValue();
        }
        long network = 8 * (32 * 784 + 32 + 32 * 10) + 4 * 32;
        assertEquals(root.get("memory_bytes").longValue(), layers + network);
        assertTrue(CommandLineRun.of("describe").out().contains("max_pool2d"));
        assertEquals("mean", root.get("reduction").textValue());
    }

    /** The longest type of a layer is in its column as the shortest. */
    @Test
    void describeAlignsItsColumns(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("network.json"), """
                {"input": [3, 8, 8], "layers": [{"type": "relu"}, {"type": "global_avg_pool2d"},
                  {"type": "flatten"}, {"type": "linear", "out_features": 2}],
                  "reduction": "sum"}""");
        List<String> rows = CommandLineRun.of("describe", "--network", file).out().lines()
                .skip(2).limit(5).toList();
        int column = rows.getFirst().indexOf("output");
        assertTrue(rows.get(2).startsWith("1  global_avg_pool2d  3x1x1", 4), rows.get(2));
        assertEquals(List.of("3x8x8", "3x1x1", "3", "2"), rows.stream().skip(1)
                .map(row -> row.substring(column).split(" ")[0]).toList());
        assertEquals("sum", json(CommandLineRun.of("describe", "--network", file, "--json"))
                .get("reduction").textValue());
    }

    @Test
    void describePredictsTheSpeedOfANamedNumberOfThreads() {
        List<String> lines = CommandLineRun.of("describe", "--plan", "--network", "digits",
                "--threads", "1").out().lines().toList();
        int table = lines.indexOf("threads");
        assertTrue(lines.get(table + 2).matches(" +1 +\\S+ ms +1\\.00 +1\\.00 *"),
                lines.toString());
        assertTrue(lines.getLast().contains("between cores"), lines.getLast());
        JsonNode threads = json(CommandLineRun.of("describe", "--plan", "--network", "digits",
                "--threads", "3", "--json")).get("schedule").get("threads");
        assertEquals(List.of(1, 2, 3), threads.findValues("threads").stream()
                .map(JsonNode::intValue).toList());
        for (JsonNode line : threads) {
            assertTrue(line.get("step_ns").doubleValue() > 0, line.toString());
        }
        assertNull(threads.get(0).get("limit"));
        CommandLineRun most = CommandLineRun.of("describe", "--plan", "--network", "digits",
                "--threads", "1025");
        assertEquals(2, most.code());
        assertTrue(most.err().contains("at most 1024 threads"), most.err());
        assertTrue(threads.get(2).get("limit").isTextual(), threads.toString());
    }

    @Test
    void describeSaysHowEachLayerIsComputedAndWhy() {
        String[] command = {"describe", "--plan", "--network", "mnist-cnn", "--batch-size", "64",
                "--json"};
        JsonNode root = json(CommandLineRun.of((Object[]) command));
        JsonNode first = root.get("plan").get(1);
        assertEquals("[\"conv2d\",\"relu\"]", first.get("types").toString());
        assertEquals("direct", first.get("algorithm").textValue());
        assertEquals("1 -> 32 channels; tiles need multiples of 8 from 16 on",
                first.get("reason").textValue());
        assertNull(first.get("passes").get("backward_input"), "it would be the input's");
        JsonNode entrance = json(CommandLineRun.of("describe", "--plan", "--network", "lenet-5",
                "--json")).get("plan").get(0);
        assertEquals("planes, halo 2 top, 2 left, 2 bottom, 2 right",
                entrance.get("layout").textValue());
        assertEquals("line tiles: 9 factors looked up for a line of pixels",
                first.get("passes").get("forward").get("loops").textValue());
        assertEquals("line tiles: 9 weights looked up for a line of pixels",
                first.get("passes").get("backward_weights").get("loops").textValue());
        assertEquals("[{\"implementation\":\"Winograd\",\"refusal\":\"1 -> 32 channels; tiles need"
                + " multiples of 8 from 16 on\"},{\"implementation\":\"samples in lanes\","
                + "\"refusal\":\"32 outputs, which fill the lanes of a vector\"},"
                + "{\"implementation\":\"lines of pixels\","
                + "\"refusal\":null}]",
                first.get("passes").get("forward").get("candidates").toString());
        JsonNode second = root.get("plan").get(2);
        assertEquals(2, second.get("layer").intValue());
        assertEquals(4, second.get("last_layer").intValue());
        assertTrue(second.get("algorithm").textValue().startsWith("winograd"));
        assertEquals("3x3, stride 1, 32 -> 64 channels, 64 images of 24x24",
                second.get("reason").textValue());
        assertEquals("[\"conv2d\",\"relu\",\"max_pool2d\"]", second.get("types").toString());
        assertEquals("channels last", second.get("layout").textValue());
        assertEquals(64L * 2 * 9 * 32 * 64 * 24 * 24,
                second.get("passes").get("backward_input").get("flops").longValue());
        long bytes = 0;
        for (JsonNode use : root.get("memory")) {
            bytes += use.get("bytes").longValue();
        }
        assertEquals(root.get("memory_bytes").longValue(), bytes);

        command[6] = "--algorithm=direct";
        String direct = CommandLineRun.of((Object[]) command).out();
        assertTrue(direct.contains("\n    direct            the direct algorithm was requested\n"),
                direct);
        assertTrue(direct.contains("\n      not by Winograd: the direct algorithm was requested\n"
                + "      not by samples in lanes: 64 outputs, which fill the lanes of a vector\n"
                + "      not by lines of pixels: the pixels of a line are not adjacent\n"
                + "      not by channels in lanes: one group\n"
                + "      by rows of pixels\n"), direct);
        assertFalse(direct.contains("by Winograd\n"), direct);
        assertTrue(direct.contains("\n    backward_input    left out: nothing before it"), direct);
        command[6] = "--backend=scalar";
        String scalar = CommandLineRun.of((Object[]) command).out();
        assertTrue(scalar.contains("\n    direct            the scalar kernels were requested\n"),
                scalar);
        assertTrue(scalar.contains("\nlayer 5  flatten  64x12x12 -> 9216\n    output       "
                + "     the same array\n"), scalar);
    }

    @Test
    void doctorSaysWhatRunsAndWhy() {
        JsonNode root = json(CommandLineRun.of("doctor", "--json"));
        assertEquals("vector", root.get("backend").textValue());
        assertTrue(root.get("vector_module").booleanValue());
        assertTrue(root.get("vector_bits").intValue() >= 128);
        assertFalse(root.get("reason").textValue().isBlank());
        assertTrue(CommandLineRun.of("doctor").out().contains("\nbackend         vector: "));
    }

    @Test
    void examplesMeetEveryPublishedFigure() {
        CommandLineRun run = CommandLineRun.of("examples");
        assertEquals(0, run.code());
        assertTrue(run.out().endsWith("\n75 of 75 published figures met\n"), run.out());
        assertFalse(run.out().contains("MISSED"));
        assertEquals(12, json(CommandLineRun.of("examples", "softmax", "--json")).get("of")
                .intValue());
    }

    @Test
    void gradientsAreCheckedOnANetworkFile() {
        JsonNode root = json(CommandLineRun.of("gradient-check", "--json"));
        assertTrue(root.get("passed").booleanValue());
        assertEquals(7, root.get("gradients").size());
        assertEquals(root, json(CommandLineRun.of("gradient-check", "--json", "--threads", 3)));
        CommandLineRun strict = CommandLineRun.of("gradient-check", "--tolerance", "0");
        assertEquals(1, strict.code());
        assertTrue(strict.out().contains("above 0.0"), strict.out());
    }
}
