package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.CheckpointRuns.json;
import static org.lanewise.cli.command.CheckpointRuns.names;
import static org.lanewise.cli.command.CheckpointRuns.newest;
import static org.lanewise.cli.command.CheckpointRuns.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.TrainingProcess;
import org.lanewise.cli.format.Json;

/** The history file of a training that is resumed. */
class ResumedHistoryTest {
    @TempDir
    private Path folder;
    private Path to;

    @BeforeEach
    void nameFolder() {
        to = folder.resolve("saved ü");
    }

    /** A history without what a clock says. */
    private static JsonNode history(Path file) throws IOException {
        JsonNode node = Json.parse("history", Files.readAllBytes(file));
        for (JsonNode epoch : node.get("epochs")) {
            ((ObjectNode) epoch).remove(List.of("seconds", "samples_per_second"));
        }
        return node;
    }

    @Test
    void resumingAfterAKillCompletesTheHistory() throws IOException, InterruptedException {
        Path parts = folder.resolve("parts.json");
        TrainingProcess.start("train", "--optimizer", "adam", "--epochs", 40, "--checkpoint-dir",
                to, "--checkpoint-every", 7, "--history", parts).awaitLine("epoch ")
                .signal("KILL").end();
        CommandLineRun resumed = train("--epochs", 42, "--checkpoint-dir", to, "--resume",
                "--history", parts);
        assertEquals(0, resumed.code(), resumed.err());
        assertEquals("", resumed.err());
        Path whole = folder.resolve("whole.json");
        train("--epochs", 42, "--history", whole);
        assertEquals(history(whole), history(parts));
        assertEquals(42 * 45, history(parts).get("steps").size());
    }

    @Test
    void cutsTheHistoryToTheResumedCheckpoint() throws IOException {
        Path parts = folder.resolve("parts.json");
        Path whole = folder.resolve("whole.json");
        train("--epochs", 3, "--history", whole);
        train("--epochs", 2, "--checkpoint-dir", to, "--checkpoint-every", 50, "--history", parts);
        Files.delete(newest(to));
        assertTrue(newest(to).endsWith("checkpoint-000000050.npz"), newest(to).toString());
        assertEquals(0, train("--epochs", 3, "--checkpoint-dir", to, "--resume", "--history", parts)
                .code());
        assertEquals(history(whole), history(parts));
    }

    @Test
    void warnsOfMissingSteps() throws IOException {
        Path file = folder.resolve("history.json");
        train("--epochs", 2, "--checkpoint-dir", to);
        CommandLineRun resumed = train("--epochs", 3, "--checkpoint-dir", to, "--resume",
                "--history", file);
        assertEquals(0, resumed.code());
        assertEquals("lanewise: warning: " + file + ": lacks steps 1 to 90 of this training; they"
                + " become null\n", resumed.err());
        JsonNode written = history(file);
        assertEquals(3 * 45, written.get("steps").size());
        assertTrue(written.get("steps").get(89).isNull());
        assertTrue(written.get("steps").get(90).isNumber());
        assertEquals("{\"epoch\":2,\"loss\":null,\"accuracy\":null}",
                written.get("epochs").get(1).toString());
        assertEquals(3, written.get("epochs").get(2).get("epoch").intValue());
    }

    @Test
    void rejectsTheHistoryOfAnotherTraining() throws IOException {
        Path file = folder.resolve("history.json");
        train("--epochs", 2, "--checkpoint-dir", to);
        train("--epochs", 3, "--seed", 1, "--history", file);
        String before = Files.readString(file);
        List<String> names = names(to);
        Object[] command = {"--epochs", 3, "--checkpoint-dir", to, "--resume", "--history", file};
        CommandLineRun refused = train(command);
        assertEquals(1, refused.code());
        assertTrue(refused.err().startsWith("lanewise: " + file + ": epochs[1]: test_loss: found"),
                refused.err());
        assertTrue(refused.err().endsWith("; this is the history of another training; --overwrite"
                + " replaces it\n"), refused.err());
        for (String other : List.of("{\"steps\": [1, \"2\"], \"epochs\": []}", "{\"steps\": []}",
                "{\"steps\": [1], \"epochs\": [{\"epoch\": 2}]}")) {
            Files.writeString(file, other);
            assertEquals(1, train(command).code(), other);
            assertEquals(other, Files.readString(file));
        }
        assertEquals(names, names(to));
        Files.writeString(file, before);
        CommandLineRun replaced = train(Stream.concat(Stream.of(command), Stream.of("--overwrite"))
                .toArray());
        assertTrue(replaced.err().contains("lacks steps 1 to 90"), replaced.err());
        assertEquals(3 * 45, history(file).get("steps").size());
    }

    /** Where the history finds no place, the checkpoint and the weights do. */
    @Test
    void aFailedHistoryWriteLosesNothingElse() throws IOException, InterruptedException {
        Path file = folder.resolve("history.json");
        Path saved = folder.resolve("saved.npz");
        CommandLineRun run = TrainingProcess.start(
                List.of("sh", "-c", "ulimit -f 64; exec \"$@\"", "sh"), "train", "--epochs", 100,
                "--history", file, "--save", saved).end();
        assertEquals(1, run.code(), run.err());
        assertTrue(run.err().endsWith("lanewise: " + file + ": File too large\n"), run.err());
        assertEquals(0, CommandLineRun.of("evaluate", "--parameters", saved).code());
        assertFalse(Files.exists(file));
    }
}
