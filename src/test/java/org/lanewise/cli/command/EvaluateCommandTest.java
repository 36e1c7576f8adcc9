package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;

/** What {@code evaluate} says of each class. */
class EvaluateCommandTest {
    @TempDir
    private Path folder;

    private static CommandLineRun run(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.code(), run.err());
        return run;
    }

    @Test
    void saysTopKAndTheFiguresOfEachClass() {
        Path saved = folder.resolve("digits.npz");
        run("train", "--epochs", 1, "--save", saved);
        JsonNode root = Json.parse("evaluate", run("evaluate", "--parameters", saved, "--top-k", 3,
                "--json").out().getBytes(StandardCharsets.UTF_8));
        assertEquals(3, root.get("top_k").intValue());
        double top = root.get("top_k_accuracy").doubleValue();
        assertTrue(top > root.get("accuracy").doubleValue() && top <= 1, root.toString());
        JsonNode counts = root.get("confusion");
        double sum = 0;
        for (int label = 0; label < 10; label++) {
            int taken = 0;
            int own = 0;
            for (int i = 0; i < 10; i++) {
                taken += counts.get(i).get(label).intValue();
                own += counts.get(label).get(i).intValue();
            }
            int right = counts.get(label).get(label).intValue();
            JsonNode one = root.get("per_class").get(label);
            double precision = taken == 0 ? 0 : (double) right / taken;
            assertEquals(precision, one.get("precision").doubleValue());
            assertEquals((double) right / own, one.get("recall").doubleValue());
            assertEquals(2.0 * right / (taken + own), one.get("f1").doubleValue());
            assertEquals(own, one.get("samples").intValue());
            sum += precision;
        }
        assertEquals(sum / 10, root.get("mean_precision").doubleValue(), 1e-15);
        List<String> lines = run("evaluate", "--parameters", saved, "--top-k", 3).out().lines()
                .toList();
        assertTrue(lines.contains(String.format(Locale.ROOT,
                "test top-3 accuracy %.4f", top)), lines.toString());
        assertTrue(lines.contains("class  samples  precision  recall      F1"), lines.toString());
        assertEquals(String.format(Locale.ROOT, " mean      359     %.4f", sum / 10),
                lines.getLast().substring(0, 25));
        CommandLineRun many = CommandLineRun.of("evaluate", "--parameters", saved, "--top-k", 11);
        assertEquals(2, many.code());
        assertTrue(many.err().contains("--top-k 11 must be from 1 to the network's 10 classes"),
                many.err());
    }
}
