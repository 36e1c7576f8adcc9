package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Parameters;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.io.ParameterFile;

/** {@code lanewise train} on files against what PyTorch made of the same files in float64. */
class TorchReferenceTest {
    private static final double TOLERANCE = 1e-12;

    @TempDir
    Path folder;

    static List<Path> cases() throws IOException, URISyntaxException {
        Path torch = Path.of(TorchReferenceTest.class.getResource("/org/lanewise/torch").toURI());
        try (Stream<Path> all = Files.list(torch)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Test
    void noCaseIsMissing() throws Exception {
        assertEquals(47, cases().size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyLossAndTheLastParametersAreThoseOfPyTorch(Path given) throws IOException {
        Path history = folder.resolve("history.json");
        Path saved = folder.resolve("saved.npz");
        List<Object> command = new ArrayList<>(List.of("train", "--network",
                given.resolve("network.json"), "--data", given.resolve("data.npz"), "--init",
                given.resolve("init.npz"), "--no-shuffle", "--history", history, "--save", saved));
        for (var option : json(given.resolve("options.json")).properties()) {
            if (option.getValue().isArray()) {
                option.getValue().forEach(one -> command.add("--" + option.getKey() + "="
                        + one.asText()));
            } else if (!option.getValue().isBoolean()) {
                command.add("--" + option.getKey() + "=" + option.getValue().asText());
            } else if (option.getValue().booleanValue()) {
                command.add("--" + option.getKey());
            }
        }
        CommandLineRun run = CommandLineRun.of(command.toArray());
        assertEquals(0, run.code(), run.err());

        JsonNode expected = json(given.resolve("expected.json")).get("steps");
        JsonNode steps = json(history).get("steps");
        assertEquals(expected.size(), steps.size());
        for (int i = 0; i < steps.size(); i++) {
            assertClose("loss of step " + i, expected.get(i).doubleValue(),
                    steps.get(i).doubleValue());
        }
        Parameters computed = ParameterFile.read(saved);
        Parameters theirs = ParameterFile.read(given.resolve("final.npz"));
        assertEquals(theirs.list().stream().map(p -> p.spec()).toList(),
                computed.list().stream().map(p -> p.spec()).toList());
        for (Parameters.Parameter parameter : theirs.list()) {
            String name = parameter.spec().name();
            for (int i = 0; i < parameter.values().length; i++) {
                assertClose(name + "[" + i + "]", parameter.values()[i],
                        computed.values(name)[i]);
            }
        }
    }

    private static void assertClose(String what, double expected, double computed) {
        assertTrue(close(expected, computed),
                () -> what + ": expected " + expected + ", computed " + computed);
    }

    private static boolean close(double expected, double computed) {
        return Math.abs(computed - expected) <= TOLERANCE * Math.abs(expected);
    }

    @Test
    void theComparisonRefusesWhatIsNotClose() {
        assertTrue(close(1.0, 1.0 + 0.9e-12));
        assertFalse(close(1.0, 1.0 + 1.2e-12));
        assertFalse(close(1.0, Double.NaN));
        assertFalse(close(Double.NaN, 1.0));
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.parse(file.toString(), Files.readAllBytes(file));
    }
}
