package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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
}
