package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.CheckpointRuns.json;
import static org.lanewise.cli.command.CheckpointRuns.names;
import static org.lanewise.cli.command.CheckpointRuns.newest;
import static org.lanewise.cli.command.CheckpointRuns.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.TrainingState;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.TrainingProcess;
import org.lanewise.cli.format.Json;
import org.lanewise.io.CheckpointFile;

/** Trainings that the commands save, stop, resume and verify. */
class CheckpointCommandsTest {
    @TempDir
    private Path folder;
    private Path to;

    @BeforeEach
    void nameFolder() {
        to = folder.resolve("saved ü");
    }

    @Test
    void aTrainingInTwoPartsWritesTheSameWeights() throws IOException {
        Path whole = folder.resolve("whole.npz");
        Path parts = folder.resolve("parts.npz");
        assertEquals(0, train("--epochs", 4, "--save", whole).code());
        CommandLineRun first = train("--epochs", 3, "--checkpoint-dir", to, "--checkpoint-every",
                50, "--keep", 2, "--resume");
        assertEquals(0, first.code(), first.err());
        assertTrue(first.out().contains("resumed   there is no checkpoint: training begins\n"),
                first.out());
        // 45 steps an epoch: the schedule's 50 and 100, and the end.
        assertEquals(List.of("best.npz", "checkpoint-000000100.npz", "checkpoint-000000135.npz"),
                names(to));
        Files.delete(to.resolve("checkpoint-000000135.npz"));
        CommandLineRun second = train("--epochs", 4, "--checkpoint-dir", to, "--resume", "--save",
                parts, "--backend", "scalar");
        assertEquals(0, second.code(), second.err());
        assertTrue(second.out().contains("resumed   " + to.resolve("checkpoint-000000100.npz")
                + ": 2 epochs done, 10 steps into the next\n"), second.out());
        assertFalse(second.out().contains("epoch 2/4"), second.out());
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(parts));
        CommandLineRun third = train("--epochs", 4, "--checkpoint-dir", to, "--resume");
        assertEquals(0, third.code(), third.err());
        assertTrue(third.out().contains("nothing was left to train\n"), third.out());
    }

    /** The schedule follows from the length of the whole training, in every part of it. */
    @Test
    void aScheduleIsResumedAndAnotherIsRefused() throws IOException {
        Path whole = folder.resolve("whole.npz");
        Path parts = folder.resolve("parts.npz");
        Path history = folder.resolve("history.json");
        Object[] scheduled = {"--epochs", 2, "--schedule", "one_cycle:max_lr=0.01", "--warm-up",
                7};
        CommandLineRun all = train(with(scheduled, "--save", whole, "--history", history));
        assertEquals(0, all.code(), all.err());
        assertTrue(all.out().contains(", schedule one_cycle:max_lr=0.01,total_steps=83,"
                + "pct_start=0.3,div_factor=25.0,final_div_factor=10000.0,anneal_strategy=cos,"
                + "warm_up=7,warm_up_start=0.3333333333333333, batch size 32,"), all.out());
        assertTrue(all.out().matches("(?s).*\\nepoch 2/2  loss [^\\n]*  lr 4\\.00e-08  .*"),
                all.out());
        assertEquals(0.01 / 25 / 1e4,
                Json.parse("history", Files.readAllBytes(history)).get("epochs")
                        .get(1).get("learning_rate").doubleValue(),
                1e-16);
        CommandLineRun first = train(with(scheduled, "--checkpoint-dir", to, "--checkpoint-every",
                50, "--keep", 2));
        assertEquals(0, first.code(), first.err());
        Files.delete(to.resolve("checkpoint-000000090.npz"));
        CommandLineRun verified = CommandLineRun.of("verify", newest(to));
        assertTrue(verified.out().contains("\nschedule  one_cycle:max_lr=0.01,total_steps=83,"),
                verified.out());
        CommandLineRun second = train(with(scheduled, "--checkpoint-dir", to, "--resume", "--save",
                parts));
        assertEquals(0, second.code(), second.err());
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(parts));
        CommandLineRun refused = train("--epochs", 3, "--schedule", "one_cycle:max_lr=0.01",
                "--checkpoint-dir", to, "--resume");
        assertEquals(1, refused.code());
        assertTrue(refused.err().startsWith("lanewise: " + newest(to) + ": the saved training is"
                + " not this one: schedule: found one_cycle:max_lr=0.01,total_steps=83,"),
                refused.err());
    }

    private static Object[] with(Object[] first, Object... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray();
    }

    @Test
    void verifyDescribesAndRefuses() throws IOException {
        train("--epochs", 1, "--checkpoint-dir", to);
        Path file = newest(to);
        CommandLineRun verified = CommandLineRun.of("verify", file);
        assertEquals(0, verified.code(), verified.err());
        assertTrue(verified.out().startsWith(file + ": whole, every checksum is right\n"
                + "network   1x8x8 -> 10, 7 layers, 2,698 parameters, softmax_cross_entropy\n"),
                verified.out());
        assertTrue(verified.out().contains("\nposition  45 steps; 1 epochs done, 0 steps into the"
                + " next\nbest      epoch 1, loss "), verified.out());
        JsonNode node = json(CommandLineRun.of("verify", file, "--json"));
        assertEquals(45, node.get("steps").intValue());
        assertEquals(1438, node.get("samples").intValue());
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        CommandLineRun refused = CommandLineRun.of("verify", file);
        assertEquals(1, refused.code());
        assertEquals("", refused.out());
        assertTrue(refused.err().startsWith("lanewise: " + file + ": is damaged: the CRC-32C"),
                refused.err());
        assertEquals(1, refused.err().lines().count());
    }

    @Test
    void theBestModelIsEvaluatedFromItsCheckpoint() {
        JsonNode trained = json(train("--epochs", 6, "--checkpoint-dir", to, "--json"));
        double least = Double.POSITIVE_INFINITY;
        for (JsonNode epoch : trained.get("epochs")) {
            least = Math.min(least, epoch.get("test_loss").doubleValue());
        }
        JsonNode best = json(CommandLineRun.of("evaluate", "--parameters", to.resolve("best.npz"),
                "--json"));
        assertEquals(least, best.get("loss").doubleValue());
        assertEquals("complete", trained.get("end").textValue());
    }

    @Test
    void aTrainingIsNotLostByForgettingToResume() throws IOException {
        train("--epochs", 1, "--checkpoint-dir", to);
        List<String> before = names(to);
        CommandLineRun refused = train("--epochs", 2, "--checkpoint-dir", to);
        assertEquals(1, refused.code());
        assertEquals("lanewise: " + to + ": holds a training already, saved in"
                + " checkpoint-000000045.npz; --resume continues it\n", refused.err());
        assertEquals(before, names(to));
    }

    @Test
    void aTrainingThatIsAnotherIsRefusedWithEveryDifference() throws IOException {
        train("--epochs", 1, "--checkpoint-dir", to);
        byte[] before = Files.readAllBytes(newest(to));
        CommandLineRun refused = train("--epochs", 2, "--checkpoint-dir", to, "--resume", "--seed",
                1, "--batch-size", 16, "--learning-rate", "0.5");
        assertEquals(1, refused.code());
        assertTrue(
                refused.err().startsWith("lanewise: " + newest(to) + ": the saved training is not"
                        + " this one: optimizer: found adam(learning rate 0.001,"),
                refused.err());
        assertTrue(refused.err().endsWith("; batch size: found 32, expected 16; seed: found 0,"
                + " expected 1\n"), refused.err());
        assertArrayEquals(before, Files.readAllBytes(newest(to)));
    }

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void aSignalEndsAfterAStepAndSaves(String signal, int code)
            throws IOException, InterruptedException {
        Object[] arguments = {"train", "--optimizer", "adam", "--epochs", 100_000,
                "--checkpoint-dir", to, "--checkpoint-every", 1_000_000};
        CommandLineRun run = TrainingProcess.start(arguments).awaitLine("epoch ").signal(signal)
                .end();
        assertEquals(code, run.code(), run.err());
        assertTrue(run.err().contains("lanewise: SIG" + signal + ": stopped in epoch "), run.err());
        assertTrue(run.err().endsWith("; --resume continues from " + newest(to) + "\n"), run.err());
        TrainingState state = CheckpointFile.read(newest(to));
        long steps = state.position().steps();
        assertEquals(steps, 45L * state.position().epochs() + state.position().step());

        // An uninterrupted training comes by the same weights.
        long epochs = Math.ceilDiv(steps, 45);
        Path whole = folder.resolve("whole");
        assertEquals(0, train("--epochs", epochs, "--checkpoint-dir", whole, "--checkpoint-every",
                steps, "--keep", 2).code());
        Path passed = whole.resolve(newest(to).getFileName());
        TrainingState expected = CheckpointFile.read(passed);
        assertArrayEquals(expected.parameters().values("2.weight"),
                state.parameters().values("2.weight"));
        assertArrayEquals(expected.memory().values("6.weight/second_moment"),
                state.memory().values("6.weight/second_moment"));
    }

    /** Both signals wait for a process that is halted, and arrive at once when it continues. */
    @Test
    void aSecondSignalLeavesAtOnce() throws IOException, InterruptedException {
        TrainingProcess process = TrainingProcess.start("train", "--epochs", 100_000,
                "--checkpoint-dir", to, "--batch-size", 1438, "--backend", "scalar");
        process.awaitLine("epoch ").signal("STOP").signal("INT").signal("TERM").signal("CONT");
        CommandLineRun run = process.end();
        assertTrue(List.of(130, 143).contains(run.code()), run.code() + run.err());
        assertFalse(run.err().contains("stopped in epoch"), run.err());
        for (String name : names(to)) {
            CheckpointFile.read(to.resolve(name));
        }
        assertEquals(0, CommandLineRun.of("train", "--epochs", 2, "--checkpoint-dir", to,
                "--batch-size", 1438, "--resume").code());
    }

    @Test
    void aSecondTrainerIsRefusedAndAKilledOneLeavesNoLock()
            throws IOException, InterruptedException {
        TrainingProcess first = TrainingProcess.start("train", "--epochs", 100_000,
                "--checkpoint-dir", to).awaitLine("epoch ");
        CommandLineRun second = CommandLineRun.of("train", "--checkpoint-dir", to, "--resume");
        assertEquals(1, second.code());
        assertTrue(second.err().matches("lanewise: \\Q" + to + "\\E: is in use by process \\d+,"
                + " started \\S+; one trainer a folder\\n"), second.err());
        assertEquals(137, first.signal("KILL").end().code());
        CommandLineRun third = CommandLineRun.of("train", "--checkpoint-dir", to, "--resume",
                "--epochs", 1);
        assertEquals(0, third.code(), third.err());
    }

    /** As with {@code | head -n 4}: the reader stops, and training still saves whole files. */
    @Test
    void aClosedOutputDoesNotHarmTheFiles() throws IOException, InterruptedException {
        Path saved = folder.resolve("saved.npz");
        CommandLineRun run = TrainingProcess.start(
                List.of("sh", "-c", "\"$@\" | head -n 4; test -s \"" + saved + "\"", "sh"),
                "train", "--epochs", 6, "--checkpoint-dir", to, "--save", saved).end();
        assertEquals(0, run.code(), run.err());
        assertEquals(4, run.out().lines().count(), run.out());
        assertTrue(run.err().contains("standard output could not be written to the end"),
                run.err());
        assertEquals(0, CommandLineRun.of("verify", newest(to)).code());
        assertEquals(0, CommandLineRun.of("evaluate", "--parameters", saved).code());
    }

    /** The system's limit on the size of a file simulates a full disk. */
    @Test
    void aFullDiskIsOneLineAndLeavesTheLastCheckpoint() throws IOException, InterruptedException {
        train("--epochs", 1, "--checkpoint-dir", to);
        List<String> names = names(to);
        byte[] before = Files.readAllBytes(newest(to));
        CommandLineRun run = TrainingProcess.start(
                List.of("sh", "-c", "ulimit -f 8; exec \"$@\"", "sh"), "train", "--optimizer",
                "adam", "--epochs", 2, "--checkpoint-dir", to, "--resume").end();
        assertEquals(1, run.code(), run.err());
        assertTrue(run.err().endsWith("lanewise: " + to.resolve("checkpoint-000000090.npz")
                + ": File too large\n"), run.err());
        assertEquals(names, names(to));
        assertArrayEquals(before, Files.readAllBytes(newest(to)));
    }

    /** Every write to this device fails for lack of space. */
    @Test
    void aResultThatCannotBePrintedIsAnError() throws IOException, InterruptedException {
        CommandLineRun run = TrainingProcess.start(
                List.of("sh", "-c", "exec \"$@\" >/dev/full", "sh"), "train", "--epochs", 1,
                "--json").end();
        assertEquals(1, run.code(), run.err());
        assertTrue(
                run.err().endsWith("lanewise: standard output could not be written to the end\n"),
                run.err());
    }

    @Test
    void divergenceKeepsTheLastGoodCheckpoint() throws IOException {
        CommandLineRun run = CommandLineRun.of("train", "--learning-rate", "1e80", "--epochs", 50,
                "--checkpoint-dir", to, "--checkpoint-every", 1, "--keep", 1);
        assertEquals(1, run.code(), run.out());
        assertTrue(run.err().contains("learning rate 1.0E80: "), run.err());
        assertEquals(0, CommandLineRun.of("verify", newest(to)).code());
    }
}
