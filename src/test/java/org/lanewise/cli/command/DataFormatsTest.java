package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.io.Crafted;

/** Every kind of data goes through train, evaluate and predict; each is easy to learn. */
class DataFormatsTest {
    private static final int CLASSES = 3;

    @TempDir
    private Path folder;

    private final Random random = new Random(1);

    private static JsonNode json(CommandLineRun run) {
        assertEquals(0, run.code(), run.err());
        return Json.parse("output", run.out().getBytes(StandardCharsets.UTF_8));
    }

    private Path network(String input) {
        return Crafted.write(folder, "network.json", ("{\"input\":" + input + ",\"layers\":["
                + "{\"type\":\"flatten\"},{\"type\":\"linear\",\"out_features\":10}]}")
                .getBytes(StandardCharsets.UTF_8));
    }

    private static CommandLineRun run(List<?> command, Object... more) {
        List<Object> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return CommandLineRun.of(all.toArray());
    }

    private void assertLearned(Path network, Path data, Object... more) {
        Path saved = folder.resolve("saved.npz");
        List<Object> rest = new ArrayList<>(List.of("--network", network, "--data", data));
        rest.addAll(List.of(more));
        List<Object> train = new ArrayList<>(List.of("train", "--save", saved, "--epochs", 60,
                "--batch-size", 6, "--optimizer", "adam", "--learning-rate", "0.01"));
        train.addAll(rest);
        CommandLineRun trained = run(train);
        assertEquals(0, trained.code(), trained.err());
        assertEquals("", trained.err());

        List<Object> judge = new ArrayList<>(List.of("--parameters", saved, "--json"));
        judge.addAll(rest);
        JsonNode judged = json(run(join("evaluate", judge)));
        assertEquals("test", judged.get("part").textValue());
        assertEquals(1.0, judged.get("accuracy").doubleValue());
        JsonNode predictions = json(run(join("predict", judge))).get("predictions");
        assertEquals(judged.get("samples").intValue(), predictions.size());
        predictions.forEach(each -> assertEquals(each.get("label"), each.get("class")));
    }

    private static List<Object> join(String command, List<Object> rest) {
        List<Object> all = new ArrayList<>(List.of(command));
        all.addAll(rest);
        return all;
    }

    private int level(int label) {
        return label * 100 + random.nextInt(20);
    }

    @Test
    void cifar10() {
        for (String name : List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4",
                "data_batch_5", "test_batch")) {
            byte[] content = new byte[6 * 3073];
            for (int i = 0; i < 6; i++) {
                for (int k = 0; k < 3072; k++) {
                    // Each class lights a channel of its own.
                    content[i * 3073 + 1 + k] = (byte) (k / 1024 == i % CLASSES
                            ? 200 + random.nextInt(50)
                            : random.nextInt(50));
                }
                content[i * 3073] = (byte) (i % CLASSES);
            }
            Crafted.write(folder, name + ".bin", content);
        }
        assertLearned(network("[3,32,32]"), folder);
    }

    @Test
    void folderOfImages() throws IOException {
        for (String set : List.of("train", "test")) {
            for (int label = 0; label < CLASSES; label++) {
                Path images = Files.createDirectories(
                        folder.resolve("images").resolve(set).resolve("class " + label));
                for (int i = 0; i < 6; i++) {
                    write(images.resolve(i + (i % 2 == 0 ? ".png" : ".jpg")), label);
                }
            }
        }
        Path network = network("[3,8,8]");
        Files.writeString(network, Files.readString(network).replace(":10}", ":" + CLASSES + "}"));
        Path data = folder.resolve("images");
        assertLearned(network, data, "--resize");
        CommandLineRun refused = CommandLineRun.of("train", "--network", network, "--data", data);
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("0.png: is 20x30 (height x width), the network takes"
                + " 8x8; scale it, or allow resizing with --resize\n"), refused.err());

        Path image = data.resolve("test/class 2/1.jpg");
        JsonNode predicted = json(CommandLineRun.of("predict", "--network", network,
                "--parameters", folder.resolve("saved.npz"), "--input", image, "--resize",
                "--json"));
        assertEquals(2, predicted.get("predictions").get(0).get("class").intValue());
    }

    private void write(Path file, int label) throws IOException {
        BufferedImage image = new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB);
        int shift = 8 * label;
        for (int i = 0; i < 600; i++) {
            image.setRGB(i % 30, i / 30, 200 + random.nextInt(50) << shift);
        }
        String name = file.toString();
        assertTrue(ImageIO.write(image, name.endsWith(".png") ? "png" : "jpg", file.toFile()));
    }

    @Test
    void tables() throws IOException {
        Path data = Files.createDirectory(folder.resolve("tables"));
        for (String name : List.of("train.csv", "test.csv")) {
            StringBuilder text = new StringBuilder("a,b,c,label\n");
            for (int i = 0; i < 60; i++) {
                int label = i % CLASSES;
                for (int column = 0; column < 3; column++) {
                    text.append(column == label ? level(2) : level(0)).append(',');
                }
                text.append(label).append('\n');
            }
            Files.writeString(data.resolve(name), text);
        }
        Path network = network("[3]");
        assertLearned(network, data, "--divide-by", "255");
        Path inputs = Crafted.write(folder, "inputs.csv",
                "a,b,c\n3,210,4\n".getBytes(StandardCharsets.UTF_8));
        JsonNode predicted = json(CommandLineRun.of("predict", "--network", network,
                "--parameters", folder.resolve("saved.npz"), "--input", inputs, "--divide-by",
                "255", "--json"));
        assertEquals(1, predicted.get("predictions").get(0).get("class").intValue());
        CommandLineRun one = CommandLineRun.of("train", "--network", network, "--data",
                data.resolve("train.csv"), "--epochs", 1, "--divide-by", "255");
        assertEquals(0, one.code(), one.err());
        assertTrue(one.out().contains("60 training samples, no test samples"), one.out());
    }

    @Test
    void aDivisorThatSaysNothing() {
        for (String value : List.of("0", "NaN", "Infinity")) {
            CommandLineRun run = CommandLineRun.of("train", "--data", "a.csv", "--divide-by",
                    value);
            assertEquals(2, run.code());
            assertTrue(run.err().contains("must be finite and not 0"), run.err());
        }
        for (List<String> command : List.of(List.of("train", "--divide-by", "255"),
                List.of("train", "--data", "a.npz", "--divide-by", "255"))) {
            CommandLineRun run = CommandLineRun.of(command.toArray());
            assertEquals(2, run.code());
            assertTrue(run.err().startsWith("lanewise: --divide-by is for CSV files"), run.err());
        }
    }
}
