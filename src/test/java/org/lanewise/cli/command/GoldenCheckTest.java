package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.TrainingState;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;

/** Short trainings have the recorded bits, and what has others is named. */
class GoldenCheckTest {
    @TempDir
    Path folder;

    private static CommandLineRun digits(Object... more) {
        Object[] words = {"verify", "--golden", "--this-jvm", "--only", "digits"};
        Object[] all = new Object[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return CommandLineRun.of(all);
    }

    @Test
    void thisMachineComputesTheRecordedBits() {
        CommandLineRun run = CommandLineRun.of("verify", "--golden", "--this-jvm", "--only",
                "^(digits|lenet-5)$");
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().matches("(?s)contract " + TrainingState.CONTRACT
                + ", .* digits  lenet-5\n1 thread +equal +equal\n2 threads +equal +equal\n"
                + "7 threads +equal +equal\nscalar kernels +equal +equal\n28 passed, 0 failed\n"),
                run.out());
    }

    @Test
    void namesTheFirstArrayThatDiffers() throws IOException {
        Path file = folder.resolve("golden.json");
        assertEquals(0, digits("--record", file).code());
        String recorded = Files.readString(file);
        String line = recorded.lines().filter(one -> one.contains("digits single direct"))
                .findFirst().orElseThrow();
        String[] hashes = line.split(" ");
        // The last four are of the last layer's weights and bias, and of two outputs.
        Files.writeString(file,
                recorded.replace(line, line.replace(hashes[hashes.length - 4], "other")));
        CommandLineRun run = digits("--against", file, "--json");
        assertEquals(1, run.code(), run.out());
        assertTrue(run.err().contains("\nDIFFERS  7 threads, digits single direct: 6.weight\n"),
                run.err());
        assertTrue(run.err().endsWith("\n10 passed, 4 failed\n"), run.err());
        assertEquals("digits single direct: 6.weight", Json.parse("result", run.out().getBytes())
                .at("/modes/3/differences/digits/0").asText(), run.out());
    }

    @Test
    void refusesTheHashesOfAnotherContract() throws IOException {
        Path file = folder.resolve("golden.json");
        Files.writeString(file, "{\"contract\": 1, \"hashes\": {}}");
        CommandLineRun run = digits("--against", file);
        assertEquals(new CommandLineRun(1, "", "lanewise: " + file + " was recorded under version"
                + " 1 of the numerical contract, and this is version " + TrainingState.CONTRACT
                + "; record it again by verify --golden --record\n"), run);
    }

    @Test
    void aHashThatWasNotRecordedIsNoDifference() throws IOException {
        Path file = folder.resolve("golden.json");
        Files.writeString(file,
                "{\"contract\": " + TrainingState.CONTRACT + ", \"hashes\": {}}");
        CommandLineRun run = digits("--against", file);
        assertEquals(1, run.code());
        assertEquals("lanewise: " + file + " has no hash of digits double auto; leave the network"
                + " out by --only, or record it\n", run.err());
    }

    @Test
    void refusesWhatItCannotDo() {
        assertTrue(digits("--record", "a", "--against", "b").err()
                .startsWith("lanewise: --record compares nothing, --against does"));
        assertTrue(CommandLineRun.of("verify", "--golden", "x").err()
                .startsWith("lanewise: --golden takes no checkpoint; found x\n"));
        assertTrue(CommandLineRun.of("verify", "--golden", "--only", "resnet-50").err().startsWith(
                "lanewise: --only resnet-50: found in none of digits, lenet-5, "));
        assertEquals(2, CommandLineRun.of("verify", "--only", "digits").code());
    }
}
