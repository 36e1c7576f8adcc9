package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Parameters;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.io.CheckpointFile;
import org.lanewise.io.ParameterFile;

/** Groups of parameters, averages, accumulation and cut epochs on the command line. */
class GroupCommandsTest {
    @TempDir
    Path folder;

    private static CommandLineRun trained(String average, Object... more) {
        CommandLineRun run = train(Stream.concat(Stream.of("--epochs", 1.5, "--accumulate", 2,
                "--freeze", "0.*", "--group", "*.bias:learning_rate_factor=2,weight_decay=0.1",
                "--average", average), Stream.of(more)).toArray());
        assertEquals(0, run.code(), run.err());
        return run;
    }

    /** Of 45 steps an epoch, 68 are one and a half; the first part ends in the second epoch. */
    @ParameterizedTest
    @ValueSource(strings = {"ema:every=3,decay=0.9", "lookahead:every=5,decay=0.95,power=3"})
    void aTrainingInTwoPartsWritesTheSameWeights(String average) throws IOException {
        Path whole = folder.resolve("whole.npz");
        Path parts = folder.resolve("parts.npz");
        Path to = folder.resolve("run");
        String out = trained(average, "--save", whole).out();
        assertTrue(out.contains("\nepoch 2/2  loss "), out);
        trained(average, "--checkpoint-dir", to, "--checkpoint-every", 51, "--keep", 9);
        assertEquals(68, CheckpointFile.read(newest(to)).position().steps());
        Files.delete(newest(to));
        assertTrue(names(to).contains("checkpoint-000000051.npz"));
        trained(average, "--checkpoint-dir", to, "--resume", "--save", parts, "--backend",
                "scalar");
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(parts));
        Parameters first = ParameterFile.read(to.resolve("best.npz"));
        assertFalse(Arrays.stream(first.values("2.weight")).allMatch(value -> value == 0));
    }

    /** The best epoch's file has the average that was evaluated. */
    @Test
    void theBestEpochIsEvaluatedWithItsAverage() {
        Path to = folder.resolve("run");
        JsonNode epochs = json(train("--epochs", 2, "--average", "ema:every=1,decay=0.99",
                "--checkpoint-dir", to, "--json")).get("epochs");
        double best = Math.min(epochs.get(0).get("test_loss").doubleValue(),
                epochs.get(1).get("test_loss").doubleValue());
        JsonNode evaluated = json(CommandLineRun.of("evaluate", "--parameters",
                to.resolve("best.npz"), "--json"));
        assertEquals(best, evaluated.get("loss").doubleValue(), 1e-12 * best);
    }

    /** Eight rounds of five steps, and one of the five that are left of an epoch. */
    @Test
    void shardsTakeStepsByThemselves() throws IOException {
        Path each = folder.resolve("each.npz");
        Path fifth = folder.resolve("fifth.npz");
        Path parts = folder.resolve("parts.npz");
        Path to = folder.resolve("run");
        assertEquals(0, train("--epochs", 2, "--shards", 4, "--save", each).code());
        assertEquals(0, sharded("--save", fifth).code());
        assertNotEquals(-1, Files.mismatch(each, fifth));
        sharded("--checkpoint-dir", to, "--checkpoint-every", 20, "--keep", 9);
        Files.delete(newest(to));
        assertEquals(0, sharded("--checkpoint-dir", to, "--resume", "--save", parts).code());
        assertEquals(-1, Files.mismatch(fifth, parts));
    }

    private static CommandLineRun sharded(Object... more) {
        return train(Stream.concat(Stream.of("--epochs", 2, "--shards", 4, "--sync-every", 5),
                Stream.of(more)).toArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "1 | --freeze=9.* | the parameter group '9.*' matches no parameter; the network learns 0.w",
            "1 | --freeze=* | every parameter of the network is frozen",
            "2 | --group=*.bias:rate=2 | parameter group *.bias: has no field 'rate'",
            "2 | --group=*.bias:learning_rate_factor=-1 | learning_rate_factor -1.0 must be",
            "2 | --average=ema:every=1 | average ema: needs decay",
            "2 | --accumulate=0 | --accumulate 0 must be at least 1",
            "2 | --sync-every=2 | shards are averaged every 2 steps; that takes 2 shards or more",
            "2 | --epochs=-0.5 | --epochs -0.5 must be above 0",
            "2 | --epochs=NaN | --epochs NaN must be above 0",
            "2 | --schedule=reduce_on_plateau:factor=1 | factor 1.0 must be above 0 and below 1"})
    void whatCannotBeIsRefused(int code, String option, String message) {
        CommandLineRun run = CommandLineRun.of("train", option);
        assertEquals(code, run.code(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }
}
