package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.CheckpointRuns.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Parameters;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.BatchNorm;

/** Batch normalization that commands fold into weights, or do not. */
class FoldCommandsTest {
    @TempDir
    private Path folder;

    private static CommandLineRun run(Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return run;
    }

    private static double loss(CommandLineRun run) throws IOException {
        return Json.parse("result", run.out().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .get("loss").doubleValue();
    }

    /** Biases and means that are large and equal cancel: exactly where they are folded, and to 9 digits elsewhere. */
    @Test
    void evaluateFoldsUnlessNoFoldIsGiven() throws IOException {
        Exports exports = new Exports(folder);
        Path network = exports.networkFile("{'input':[1,8,8],'layers':[{'type':'conv2d',"
                + "'name':'stem','out_channels':9,'kernel_size':3},{'type':'batch_norm'},"
                + "{'type':'relu'},{'type':'flatten'},{'type':'linear','out_features':10}]}");
        Parameters parameters = Exports.random(NetworkFile.read(network.toString()));
        Arrays.fill(parameters.values("stem.bias"), 1e7);
        Arrays.fill(parameters.values("1." + BatchNorm.RUNNING_MEAN), 1e7);
        Path file = folder.resolve("parameters.npz");
        ParameterFile.write(parameters, file);
        double folded = loss(run("evaluate", "--network", network, "--parameters", file,
                "--json"));
        double unfolded = loss(run("evaluate", "--network", network, "--parameters", file,
                "--json", "--no-fold"));
        assertNotEquals(unfolded, folded);
        assertEquals(unfolded, folded, 1e-7 * unfolded);
        String plan = run("describe", "--network", network, "--plan").out();
        assertTrue(plan.contains("inference folds it into the weights of layer stem (conv2d)"),
                plan);
    }

    /** A convolution by tiles with all that follows it, and a linear layer with a normalization. */
    private Path chain() throws IOException {
        return new Exports(folder).networkFile("{'input':[16,12,12],'layers':[{'type':'conv2d',"
                + "'name':'stem','out_channels':16,'kernel_size':3,'padding':1},"
                + "{'type':'batch_norm'},{'type':'max_pool2d','kernel_size':2},{'type':'relu'},"
                + "{'type':'flatten'},{'type':'linear','out_features':3},{'type':'batch_norm'},"
                + "{'type':'tanh'}]}");
    }

    @Test
    void describeSaysHowInferenceComputes() throws IOException {
        Path network = chain();
        String out = run("describe", "--network", network, "--plan", "--inference").out();
        assertTrue(out.contains("\nlayer stem to 3  conv2d + batch_norm + max_pool2d + relu "
                + " 16x12x12 -> 16x6x6\n"), out);
        assertTrue(out.contains("\nlayer 5 to 6  linear + batch_norm  576 -> 3\n"), out);
        assertTrue(out.contains("\nlayer 7  tanh  3 -> 3\n"), out);
        assertFalse(out.contains("backward"), out);
        assertFalse(out.contains("gradient"), out);
        assertTrue(out.contains("\nMemory is that of inference with batches of 32; all of it"),
                out);
        assertTrue(out.endsWith("memory is that of the whole inference.\n"), out);

        String unfolded = run("describe", "--network", network, "--plan", "--inference",
                "--no-fold").out();
        assertTrue(unfolded.contains("\nlayer stem  conv2d  16x12x12 -> 16x12x12\n"), unfolded);
        assertTrue(unfolded.contains("\nlayer 6 and 7  batch_norm + tanh  3 -> 3\n")
                || unfolded.contains("\nlayer 6 to 7  batch_norm + tanh  3 -> 3\n"), unfolded);
        assertFalse(unfolded.contains("inference folds it"), unfolded);

        JsonNode json = json(run("describe", "--network", network, "--plan", "--inference",
                "--json"));
        JsonNode stem = json.get("plan").get(1);
        assertEquals("[\"conv2d\",\"batch_norm\",\"max_pool2d\",\"relu\"]",
                stem.get("types").toString());
        // All but the normalization's, of which nothing is left.
        long flops = 0;
        for (int layer : new int[] {0, 2, 3}) {
            flops += 32 * json.get("layers").get(layer).get("forward_flops").longValue();
        }
        assertEquals(flops, stem.get("passes").get("forward").get("flops").longValue());
        assertFalse(stem.get("passes").has("backward_weights"));
        long bytes = 0;
        for (JsonNode use : json.get("memory")) {
            assertFalse(use.get("kind").textValue().contains("gradient"), use.toString());
            bytes += use.get("bytes").longValue();
        }
        assertEquals(bytes, json.get("memory_bytes").longValue());
    }

    @Test
    void inferenceIsDescribedByAPlan() throws IOException {
        Path network = chain();
        assertRefused("--inference says how layers are computed; give it with --plan",
                "--network", network, "--inference");
        assertRefused("--no-fold changes inference; give it with --plan --inference",
                "--network", network, "--plan", "--no-fold");
        assertRefused("--threads predicts the speed of a step of training; leave it out with"
                + " --inference", "--network", network, "--plan", "--inference", "--threads", 2);
        assertRefused("--batch-size 0 must be at least 1", "--network", network, "--plan",
                "--inference", "--batch-size", 0);
    }

    private static void assertRefused(String message, Object... arguments) {
        CommandLineRun run = CommandLineRun.of(Stream.concat(Stream.of("describe"),
                Stream.of(arguments)).toArray());
        assertEquals(2, run.code());
        assertTrue(run.err().startsWith("lanewise: " + message + "\n"), run.err());
    }
}
