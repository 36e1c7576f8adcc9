package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.cli.format.Recipe;
import org.lanewise.data.Digits;
import org.lanewise.io.Crafted;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Shape;
import picocli.CommandLine;

/** {@code lanewise train --recipe}: the same training as by options. */
class RecipeCommandTest {
    static final List<String> BUILT_IN = Recipe.BUILT_IN;

    private static final String RECIPE = """
            {"network": "digits",
             "data": {"normalize": {"mean": [0.3], "std": [0.5]}, "drop_last": true,
                      "augment": [{"type": "crop", "padding": 1}]},
             "initialize": [{"pattern": "*.bias", "type": "constant", "value": 0.125}],
             "optimizer": {"type": "sgd", "learning_rate": 0.05, "momentum": 0.8,
                           "nesterov": true},
             "schedule": {"type": "cosine", "eta_min": 0.001},
             "epochs": 3, "batch_size": 100, "seed": 5}
            """;
    private static final List<String> OPTIONS = List.of("--network=digits",
            "--normalize=0.3:0.5", "--drop-last", "--augment=crop=1",
            "--initialize=*.bias:type=constant,value=0.125", "--optimizer=sgd",
            "--learning-rate=0.05", "--momentum=0.8", "--nesterov",
            "--schedule=cosine:eta_min=0.001", "--epochs=3", "--batch-size=100", "--seed=5");

    @TempDir
    Path folder;
    private Path recipe;

    @BeforeEach
    void writeRecipe() throws IOException {
        recipe = Files.writeString(folder.resolve("r.json"), RECIPE);
    }

    private static CommandLineRun train(Object... options) {
        CommandLineRun run = CommandLineRun
                .of(Stream.concat(Stream.of("train"), Stream.of(options)).toArray());
        assertEquals(0, run.code(), run.err());
        return run;
    }

    /** By options, of which the last count. */
    private byte[] trainedBy(Stream<String> options) throws IOException {
        Path save = folder.resolve("options.npz");
        train(Stream.concat(options, Stream.of("--overwrite", "--save", save)).toArray());
        return Files.readAllBytes(save);
    }

    private byte[] trainedByRecipe(Object... more) throws IOException {
        Path save = folder.resolve("recipe.npz");
        train(Stream.concat(Stream.of("--recipe", recipe, "--overwrite", "--save", save),
                Stream.of(more)).toArray());
        return Files.readAllBytes(save);
    }

    @Test
    void trainsAsItsOptionsDo() throws IOException {
        assertArrayEquals(trainedBy(OPTIONS.stream()), trainedByRecipe());
    }

    @Test
    void optionsOverrideTheRecipe() throws IOException {
        byte[] plain = trainedByRecipe();
        byte[] other = trainedByRecipe("--epochs", 2, "--no-nesterov", "--seed=6");
        assertFalse(Arrays.equals(plain, other));
        assertArrayEquals(trainedBy(Stream.concat(OPTIONS.stream().filter(option -> !option
                .matches("--(epochs|nesterov|seed).*")), Stream.of("--epochs=2", "--seed=6"))),
                other);
        // Another optimizer has none of the recipe's fields.
        assertArrayEquals(trainedBy(Stream.concat(OPTIONS.stream().filter(option -> !option
                .matches("--(optimizer|learning|momentum|nesterov).*")),
                Stream.of("--optimizer=adam"))), trainedByRecipe("--optimizer=adam"));
    }

    @Test
    void aFileOfArgumentsMayNameTheRecipe() throws IOException {
        Path save = folder.resolve("file.npz");
        Path file = Files.writeString(folder.resolve("arguments"),
                "--recipe '" + recipe + "'\n--epochs=2\n\"--save=" + save + "\"\n");
        byte[] expected = trainedByRecipe("--epochs", 2);
        train("@" + file);
        assertArrayEquals(expected, Files.readAllBytes(save));
        // All of the command too, and a value that begins with the sign.
        Files.writeString(file, "train\n--recipe=" + recipe + "\n--epochs=2\n--overwrite\n--save\n"
                + save);
        assertEquals(0, CommandLineRun.of("@" + file).code());
        assertArrayEquals(expected, Files.readAllBytes(save));
        assertTrue(CommandLineRun.of("train", "--recipe", "@@none").err()
                .startsWith("lanewise: @none: no such file"));
    }

    /** A network of another loss learns by that of the recipe, and a line names both. */
    @Test
    void anotherNetworkLearnsByTheLossOfTheRecipe() throws IOException {
        Path network = Files.writeString(folder.resolve("net.json"), "{\"input\": [1, 8, 8],"
                + " \"layers\": [{\"type\": \"flatten\"}, {\"type\": \"linear\","
                + " \"out_features\": 10}], \"loss\": \"huber\", \"reduction\": \"sum\"}");
        String loss = "{\"type\": \"softmax_cross_entropy\", \"label_smoothing\": 0.25}";
        Files.writeString(recipe, RECIPE.replace("\"epochs\": 3", "\"epochs\": 1, \"loss\": "
                + loss));
        Path save = folder.resolve("other.npz");
        String used = "softmax_cross_entropy(label_smoothing 0.25";
        String out = train("--recipe", recipe, "--network", network, "--save", save).out();
        assertTrue(out.contains("\nloss      " + used + ", reduction sum), in place of the"
                + " network's huber(reduction sum)\n"), out);
        assertArrayEquals(Files.readAllBytes(save), trainedBy(Stream.concat(
                OPTIONS.stream().filter(option -> !option.matches("--(network|epochs).*")),
                Stream.of("--network=" + network, "--epochs=1", "--loss=" + loss))));
        out = train("--recipe", recipe, "--loss-reduction", "mean").out();
        assertTrue(out.contains("\nloss      " + used + "), in place of the network's"
                + " softmax_cross_entropy\n"), out);
        out = train("--recipe", recipe, "--loss", "softmax_cross_entropy").out();
        assertFalse(out.contains("\nloss "), out);
        CommandLineRun wrong = CommandLineRun.of("train", "--loss", "hubert");
        assertEquals("lanewise: loss: type: found \"hubert\", expected one of"
                + " softmax_cross_entropy, mean_squared_error, binary_cross_entropy_with_logits,"
                + " smooth_l1, huber; did you mean huber?\n", wrong.err());
        assertEquals(1, wrong.code());
    }

    @Test
    void fieldsOfARuleForFirstWeightsComeInAnyOrder() throws IOException {
        byte[] usual = trainedByRecipe();
        Files.writeString(recipe, RECIPE.replace(
                "{\"pattern\": \"*.bias\", \"type\": \"constant\", \"value\": 0.125}",
                "{\"value\": 0.125, \"type\": \"constant\", \"pattern\": \"*.bias\"}"));
        assertArrayEquals(usual, trainedByRecipe());
    }

    @Test
    void aWarmUpIsOverriddenByItsOptionsAndByAnotherSchedule() throws IOException {
        Files.writeString(recipe, RECIPE.replace("\"eta_min\": 0.001",
                "\"eta_min\": 0.001, \"warm_up\": 7, \"warm_up_start\": 0.5"));
        for (String[] options : new String[][] {{"--warm-up=3", "--warm-up-start=0.5"},
                {"--warm-up=7", "--warm-up-start=0.125"}, {"--warm-up=3", "--warm-up-start=1"}}) {
            // The recipe's own are left out where they are the same.
            Object[] more = Stream.of(options).filter(one -> !one.equals("--warm-up=7")
                    && !one.equals("--warm-up-start=0.5")).toArray();
            assertArrayEquals(trainedBy(Stream.concat(OPTIONS.stream(), Stream.of(options))),
                    trainedByRecipe(more));
        }
        assertArrayEquals(trainedBy(Stream.concat(OPTIONS.stream().filter(option -> !option
                .startsWith("--schedule")), Stream.of("--schedule=exponential:gamma=0.9"))),
                trainedByRecipe("--schedule=exponential:gamma=0.9"));
    }

    @Test
    void parametersOfAFileReplaceTheRulesOfTheRecipe() throws IOException {
        Path init = folder.resolve("init.npz");
        Files.write(init, trainedByRecipe());
        assertArrayEquals(trainedBy(Stream.concat(OPTIONS.stream().filter(option -> !option
                .startsWith("--initialize")), Stream.of("--init=" + init))),
                trainedByRecipe("--init", init));
    }

    @Test
    void resumesToTheSameWeights() throws IOException {
        Path checkpoints = folder.resolve("checkpoints");
        byte[] whole = trainedByRecipe();
        byte[] part = trainedByRecipe("--checkpoint-dir", checkpoints, "--until-accuracy", 0.01);
        assertFalse(Arrays.equals(whole, part));
        assertArrayEquals(whole,
                trainedByRecipe("--checkpoint-dir", checkpoints, "--resume"));
    }

    @Test
    void printsTheDigestsOfDataAndWeights() throws Exception {
        Path save = folder.resolve("saved.npz");
        CommandLineRun text = train("--recipe", recipe, "--save", save);
        String data = Digits.dataSet().train().sha256();
        String test = Digits.dataSet().test().orElseThrow().sha256();
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        for (Parameters.Parameter parameter : ParameterFile.read(save).list()) {
            sha.update(bigEndian(parameter.values()));
        }
        String weights = HexFormat.of().formatHex(sha.digest());
        assertTrue(text.out().contains("\nrecipe    " + recipe + ", SHA-256 of the samples " + data
                + ", " + test + "\n"), text.out());
        assertTrue(text.out().contains("\nSHA-256 of the weights " + weights + "\n"), text.out());
        JsonNode json = Json.parse("out", train("--recipe", recipe, "--json").out()
                .getBytes(StandardCharsets.UTF_8));
        assertEquals(data, json.get("train_sha256").textValue());
        assertEquals(test, json.get("test_sha256").textValue());
        assertEquals(weights, json.get("weights_sha256").textValue());
        assertEquals(recipe.toString(), json.get("recipe").textValue());
        assertFalse(train("--epochs", 1).out().contains("SHA-256"));
    }

    private static byte[] bigEndian(double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return bytes.array();
    }

    @Test
    void showsTheRecipeAndItsOptions() throws IOException {
        Path quoted = Files.writeString(folder.resolve("q.json"),
                "{\"network\": \"digits\", \"initialize\": [{\"pattern\": \"*'s\", \"type\":"
                        + " \"zeros\"}], \"epochs\": 2}");
        assertEquals(Files.readString(quoted) + "\n\nThe same as:\n\n./lanewise train"
                + " --network=digits \\\n    '--initialize=*'\\''s:type=zeros' \\\n    --epochs=2\n",
                train("--recipe", quoted, "--show").out());
    }

    /** Each option of a recipe is one of the command, and the recipe is shown. */
    @ParameterizedTest
    @FieldSource("BUILT_IN")
    void includedRecipesAreOptionsOfTheCommand(String name) throws IOException {
        var known = new CommandLine(new TrainCommand()).getCommandSpec().optionsMap().keySet();
        for (String option : Recipe.read(name).options().keySet()) {
            assertTrue(known.contains(option), name + ": " + option);
        }
        String shown = train("--recipe=" + name, "--show").out();
        assertTrue(shown.startsWith(Recipe.read(name).text().strip()), shown);
    }

    /** On a few random images, in smaller batches; what they learn is measured elsewhere. */
    @ParameterizedTest
    @FieldSource("BUILT_IN")
    void includedRecipesTrain(String name) throws IOException {
        Shape.Image input = (Shape.Image) NetworkFile
                .read(Recipe.read(name).options().get("--network").getFirst().split("=")[1])
                .input();
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        RandomState random = new RandomState(1);
        for (String part : List.of("train", "test")) {
            byte[] pixels = new byte[13 * (int) input.size()];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (byte) random.uniform(0.0, 256.0);
            }
            arrays.put("x_" + part + ".npy", Crafted.npy("|u1", "(13, " + input.channels() + ", "
                    + input.height() + ", " + input.width() + ")", pixels));
            arrays.put("y_" + part + ".npy",
                    Crafted.npyLongs("(13,)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2));
        }
        CommandLineRun run = train("--recipe", name, "--data",
                Crafted.write(folder, "data.npz", Crafted.zip(false, arrays)), "--batch-size", 4,
                "--epochs", 2);
        assertTrue(run.out().contains("SHA-256 of the weights "), run.out());
        assertTrue(run.out().contains("epoch 2/2"), run.out());
    }

    @Test
    void refusesWhatIsNoRecipe() throws IOException {
        Files.writeString(recipe, RECIPE.replace("batch_size", "batchsize"));
        CommandLineRun run = CommandLineRun.of("train", "--recipe", recipe);
        assertEquals(1, run.code());
        assertTrue(run.err().startsWith("lanewise: " + recipe + ": unknown field batchsize; known"
                + " here are network, "), run.err());
        assertTrue(run.err().endsWith("; did you mean batch_size?\n"), run.err());
        Files.writeString(recipe, RECIPE.replace("cosine", "cosin"));
        run = CommandLineRun.of("train", "--recipe", recipe);
        assertEquals(2, run.code());
        assertTrue(run.err().contains("did you mean cosine?"), run.err());
        run = CommandLineRun.of("train", "--show");
        assertEquals(1, run.code());
        assertEquals("lanewise: --show needs --recipe\n", run.err());
    }
}
