package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.CheckpointRuns.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Parameters;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.io.CheckpointFile;
import org.lanewise.io.ElementType;
import org.lanewise.io.NpzFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.measure.Execution;
import org.lanewise.spec.Precision;

/** {@code --precision single}, and what passes from one precision to the other through files. */
class PrecisionCommandTest {
    @TempDir
    private Path folder;

    private static CommandLineRun run(Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return run;
    }

    private static ElementType type(Path file, String array) throws IOException {
        try (NpzFile npz = NpzFile.open(file)) {
            return npz.read(array).type();
        }
    }

    @Test
    void trainsSavesAndEvaluatesInSinglePrecision() throws IOException {
        Path saved = folder.resolve("single.npz");
        JsonNode result = json(run("train", "--epochs", "2", "--precision", "single", "--save",
                saved, "--json"));
        assertEquals("single", result.get("precision").textValue());
        double loss = result.get("test").get("loss").doubleValue();
        assertTrue(loss < 1.0, result.toString());
        assertEquals(ElementType.FLOAT32, type(saved, "0.weight"));
        assertEquals(loss, json(run("evaluate", "--parameters", saved, "--precision", "single",
                "--json")).get("loss").doubleValue());
        double twice = json(run("evaluate", "--parameters", saved, "--json")).get("loss")
                .doubleValue();
        assertEquals(loss, twice, 1e-5);
        assertNotEquals(loss, twice);
        assertEquals(0, run("predict", "--parameters", saved, "--precision", "single").code());
        String out = run("train", "--epochs", "0.02", "--precision", "single").out();
        assertTrue(out.contains("; single precision\n"), out);
    }

    /** What was read is written with the same types, so that equal bits make equal bytes. */
    @ParameterizedTest
    @ValueSource(strings = {".npz", ".safetensors"})
    void filesHoldFloats(String ending) throws IOException {
        Path single = folder.resolve("single" + ending);
        Path twice = folder.resolve("double" + ending);
        run("train", "--epochs", "0.02", "--precision", "single", "--save", single);
        run("train", "--epochs", "0.02", "--save", twice);
        Parameters read = ParameterFile.read(single);
        Parameters doubles = ParameterFile.read(twice);
        read.list().forEach(array -> {
            assertEquals(Precision.SINGLE, array.precision());
            double[] expected = doubles.values(array.spec().name());
            for (int i = 0; i < expected.length; i++) {
                assertEquals((float) array.values()[i], array.values()[i]);
                assertEquals(expected[i], array.values()[i], 1e-5);
            }
        });
        doubles.list().forEach(array -> assertEquals(Precision.DOUBLE, array.precision()));
        long elements = read.list().stream().mapToLong(array -> array.values().length).sum();
        // Headers are padded to 64 bytes, and name fewer or more bytes in decimal digits.
        assertEquals(4.0 * elements, Files.size(twice) - Files.size(single), 128);
        Path again = folder.resolve("again" + ending);
        run("export", "--parameters", single, "--save", again);
        assertArrayEquals(Files.readAllBytes(single), Files.readAllBytes(again));
    }

    @Test
    void resumesAndRefusesTheOtherPrecision() throws IOException {
        Path whole = folder.resolve("whole.npz");
        Path resumed = folder.resolve("resumed.npz");
        Path checkpoints = folder.resolve("checkpoints");
        run("train", "--epochs", "2", "--optimizer", "adam", "--precision", "single", "--save",
                whole);
        run("train", "--epochs", "1", "--optimizer", "adam", "--precision", "single",
                "--checkpoint-dir", checkpoints);
        CommandLineRun other = CommandLineRun.of("train", "--epochs", "2", "--optimizer", "adam",
                "--checkpoint-dir", checkpoints, "--resume");
        assertEquals(1, other.code());
        assertTrue(other.err().contains("precision: found single, expected double; train on in"
                + " single precision, or begin a new training with the saved parameters"),
                other.err());
        Path last;
        try (var files = Files.list(checkpoints)) {
            last = files.filter(file -> file.toString().endsWith(".npz")).sorted().toList()
                    .getLast();
        }
        assertEquals(ElementType.FLOAT32, type(last, "0.weight"));
        assertTrue(CheckpointFile.read(last).memory().list().stream()
                .allMatch(array -> array.precision() == Precision.SINGLE));
        run("train", "--epochs", "2", "--optimizer", "adam", "--precision", "single",
                "--checkpoint-dir", checkpoints, "--resume", "--save", resumed);
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(resumed));
    }

    @Test
    void initConvertsEitherWayAndPrintsIt() throws IOException {
        Path single = folder.resolve("single.npz");
        Path twice = folder.resolve("double.npz");
        run("train", "--epochs", "0.02", "--precision", "single", "--save", single);
        run("train", "--epochs", "0.02", "--save", twice);
        String printed = "\ninit      " + single + " holds float32; the training computes in double"
                + " precision\n";
        String out = run("train", "--epochs", "0.02", "--init", single).out();
        assertTrue(out.contains(printed), out);
        out = run("train", "--epochs", "0.02", "--init", single, "--partial").out();
        assertTrue(out.contains(printed), out);
        out = run("train", "--epochs", "0.02", "--init", twice, "--precision", "single").out();
        assertTrue(out.contains("\ninit      " + twice + " holds float64; the training computes in"
                + " single precision\n"), out);
        out = run("train", "--epochs", "0.02", "--init", single, "--precision", "single").out();
        assertTrue(!out.contains("init "), out);

        Parameters large = ParameterFile.read(twice);
        large.values("0.bias")[2] = -1e39;
        ParameterFile.write(large, twice);
        CommandLineRun refused = CommandLineRun.of("train", "--epochs", "0.02", "--init", twice,
                "--network", "digits", "--precision", "single");
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("parameter 0.bias holds -1.0E39, but the largest number"
                + " of single precision is 3.4028235E38"), refused.err());
    }

    @Test
    void describesTheMemoryOfSinglePrecision() throws IOException {
        JsonNode single = json(run("describe", "--precision", "single", "--json"));
        JsonNode twice = json(run("describe", "--json"));
        assertEquals("single", single.get("precision").textValue());
        assertEquals("double", twice.get("precision").textValue());
        double share = single.get("memory_bytes").doubleValue()
                / twice.get("memory_bytes").doubleValue();
        assertTrue(share > 0.45 && share < 0.6, "share " + share);
        for (String[] options : new String[][] {{}, {"--plan"}}) {
            String out = run("describe", "--precision", "single", options.length == 0
                    ? "--batch-size=32"
                    : options[0]).out();
            assertTrue(out.contains(" batches of 32 in single precision; all of it"), out);
        }
        assertTrue(run("describe", "--precision", "single", "--plan", "--inference").out()
                .contains("inference with batches of 32 in single precision; all of it"));
    }

    @Test
    void gradientsAreCheckedInDoublePrecision() {
        CommandLineRun run = CommandLineRun.of("gradient-check", "--precision", "single");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("Unknown option: '--precision'"), run.err());
        assertFalse(run("gradient-check", "--help").out().contains("--precision"));
    }

    @Test
    void recipesNameThePrecision() throws IOException {
        Path recipe = Files.writeString(folder.resolve("recipe.json"),
                "{\"network\": \"digits\", \"epochs\": 0.02, \"precision\": \"single\"}");
        assertEquals("single", json(run("train", "--recipe", recipe, "--json")).get("precision")
                .textValue());
        assertEquals("double", json(run("train", "--recipe", recipe, "--precision", "double",
                "--json")).get("precision").textValue());
    }

    /** Half the bytes, and the scalar kernels of the same precision. */
    @Test
    void profilesSinglePrecision() {
        List<String> command = List.of("profile", "--network", "digits", "--batch-size", "4",
                "--seconds", "0.01", "--json", "--precision");
        JsonNode[] profiles = new JsonNode[2];
        for (Precision precision : Precision.values()) {
            List<Object> all = new ArrayList<>(command);
            all.add(precision);
            JsonNode root = json(run(all.toArray()));
            assertEquals(precision.toString(),
                    root.get("environment").get("precision").textValue());
            profiles[precision.ordinal()] = root.get("profiles").get(0);
            assertEquals(precision.toString(),
                    profiles[precision.ordinal()].get("precision").textValue());
            assertTrue(profiles[precision.ordinal()].get("step").get("speed_up").isNumber());
        }
        assertEquals(profiles[0].get("step").get("bytes_minimum").longValue(),
                2 * profiles[1].get("step").get("bytes_minimum").longValue());
        String out = CommandLineRun.of("profile", "--network", "digits", "--precision", "single",
                "--backend", "scalar", "--seconds", "0").out();
        assertTrue(out.contains("backend scalar in single precision, 1 thr"), out);
        assertTrue(out.contains(", peak in single precision "), out);
        assertEquals(new Execution(Backend.SCALAR, Algorithm.DIRECT, Precision.SINGLE, 1),
                new Execution(Backend.AUTO, Algorithm.AUTO, Precision.SINGLE, 2).reference());
    }
}
