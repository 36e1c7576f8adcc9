package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.CheckpointRuns.json;
import static org.lanewise.cli.command.CheckpointRuns.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.io.Crafted;

/** The options of {@code train} that limit gradients, skip steps and end a training early. */
class SafeguardsCommandTest {
    @TempDir
    private Path folder;

    @Test
    void nanContinueSkipsStepsThatAreNotFinite() throws IOException {
        Path data = folder.resolve("data.npz");
        writeData(data);
        Path net = folder.resolve("net.json");
        Files.writeString(net, "{\"input\": [1, 1, 2], \"layers\": [{\"type\": \"flatten\"},"
                + " {\"type\": \"linear\", \"out_features\": 2}]}");
        Object[] base = {"train", "--data", data, "--network", net, "--allow-non-finite",
                "--batch-size", 1, "--epochs", 3, "--json"};
        CommandLineRun stopped = CommandLineRun.of(base);
        assertEquals(1, stopped.code());
        String place = "input value 1 of sample 1 (input 0 of the batch) is NaN";
        assertTrue(stopped.err().contains(place), stopped.err());
        Object[] going = Stream.concat(Stream.of(base), Stream.of("--nan", "continue",
                "--history", folder.resolve("history.json"))).toArray();
        JsonNode node = json(CommandLineRun.of(going));
        assertEquals(3, node.get("epochs").size());
        JsonNode steps = Json.parse("history",
                Files.readAllBytes(folder.resolve("history.json"))).get("steps");
        int missing = 0;
        double sum = 0.0;
        for (int i = 0; i < steps.size(); i++) {
            missing += steps.get(i).isNull() ? 1 : 0;
            sum += i < 3 && !steps.get(i).isNull() ? steps.get(i).doubleValue() : 0.0;
        }
        // Of three steps of the first epoch two counted.
        assertEquals(sum / 2, node.get("epochs").get(0).get("loss").doubleValue(), 1e-15);
        assertEquals(9, steps.size());
        assertEquals(3, missing);
    }

    private static void writeData(Path file) throws IOException {
        byte[] inputs = Crafted.npy("(3, 1, 2)", 1, 2, 3, Double.NaN, 5, 6);
        byte[] labels = Crafted.npyLongs("(3,)", 0, 1, 0);
        Files.write(file, Crafted.zip(false,
                Map.of("x_train.npy", inputs, "y_train.npy", labels)));
    }

    @Test
    void patienceAndClippingChangeATraining() {
        JsonNode node = json(CommandLineRun.of("train", "--learning-rate", "0", "--epochs", 9,
                "--patience", 2, "--json"));
        assertEquals(3, node.get("epochs").size());
        assertEquals("no_better", node.get("end").textValue());
        JsonNode free = json(CommandLineRun.of("train", "--epochs", 1, "--json"));
        JsonNode clipped = json(CommandLineRun.of("train", "--epochs", 1, "--clip-norm", "0.01",
                "--json"));
        assertTrue(clipped.get("epochs").get(0).get("loss").doubleValue() > free.get("epochs")
                .get(0).get("loss").doubleValue());
    }
}
