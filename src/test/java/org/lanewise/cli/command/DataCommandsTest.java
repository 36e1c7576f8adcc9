package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
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
    void testSamplesAreSeenInViews() throws IOException {
        Path saved = folder.resolve("a.npz");
        String trained = run("train", "--epochs", 1, "--views", 2, "--save", saved);
        String line = trained.lines().filter(one -> one.startsWith("2 views: test accuracy "))
                .findFirst().orElseThrow();
        String evaluated = run("evaluate", "--parameters", saved, "--views", 2);
        assertTrue(evaluated.contains("test part, 2 views\n" + line.substring(9)), evaluated);
        assertTrue(run("train", "--epochs", 1, "--views", 6, "--json")
                .contains("\"test_views\""));
        assertTrue(run("evaluate", "--parameters", saved, "--views", 6, "--json")
                .contains("\"views\" : 6"));
        assertRefused(2, "--views 3: expected 1, 2 or 6", "evaluate", "--parameters", saved,
                "--views", 3);
        assertRefused(2, "--views 0: expected 1, 2 or 6", "train", "--views", 0);
    }

    /** Not after it, when the weights would not be saved. */
    @Test
    void viewsThatImagesDoNotHaveAreRefusedBeforeTraining() throws IOException {
        Path network = Files.writeString(folder.resolve("line.json"), """
                {"input": [3, 1, 4], "layers": [{"type": "flatten"},
                 {"type": "linear", "out_features": 2}]}""");
        Path data = folder.resolve("lines");
        for (String part : new String[] {"train/a", "train/b", "test/a", "test/b"}) {
            Files.createDirectories(data.resolve(part));
            ImageIO.write(new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB), "png",
                    data.resolve(part).resolve("0.png").toFile());
        }
        assertRefused(1, "--views 6: expected images of 2x2 pixels or more, found inputs of 3x1x4",
                "train", "--network", network, "--data", data, "--views", 6);
        run("train", "--network", network, "--data", data, "--views", 2, "--epochs", 1);
    }

    /** The damage is found in the first epoch, before the step of its batch. */
    @Test
    void aDamagedImageEndsATrainingThatCanBeResumed() throws IOException {
        Path network = Files.writeString(folder.resolve("network.json"), """
                {"input": [3, 4, 4], "layers": [{"type": "flatten"},
                 {"type": "linear", "out_features": 2}]}""");
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            for (int k = 0; k < 16; k++) {
                image.setRGB(k % 4, k / 4, random.nextInt(1 << 24));
            }
            Path file = folder.resolve("data/" + (i < 9 ? "a" : "b") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            assertTrue(ImageIO.write(image, "png", file.toFile()));
        }
        Path whole = folder.resolve("whole.npz");
        Path resumed = folder.resolve("resumed.npz");
        Object[] command = {"train", "--network", network, "--data", folder.resolve("data"),
                "--batch-size", 3, "--epochs", 2, "--augment", "flip,crop=1"};
        run(with(command, "--save", whole));
        Path damaged = folder.resolve("data/b/13.png");
        byte[] content = Files.readAllBytes(damaged);
        byte[] other = content.clone();
        other[other.length - 20] ^= 1;
        Files.write(damaged, other);
        CommandLineRun run = CommandLineRun.of(with(command, "--checkpoint-dir",
                folder.resolve("run")));
        assertEquals(1, run.code());
        assertTrue(run.err().contains("lanewise: " + damaged + ": is damaged: the CRC-32 of the"
                + " chunk at byte 33 is not that of its content (sample 12 of its set); --resume"
                + " continues from " + folder.resolve("run")), run.err());
        assertRefused(1, damaged + ": is damaged", with(command));
        Files.write(damaged, content);
        run(with(command, "--checkpoint-dir", folder.resolve("run"), "--resume", "--save",
                resumed));
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(resumed));
    }

    private static Object[] with(Object[] command, Object... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray();
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
