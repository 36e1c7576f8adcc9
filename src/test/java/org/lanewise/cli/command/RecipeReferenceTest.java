package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Parameters;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.io.ParameterFile;

/**
 * A recipe with all that cifar-94 has, on a small scale, against what PyTorch's side of cifar-94 made of
 * the same numbers in float64 ({@code src/test/python/torch_recipe.py}): groups, freezing, schedule,
 * lookahead, label smoothing, batch normalization and a fraction of an epoch, together.
 */
class RecipeReferenceTest {
    /** Of each loss, and of the largest element of each array. */
    private static final double TOLERANCE = 1e-12;

    @TempDir
    Path folder;

    @Test
    void everyLossAndTheLastParametersAreThoseOfPyTorch() throws Exception {
        Path given = Path.of(RecipeReferenceTest.class.getResource("recipe").toURI());
        Path history = folder.resolve("history.json");
        Path saved = folder.resolve("saved.npz");
        CommandLineRun run = CommandLineRun.of("train", "--recipe", given.resolve("recipe.json"),
                "--data", given.resolve("data.npz"), "--init", given.resolve("init.npz"),
                "--no-shuffle", "--history", history, "--save", saved);
        assertEquals(0, run.code(), run.err());
        JsonNode expected = json(given.resolve("expected.json")).get("steps");
        JsonNode steps = json(history).get("steps");
        assertEquals(8, expected.size());
        assertEquals(expected.size(), steps.size());
        for (int i = 0; i < steps.size(); i++) {
            assertClose("loss of step " + i, expected.get(i).doubleValue(),
                    steps.get(i).doubleValue(), expected.get(i).doubleValue());
        }
        Parameters computed = ParameterFile.read(saved);
        Parameters theirs = ParameterFile.read(given.resolve("final.npz"));
        assertEquals(new HashSet<>(theirs.list().stream().map(p -> p.spec()).toList()),
                new HashSet<>(computed.list().stream().map(p -> p.spec()).toList()));
        for (Parameters.Parameter parameter : theirs.list()) {
            String name = parameter.spec().name();
            double largest = Arrays.stream(parameter.values()).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < parameter.values().length; i++) {
                assertClose(name + "[" + i + "]", parameter.values()[i], computed.values(name)[i],
                        largest);
            }
        }
    }

    private static void assertClose(String what, double expected, double computed, double scale) {
        assertTrue(Math.abs(computed - expected) <= TOLERANCE * Math.abs(scale),
                () -> what + ": expected " + expected + ", computed " + computed);
    }

    private static JsonNode json(Path file) throws Exception {
        return Json.parse(file.toString(), Files.readAllBytes(file));
    }
}
