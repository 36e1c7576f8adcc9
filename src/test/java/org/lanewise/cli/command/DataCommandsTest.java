package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.io.ModelFile;
import org.lanewise.spec.Normalization;

/** Normalization and augmentation by options, on the digits that come with the program. */
class DataCommandsTest {
    private static final String NUMBERS = "0.3:0.4";

    @TempDir
    private Path folder;

    private static String run(Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return run.out();
    }

    private static void assertRefused(int code, String said, Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(code, run.code(), run.out());
        assertTrue(run.err().startsWith("lanewise: " + said), run.err());
    }

    @Test
    void weightsKeepTheirNormalization() throws IOException {
        Path saved = folder.resolve("a.npz");
        Path plain = folder.resolve("plain.npz");
        run("train", "--epochs", 1, "--normalize", NUMBERS, "--save", saved);
        run("train", "--epochs", 1, "--save", plain);
        Normalization learned = Normalization.of(new double[] {0.3}, new double[] {0.4});
        assertEquals(learned, ModelFile.read(saved).normalization());
        String evaluated = run("evaluate", "--parameters", saved);
        assertEquals(evaluated,
                run("evaluate", "--parameters", saved, "--normalize", "0.3:4e-1"));
        assertRefused(1, "--normalize 0:1 is not what the network learned with, 0.3:0.4; without"
                + " --normalize that is taken", "evaluate", "--parameters", saved, "--normalize",
                "0:1");
        assertFalse(run("evaluate", "--parameters", plain)
                .equals(run("evaluate", "--parameters", plain, "--normalize", NUMBERS)));
        // Another file format, and a training that begins with the weights.
        Path other = folder.resolve("a.safetensors");
        run("export", "--parameters", saved, "--save", other);
        assertEquals(evaluated.lines().skip(1).toList(),
                run("evaluate", "--parameters", other).lines().skip(1).toList());
        Path more = folder.resolve("more.npz");
        run("train", "--init", other, "--epochs", 1, "--save", more);
        assertEquals(learned, ModelFile.read(more).normalization());
        assertTrue(run("export", "--parameters", saved, "--save", folder.resolve("a.onnx"))
                .contains("inputs are to be normalized, (x - mean) / std, by 0.3:0.4"));
        assertEquals(run("predict", "--parameters", saved),
                run("predict", "--parameters", saved, "--normalize", NUMBERS));
    }

    @Test
    void aTrainingAugments() {
        Path first = folder.resolve("a.npz");
        String out = run("train", "--epochs", 1, "--augment", "flip=alternating,crop=1:reflect",
                "--drop-last", "--save", first, "--checkpoint-dir", folder.resolve("run"));
        assertTrue(out.contains("seed 0, augment flip=alternating,crop=1:reflect, backend"), out);
        CommandLineRun other = CommandLineRun.of("train", "--epochs", 2, "--checkpoint-dir",
                folder.resolve("run"), "--resume");
        assertEquals(1, other.code());
        assertTrue(other.err().contains("the saved training is not this one: augmentations: found"
                + " [flip=alternating, crop=1:reflect], expected []; drop_last: found true, expected"
                + " false"), other.err());
        run("train", "--epochs", 2, "--augment", "flip=alternating,crop=1:reflect", "--drop-last",
                "--checkpoint-dir", folder.resolve("run"), "--resume");
        assertRefused(2, "--augment cutout=9: the square is larger than maps of 8x8", "train",
                "--augment", "cutout=9");
        assertRefused(2, "augmentation 'flop' is unknown", "train", "--augment", "flop");
        assertRefused(2, "--normalize 1,2:3: normalization: found 2 means and 1", "train",
                "--normalize", "1,2:3");
        assertRefused(2, "--normalize x:3: found 'x', expected a number", "train", "--normalize",
                "x:3");
    }
}
