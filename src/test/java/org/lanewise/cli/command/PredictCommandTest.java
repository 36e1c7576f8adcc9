package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.io.ModelFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.io.SavedModel;

/** Weights that hold their network and the names of its classes, as commands use them. */
class PredictCommandTest {
    private static final List<String> NAMES = List.of("blue", "green", "red");

    @TempDir
    private Path folder;

    private Path network;
    private Path data;
    private final Random random = new Random(1);

    /** Images of three colours, by the names of their folders. */
    @BeforeEach
    void writeImages() throws IOException {
        network = folder.resolve("network.json");
        Files.writeString(network, """
                {"input": [3, 4, 4], "layers": [{"type": "flatten"},
                 {"type": "linear", "out_features": 3}]}""");
        data = folder.resolve("data");
        for (String set : List.of("train", "test")) {
            for (String name : NAMES) {
                for (int i = 0; i < 6; i++) {
                    write(data.resolve(set).resolve(name).resolve(i + ".png"), name);
                }
            }
        }
    }

    private void write(Path file, String name) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16; i++) {
            image.setRGB(i % 4, i / 4, 200 + random.nextInt(50) << 8 * NAMES.indexOf(name));
        }
        assertTrue(ImageIO.write(image, "png", file.toFile()));
    }

    private static CommandLineRun run(Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return run;
    }

    private static JsonNode json(Object... command) {
        Object[] all = Stream.concat(Stream.of(command), Stream.of("--json")).toArray();
        return Json.parse("output", run(all).out().getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(int code, String said, Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(code, run.code(), run.out());
        assertTrue(run.err().startsWith("lanewise: " + said), run.err());
    }

    private Path trained(String name) {
        Path saved = folder.resolve(name);
        run("train", "--network", network, "--data", data, "--epochs", 20, "--save", saved);
        return saved;
    }

    @ParameterizedTest
    @ValueSource(strings = {"w.npz", "w.safetensors"})
    void readsNetworkAndNamesFromTheWeights(String name) {
        Path saved = trained(name);
        Path image = data.resolve("test/green/0.png");
        JsonNode one = json("predict", "--parameters", saved, "--input", image)
                .get("predictions").get(0);
        assertEquals(1, one.get("class").intValue());
        assertEquals("green", one.get("name").textValue());
        assertEquals(image.toString(), one.get("input").textValue());
        assertEquals(3, one.get("probabilities").size());
        assertEquals("green", one.get("top").get(0).get("name").textValue());
        assertEquals(one.get("probabilities").get(1), one.get("top").get(0).get("probability"));
        assertEquals(3, one.get("top").size());
        String line = run("predict", "--init", saved, "--input", image, "--top", 2).out();
        assertTrue(line.matches("""
                sample  class  probability  name   next likely   input
                     0      1       0\\.\\d{4}  green  (blue 0\\.\\d{4} |red 0\\.\\d{4}  )  \\Q%s\\E
                """.formatted(image)), line);
        assertTrue(run("describe", "--parameters", saved).out().startsWith(saved + ": 3x4x4 -> 3"));
        assertEquals(run("describe", "--network", network).out().lines().skip(1).toList(),
                run("describe", "--network", saved).out().lines().skip(1).toList());
        Path other = folder.resolve("other." + (name.endsWith("npz") ? "safetensors" : "npz"));
        run("export", "--parameters", saved, "--save", other);
        assertEquals(one.get("top"), json("predict", "--parameters", other, "--input", image)
                .get("predictions").get(0).get("top"));
        run("export", "--parameters", saved, "--save", folder.resolve("w.onnx"));
    }

    @Test
    void severalInputsAndFolders() throws IOException {
        Path saved = trained("w.npz");
        Path mixed = folder.resolve("mixed");
        write(mixed.resolve("b.png"), "red");
        write(mixed.resolve("deep/a.png"), "blue");
        Files.writeString(mixed.resolve("notes.txt"), "no image");
        Path single = data.resolve("test/green/0.png");
        List<String> inputs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        JsonNode predictions = json("predict", "--parameters", saved, "--batch-size", 2,
                "--input", single, mixed, "--input", single).get("predictions");
        predictions.forEach(one -> {
            assertEquals(inputs.size(), one.get("sample").intValue());
            inputs.add(one.get("input").textValue());
            names.add(one.get("name").textValue());
        });
        assertEquals(List.of(single.toString(), mixed.resolve("b.png").toString(),
                mixed.resolve("deep/a.png").toString(), single.toString()), inputs);
        assertEquals(List.of("green", "red", "blue", "green"), names);
        for (int limit = 1; limit <= 5; limit++) {
            assertEquals(Math.min(limit, 4), json("predict", "--parameters", saved, "--input",
                    single, mixed, single, "--limit", limit).get("predictions").size());
        }
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertRefused(1, empty + ": holds no images", "predict", "--parameters", saved, "--input",
                empty);
    }

    @Test
    void printsNoHeadWithoutARow() {
        Path saved = trained("w.npz");
        CommandLineRun run = CommandLineRun.of("predict", "--parameters", saved, "--input",
                folder.resolve("missing.png"));
        assertEquals(1, run.code());
        assertEquals("", run.out());
    }

    @Test
    void warnsOfFewerClassesThanOutputs() throws IOException {
        Path wide = folder.resolve("wide.json");
        Files.writeString(wide, Files.readString(network).replace(": 3}", ": 10}"));
        CommandLineRun run = run("train", "--network", wide, "--data", data, "--epochs", 1,
                "--batch-size", 6);
        assertEquals("lanewise: warning: " + data + " names 3 classes, but the"
                + " network " + wide + " has 10 outputs; 3 are enough\n", run.err());
        assertEquals("", run("train", "--network", network, "--data", data, "--epochs", 1,
                "--batch-size", 6).err());
    }

    @Test
    void top() {
        Path saved = trained("w.npz");
        for (int top : new int[] {1, 2, 3, 100}) {
            JsonNode one = json("predict", "--parameters", saved, "--data", data, "--top", top)
                    .get("predictions").get(7);
            assertEquals(Math.min(top, 3), one.get("top").size());
            assertEquals("green", one.get("label_name").textValue());
            double before = 1;
            for (JsonNode each : one.get("top")) {
                assertTrue(each.get("probability").doubleValue() <= before);
                before = each.get("probability").doubleValue();
            }
        }
        assertFalse(run("predict", "--parameters", saved, "--data", data, "--top", 1).out()
                .contains("next"));
        assertRefused(2, "--top 0 must be at least 1", "predict", "--parameters", saved, "--top",
                0);
    }

    @Test
    void evaluateNamesTheClasses() {
        Path saved = trained("w.npz");
        JsonNode judged = json("evaluate", "--parameters", saved, "--data", data);
        assertEquals("[\"blue\",\"green\",\"red\"]", judged.get("classes").toString());
        JsonNode green = judged.get("per_class").get(1);
        assertEquals("green", green.get("name").textValue());
        assertEquals(6, green.get("samples").intValue());
        assertEquals(judged.get("confusion").get(1).get(1), green.get("correct"));
        String text = run("evaluate", "--parameters", saved, "--data", data).out();
        assertTrue(text.matches("(?s).*\\n +1( +\\d){3}  +[01]\\.\\d{4}  green\\n.*"), text);
        Path page = folder.resolve("page.html");
        run("report", "--parameters", saved, "--data", data, "--output", page);
        Path checkpoints = folder.resolve("run");
        run("train", "--network", network, "--data", data, "--epochs", 1, "--checkpoint-dir",
                checkpoints);
        assertEquals(judged.get("classes"), json("evaluate", "--parameters",
                checkpoints.resolve("best.npz"), "--data", data).get("classes"));
    }

    /** Labels are numbers by the order of names, and would mean something else. */
    @Test
    void refusesDataWithOtherClasses() throws IOException {
        Path saved = trained("w.npz");
        Files.move(data.resolve("train/green"), data.resolve("train/lime"));
        Files.move(data.resolve("test/green"), data.resolve("test/lime"));
        for (String command : List.of("evaluate", "predict")) {
            assertRefused(1, data + ": its classes are not those that the network learned: class 1"
                    + " is named green here and lime there", command, "--parameters", saved,
                    "--data", data);
        }
    }

    @Test
    void refusesAnotherNetworkThanTheFiles() throws IOException {
        Path saved = trained("w.npz");
        Path image = data.resolve("test/red/0.png");
        run("predict", "--network", network, "--parameters", saved, "--input", image);
        Path other = folder.resolve("other.json");
        Files.writeString(other, Files.readString(network).replace(": 3}", ": 4}"));
        String said = saved + ": holds another network than --network " + other + ": layer 1"
                + " (linear): out_features: found 3, expected 4; without --network its own";
        assertRefused(1, said, "predict", "--network", other, "--parameters", saved, "--input",
                image);
        assertRefused(1, said, "evaluate", "--network", other, "--parameters", saved);
        assertRefused(1, said, "export", "--network", other, "--parameters", saved, "--save",
                folder.resolve("x.npz"));
        assertRefused(1, said.replace(": layer 1 (linear): out_features: found 3, expected 4",
                ": input: found 3x4x4, expected 1x8x8").replace(other.toString(), "digits"),
                "predict", "--network", "digits", "--parameters", saved);
        // How losses add up is no part of what is computed.
        Files.writeString(other, Files.readString(network).replace("{\"input\"",
                "{\"reduction\": \"sum\", \"input\""));
        run("predict", "--network", other, "--parameters", saved, "--input", image);
    }

    @Test
    void parametersAloneNeedANetwork() throws IOException {
        Path saved = trained("w.npz");
        Path alone = folder.resolve("alone.npz");
        ParameterFile.write(ParameterFile.read(saved), alone);
        Path image = data.resolve("test/red/0.png");
        for (String command : List.of("predict", "evaluate")) {
            assertRefused(1, alone + ": holds parameters alone, no network; give the network",
                    command, "--parameters", alone);
        }
        assertRefused(1, alone + ": holds parameters alone", "describe", "--network", alone);
        String line = run("predict", "--network", network, "--parameters", alone, "--input",
                image).out();
        assertTrue(line.contains("     0      2  "), line);
        assertFalse(line.contains("name"), line);
        run("train", "--network", network, "--data", data, "--init", alone, "--epochs", 1);
        run("train", "--network", network, "--data", data, "--init", saved, "--epochs", 1);
    }

    @Test
    void aNetworkFileMayNameTheClasses() throws IOException {
        Path npz = folder.resolve("named.json");
        Files.writeString(npz, Files.readString(network).replace("{\"input\"",
                "{\"classes\": [\"blue\", \"green\", \"red\"], \"input\""));
        Path saved = folder.resolve("w.npz");
        run("train", "--network", npz, "--data", data, "--loss-reduction", "sum", "--epochs", 1,
                "--save", saved);
        SavedModel model = ModelFile.read(saved);
        assertEquals(NAMES, model.classes().names());
        assertEquals("SUM", model.network().orElseThrow().loss().reduction().name());
        Path again = folder.resolve("again.npz");
        run("train", "--network", saved, "--data", data, "--epochs", 1, "--save", again);
        assertEquals(model.network(), ModelFile.read(again).network());
        Files.writeString(npz, Files.readString(npz).replace("green", "lime"));
        assertRefused(1, data + ": its classes are not those of the network's file: class 1 is"
                + " named green here and lime there", "train", "--network", npz, "--data", data);
    }

    @Test
    void theHelpNamesTheWeights() {
        for (String command : List.of("predict", "evaluate", "export")) {
            String help = run(command, "--help").out();
            assertTrue(help.contains("--parameters=FILE"), help);
            assertFalse(help.contains("--init"), help);
        }
        assertRefused(2, "--init is another word for --parameters; give one or the other",
                "predict", "--init", "a", "--parameters", "b");
    }
}
