package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.CheckpointRuns.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.cli.CommandLineRun;

/** Every command on networks whose losses have options. */
class LossCommandsTest {
    private static final String NETWORK = """
            {"input": [2], "layers": [{"type": "linear", "out_features": 3}], "loss":
            {"type": "softmax_cross_entropy", "weight": [1, 0.5, 2], "ignore_index": -1,
             "label_smoothing": 0.1}, "classes": ["one", "two", "three"]}
            """;

    @TempDir
    private Path folder;
    private Path network;
    private Path data;
    private Path saved;

    @BeforeEach
    void writeFiles() throws IOException {
        network = Files.writeString(folder.resolve("net.json"), NETWORK);
        data = Files.writeString(folder.resolve("a.csv"),
                "label,a,b\n0,1,0\n-1,9,9\n1,0,1\n2,1,1\n0,2,0\n");
        saved = folder.resolve("w.npz");
    }

    private CommandLineRun run(Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return run;
    }

    @Test
    void ignoredSamplesAreNotEvaluated() throws IOException {
        run("train", "--network", network, "--data", data, "--epochs", 2, "--batch-size", 2,
                "--save", saved);
        JsonNode all = json(run("evaluate", "--parameters", saved, "--data", data, "--json"));
        assertEquals(4, all.get("samples").intValue(), all.toString());
        CommandLineRun predicted = run("predict", "--parameters", saved, "--data", data);
        assertEquals(6, predicted.out().lines().count(), predicted.out());
        assertTrue(predicted.out().lines().skip(2).findFirst().orElseThrow().contains("  -1  "),
                predicted.out());
        JsonNode second = json(run("predict", "--parameters", saved, "--data", data, "--json"))
                .get("predictions").get(1);
        assertEquals("-1", second.get("label_name").asText());
    }

    /** Probabilities learn, are evaluated without accuracy, and predict classes. */
    @Test
    void probabilitiesOfClassesAreTargets() throws IOException {
        Files.writeString(network, NETWORK.replace("\"ignore_index\": -1", "\"targets\":"
                + " \"probabilities\""));
        Files.writeString(data,
                "target0,target1,target2,a,b\n0.5,0.5,0,1,0\n0,0,1,0,1\n1,0,3,1,1\n");
        run("train", "--network", network, "--data", data, "--epochs", 2, "--batch-size", 2,
                "--save", saved);
        JsonNode all = json(run("evaluate", "--parameters", saved, "--data", data, "--json"));
        assertEquals(3, all.get("samples").intValue(), all.toString());
        CommandLineRun predicted = run("predict", "--parameters", saved, "--data", data);
        assertTrue(predicted.out().contains("sample  class  probability"), predicted.out());
        run("gradient-check", "--network", network);
        CommandLineRun goal = CommandLineRun.of("train", "--network", network, "--data", data,
                "--until-accuracy", "0.5");
        assertEquals(2, goal.code());
        assertTrue(goal.err().startsWith("lanewise: --until-accuracy needs labels, and loss"
                + " softmax_cross_entropy(weight [1.0, 0.5, 2.0], label_smoothing 0.1, targets"
                + " probabilities) has none"), goal.err());
        Files.writeString(data, "target0,target1,target2,a,b\n0.5,-0.5,0,1,0\n");
        CommandLineRun negative = CommandLineRun.of("train", "--network", network, "--data", data);
        assertEquals(1, negative.code());
        assertTrue(negative.err().contains("target value 1 of sample 0 is -0.5;"
                + " softmax_cross_entropy needs finite values of at least 0"), negative.err());
    }

    @Test
    void optionsAreDescribed() throws IOException {
        String out = run("describe", "--network", network).out();
        assertTrue(out.lines().findFirst().orElseThrow().endsWith("9 parameters,"
                + " softmax_cross_entropy(weight [1.0, 0.5, 2.0], ignore_index -1,"
                + " label_smoothing 0.1)"), out);
        JsonNode root = json(run("describe", "--network", network, "--json"));
        assertEquals("softmax_cross_entropy", root.get("loss").asText());
        assertEquals("{\"weight\":[1.0,0.5,2.0],\"ignore_index\":-1,\"label_smoothing\":0.1}",
                root.get("loss_options").toString());
        assertFalse(json(run("describe", "--json")).has("loss_options"));
    }

    @Test
    void weightsKeepTheirLoss() throws IOException {
        run("train", "--network", network, "--data", data, "--epochs", 1, "--save", saved);
        String described = run("describe", "--network", network).out();
        assertEquals(described.lines().skip(1).toList(),
                run("describe", "--parameters", saved).out().lines().skip(1).toList());
        Path other = Files.writeString(folder.resolve("other.json"),
                NETWORK.replace("\"label_smoothing\": 0.1", "\"label_smoothing\": 0.2"));
        CommandLineRun refused = CommandLineRun.of("evaluate", "--network", other, "--parameters",
                saved, "--data", data);
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("loss: found softmax_cross_entropy(weight [1.0, 0.5,"
                + " 2.0], ignore_index -1, label_smoothing 0.1), expected softmax_cross_entropy("),
                refused.err());
    }

    /** Drawn samples fit the loss, and the constant prediction of the warning is that of the loss. */
    @ParameterizedTest
    @ValueSource(strings = {"\"smooth_l1\"", "\"huber\"", "\"binary_cross_entropy_with_logits\"",
            "{\"type\": \"binary_cross_entropy_with_logits\", \"pos_weight\": [2, 3]}",
            "{\"type\": \"smooth_l1\", \"beta\": 0}"})
    void lossesOfValuesTrain(String loss) throws IOException {
        Files.writeString(network, "{\"input\": [2], \"layers\": [{\"type\": \"linear\","
                + " \"out_features\": 2}], \"loss\": " + loss + "}");
        Files.writeString(data, "target_x,target_y,a,b\n0,1,0.1,0\n1,0.25,0.3,0.1\n0,0,0.1,0.1\n");
        CommandLineRun trained = run("train", "--network", network, "--data", data, "--epochs", 2,
                "--save", saved);
        assertFalse(trained.err().contains("far above"), trained.err());
        assertTrue(run("evaluate", "--parameters", saved, "--data", data).out()
                .contains("(3 samples)"));
        run("gradient-check", "--network", network);
    }
}
