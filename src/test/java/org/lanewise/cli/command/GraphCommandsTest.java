package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.CheckpointRuns.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;

/** Every command on a network with residual blocks and a concatenation. */
class GraphCommandsTest {
    private static final String NETWORK = """
            {"input": [1, 8, 8], "layers": [
              {"type": "conv2d", "name": "stem", "out_channels": 8, "kernel_size": 3, "padding": 1},
              {"type": "relu", "name": "x"},
              {"type": "conv2d", "name": "block.conv1", "out_channels": 8, "kernel_size": 3,
               "padding": 1},
              {"type": "relu"},
              {"type": "conv2d", "name": "block.conv2", "out_channels": 8, "kernel_size": 3,
               "padding": 1},
              {"type": "add", "inputs": ["block.conv2", "x"]},
              {"type": "relu", "name": "sum"},
              {"type": "conv2d", "name": "side", "inputs": ["stem"], "out_channels": 5,
               "kernel_size": 1},
              {"type": "concat", "name": "both", "inputs": ["sum", "side"]},
              {"type": "max_pool2d", "kernel_size": 2},
              {"type": "flatten"},
              {"type": "linear", "name": "fc", "out_features": 10}
            ], "output": "fc"}
            """;

    @TempDir
    private Path folder;
    private Path network;

    @BeforeEach
    void writeNetwork() throws IOException {
        network = Files.writeString(folder.resolve("graph.json"), NETWORK);
    }

    private CommandLineRun run(Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return run;
    }

    @Test
    void describeNamesWhatEachLayerReads() {
        String out = run("describe", "--network", network, "--plan").out();
        assertTrue(out.contains("  both reads sum, side\n"), out);
        assertTrue(out.contains("\nlayer stem  conv2d  1x8x8 -> 8x8x8\n"), out);
        assertTrue(out.contains("\nlayer both  concat  8x8x8, 5x8x8 -> 13x8x8\n"), out);
        assertTrue(out.contains("\nlayer block.conv1 to 3  conv2d + relu  8x8x8 -> 8x8x8\n"),
                out);
        JsonNode side = json(run("describe", "--network", network, "--json")).get("layers").get(7);
        assertEquals("side", side.get("name").textValue());
        assertEquals("[\"stem\"]", side.get("inputs").toString());
    }

    /** Killed after the first of two epochs and resumed, as if it had never stopped. */
    @Test
    void trainResumesAndPredictReadsTheGraphFromTheWeights() throws IOException {
        Path whole = folder.resolve("whole.npz");
        Path resumed = folder.resolve("resumed.npz");
        Path checkpoints = folder.resolve("checkpoints");
        Object[] train = {"train", "--network", network, "--overwrite"};
        run(with(train, "--epochs", 2, "--save", whole));
        run(with(train, "--epochs", 1, "--save", resumed, "--checkpoint-dir", checkpoints));
        run(with(train, "--epochs", 2, "--save", resumed, "--checkpoint-dir", checkpoints,
                "--resume"));
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(resumed));
        JsonNode evaluated = json(run("evaluate", "--parameters", whole, "--json"));
        assertTrue(evaluated.get("accuracy").doubleValue() > 0.9, evaluated.toString());
        assertEquals(0, CommandLineRun.of("export", "--parameters", whole, "--save",
                folder.resolve("model.onnx")).code());
    }

    private static Object[] with(Object[] command, Object... more) {
        return Stream.of(command, more).flatMap(Stream::of)
                .toArray();
    }

    @Test
    void gradientsAreCheckedAndPassesMeasured() throws IOException {
        String gradients = run("gradient-check", "--network", network, "--batch-size", 2).out();
        assertTrue(gradients.contains("block.conv2.weight"), gradients);
        JsonNode parts = json(run("profile", "--network", network, "--batch-size", 4, "--seconds",
                0, "--json")).get("profiles").get(0).get("parts");
        assertTrue(parts.toString().contains("\"type\":\"concat\",\"pass\":\"backward_input\""),
                parts.toString());
        Path suite = Files.writeString(folder.resolve("suite.json"), """
                {"problems": [{"name": "graph", "type": "network", "batch": 4, "network": %s}]}
                """.formatted(NETWORK));
        assertTrue(run("check", "--suite", suite).out().contains("graph"));
    }
}
