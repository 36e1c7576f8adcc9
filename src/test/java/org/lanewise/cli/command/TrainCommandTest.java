package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.TrainingProcess;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;

/** Train, save, evaluate, predict: what a user does first, by the commands. */
class TrainCommandTest {
    @TempDir
    Path folder;

    private static JsonNode json(String text) {
        return Json.parse("output", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void digitsAreLearnedSavedEvaluatedAndPredicted() throws IOException {
        Path saved = folder.resolve("digits ü.npz");
        CommandLineRun train = CommandLineRun.of("train", "--save", saved);
        assertEquals(0, train.code(), train.err());
        assertEquals("", train.err());
        assertTrue(
                train.out()
                        .matches("(?s).*epoch 20/20  loss 0\\.\\d{4}  accuracy [01]\\.\\d{4}  test"
                                + " accuracy 0\\.9\\d{3}  [\\d,]+ samples/s\\n.*"),
                train.out());
        assertTrue(train.out().chars().allMatch(c -> c == '\n' || c >= ' '), "control characters");

        JsonNode judged = json(
                CommandLineRun.of("evaluate", "--parameters", saved, "--json").out());
        assertTrue(judged.get("accuracy").doubleValue() >= 0.97, judged.toString());
        assertEquals(359, judged.get("samples").intValue());
        int counted = 0;
        for (JsonNode row : judged.get("confusion")) {
            for (JsonNode count : row) {
                counted += count.intValue();
            }
        }
        assertEquals(359, counted);
        String line = "test accuracy "
                + String.format(Locale.ROOT, "%.4f", judged.get("accuracy").doubleValue());
        assertTrue(train.out().contains(line), train.out());

        JsonNode predictions = json(CommandLineRun.of("predict", "--parameters", saved, "--json")
                .out()).get("predictions");
        assertEquals(359, predictions.size());
        int right = 0;
        for (JsonNode prediction : predictions) {
            right += prediction.get("class").equals(prediction.get("label")) ? 1 : 0;
            double sum = 0;
            for (JsonNode probability : prediction.get("probabilities")) {
                sum += probability.doubleValue();
            }
            assertEquals(1.0, sum, 1e-12);
        }
        assertEquals(judged.get("accuracy").doubleValue(), right / 359.0);
    }

    @Test
    void anyNumberOfThreadsWritesTheSameFile() throws IOException {
        Path alone = folder.resolve("alone.npz");
        Path shared = folder.resolve("shared.npz");
        CommandLineRun one = CommandLineRun.of("train", "--epochs", 2, "--threads", 1, "--save",
                alone);
        CommandLineRun two = CommandLineRun.of("train", "--epochs", 2, "--threads", 2, "--save",
                shared);
        assertEquals(0, two.code(), two.err());
        assertTrue(one.out().contains(", 1 thread\n"), one.out());
        assertTrue(two.out().contains(", 2 threads\n"), two.out());
        assertArrayEquals(Files.readAllBytes(alone), Files.readAllBytes(shared));
        Path auto = folder.resolve("auto.npz");
        CommandLineRun all = CommandLineRun.of("train", "--epochs", 2, "--save", auto);
        int cores = Runtime.getRuntime().availableProcessors();
        assertTrue(all.out().contains(cores == 1 ? ", 1 thread\n" : ", " + cores + " threads\n"),
                all.out());
        assertArrayEquals(Files.readAllBytes(alone), Files.readAllBytes(auto));
        for (String command : new String[] {"evaluate", "predict"}) {
            CommandLineRun judged = CommandLineRun.of(command, "--parameters", shared, "--threads",
                    3);
            assertEquals(0, judged.code(), judged.err());
            assertEquals(CommandLineRun.of(command, "--parameters", shared).out(), judged.out());
        }
    }

    @Test
    void warnsOfMoreThreadsThanCores() {
        int cores = Runtime.getRuntime().availableProcessors();
        assertEquals("", CommandLineRun.of("train", "--epochs", 1, "--threads", cores).err());
        CommandLineRun run = CommandLineRun.of("train", "--epochs", 1, "--threads", cores + 1);
        assertEquals(0, run.code());
        assertEquals("lanewise: warning: --threads " + (cores + 1) + " is more than this machine"
                + " has cores (" + cores + "), which makes it slower; --threads auto takes all"
                + " cores\n", run.err());
    }

    /** The folder is found before the first epoch and is gone at the end. */
    @Test
    void writesParametersElsewhereWhenTheirFolderIsRemoved()
            throws IOException, InterruptedException {
        Path runs = Files.createDirectory(folder.resolve("runs"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        TrainingProcess process = TrainingProcess.start(
                List.of("env", "JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + temporary), "train",
                "--epochs", 100, "--save", runs.resolve("a.npz")).awaitLine("epoch ");
        Files.delete(runs);
        CommandLineRun run = process.end();
        Path rescued = temporary.resolve("rescued-a.npz");
        assertEquals(1, run.code());
        assertTrue(run.err().endsWith("lanewise: " + runs.resolve("a.npz") + ": there is no folder "
                + runs + "; the trained parameters were written to " + rescued + " instead\n"),
                run.err());
        assertEquals(0, CommandLineRun.of("evaluate", "--parameters", rescued).code());
    }

    @Test
    void warnsOfALossFarAboveThatOfAConstantPrediction() throws IOException {
        Path data = folder.resolve("data.csv");
        StringBuilder text = new StringBuilder("label");
        for (int i = 0; i < 64; i++) {
            text.append(",pixel").append(i);
        }
        text.append('\n');
        for (int i = 0; i < 40; i++) {
            text.append(i % 10).append((",0,255,0," + 20 * (i % 10)).repeat(16)).append('\n');
        }
        Files.writeString(data, text);
        CommandLineRun run = CommandLineRun.of("train", "--data", data, "--epochs", 2);
        assertEquals(0, run.code(), run.err());
        assertTrue(
                run.err().matches("lanewise: warning: the loss of epoch 1 is [\\d.e+]+, far above"
                        + " the 2\\.303 of a constant prediction: .*\\n"),
                run.err());
        assertEquals("", CommandLineRun.of("train", "--data", data, "--epochs", 2, "--divide-by",
                255).err());
    }

    @Test
    void suggestsOtherDataWhereTheDigitsDoNotFit() {
        CommandLineRun run = CommandLineRun.of("train", "--network", "lenet-5");
        assertEquals(1, run.code());
        assertEquals("lanewise: embedded digits: samples of 1x8x8 do not fit the network's input"
                + " 1x28x28; give others with --data\n", run.err());
    }

    @Test
    void suggestsInitWhereWeightsAreAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("w.npz"), "weights");
        CommandLineRun run = CommandLineRun.of("train", "--weights", file);
        assertEquals(2, run.code());
        assertTrue(run.err().lines().findFirst().orElseThrow()
                .endsWith("; to begin with the weights of a file give --init " + file), run.err());
        assertFalse(CommandLineRun.of("train", "--weights", "he").err().contains("--init"));
    }

    /** The history takes the name, by a link, before the parameters are saved. */
    @Test
    void printsTheResultWhenTheParametersCannotBeSaved() throws IOException {
        Path runs = Files.createDirectory(folder.resolve("runs"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), runs);
        Path data = folder.resolve("data.csv");
        StringBuilder text = new StringBuilder("label");
        for (int i = 0; i < 64; i++) {
            text.append(",pixel").append(i);
        }
        text.append('\n');
        for (int i = 0; i < 20; i++) {
            text.append(i % 10).append((",0,1,0,0." + i % 10).repeat(16)).append('\n');
        }
        Files.writeString(data, text);
        CommandLineRun run = CommandLineRun.of("train", "--data", data, "--epochs", 1, "--json",
                "--checkpoint-dir", folder.resolve("run"), "--history", runs.resolve("a"), "--save",
                link.resolve("a"));
        assertEquals(1, run.code());
        assertFalse(run.out().isEmpty(), run.err());
        assertEquals("complete", json(run.out()).get("end").textValue());
        assertTrue(run.err().endsWith(link.resolve("a") + ": exists already; --overwrite replaces"
                + " it; the trained parameters were written to " + folder.resolve("rescued-a")
                + " instead\n"), run.err());
    }

    @Test
    void oneSeedWritesTheSameFile() throws IOException {
        Path first = folder.resolve("first.npz");
        Path second = folder.resolve("second.npz");
        Path other = folder.resolve("other.npz");
        for (Path file : new Path[] {first, second}) {
            assertEquals(0, CommandLineRun.of("train", "--epochs", 2, "--save", file).code());
        }
        CommandLineRun.of("train", "--epochs", 2, "--seed", 1, "--save", other);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
        assertFalse(Arrays.equals(Files.readAllBytes(first), Files.readAllBytes(other)));
    }

    @Test
    void trainingBeginsFromAFile() {
        Path saved = folder.resolve("saved.npz");
        CommandLineRun.of("train", "--epochs", 5, "--save", saved);
        JsonNode epochs = json(CommandLineRun.of("train", "--init", saved, "--epochs", 1, "--json")
                .out()).get("epochs");
        assertTrue(epochs.get(0).get("accuracy").doubleValue() > 0.9, epochs.toString());
    }

    @Test
    void startsWithTheNetworkOfTheInitialWeights() throws IOException {
        Path net = folder.resolve("net.json");
        Files.writeString(net, """
                {"input": [1, 8, 8], "layers": [{"type": "flatten"},
                 {"type": "linear", "out_features": 10}]}""");
        Path saved = folder.resolve("saved.npz");
        assertEquals(0, CommandLineRun.of("train", "--network", net, "--epochs", 1, "--save", saved)
                .code());
        CommandLineRun run = CommandLineRun.of("train", "--init", saved, "--epochs", 1);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("network   " + saved + ": "), run.out());
        CommandLineRun other = CommandLineRun.of("train", "--network", "digits", "--init", saved);
        assertTrue(other.err().startsWith(
                "lanewise: " + saved + ": parameters do not fit the network"), other.err());
    }

    @Test
    void theHistoryHoldsEveryStepAndEpoch() throws IOException {
        Path history = folder.resolve("history.json");
        CommandLineRun run = CommandLineRun.of("train", "--epochs", 3, "--batch-size", 100,
                "--history", history);
        assertEquals(0, run.code(), run.err());
        JsonNode written = json(Files.readString(history));
        assertEquals(3 * 15, written.get("steps").size());
        assertEquals(3, written.get("epochs").size());
        JsonNode last = written.get("epochs").get(2);
        assertEquals(3, last.get("epoch").intValue());
        for (String field : new String[] {"loss", "accuracy", "test_loss", "test_accuracy",
                "seconds", "samples_per_second"}) {
            assertTrue(last.get(field).isNumber(), field);
        }
        double sum = 0;
        for (int i = 30; i < 45; i++) {
            // 1,438 samples: fourteen batches of 100 and one of 38.
            sum += written.get("steps").get(i).doubleValue() * (i == 44 ? 38 : 100);
        }
        assertEquals(sum / 1438, last.get("loss").doubleValue(), 1e-12);
    }

    @Test
    void aSavedFileIsNotOverwrittenUnasked() throws IOException {
        Path saved = folder.resolve("saved.npz");
        Files.writeString(saved, "precious");
        CommandLineRun refused = CommandLineRun.of("train", "--epochs", 1, "--save", saved);
        assertEquals(1, refused.code());
        assertEquals("lanewise: " + saved + ": exists already; --overwrite replaces it\n",
                refused.err());
        assertEquals("", refused.out());
        assertEquals("precious", Files.readString(saved));
        assertEquals(0, CommandLineRun.of("train", "--epochs", 1, "--save", saved, "--overwrite")
                .code());
        assertTrue(Files.size(saved) > 1000);
    }

    @Test
    void aFolderThatIsNotThereIsFoundBeforeTraining() {
        Path saved = folder.resolve("missing").resolve("saved.npz");
        for (String option : new String[] {"--save", "--history"}) {
            CommandLineRun run = CommandLineRun.of("train", option, saved);
            assertEquals(1, run.code());
            assertEquals("lanewise: " + saved + ": there is no folder " + saved.getParent() + "\n",
                    run.err());
            assertEquals("", run.out());
        }
    }

    @Test
    void divergenceStopsWithItsStepAndRate() {
        CommandLineRun run = CommandLineRun.of("train", "--learning-rate", "1e200");
        assertEquals(1, run.code());
        assertTrue(run.err().matches("lanewise: epoch 1, step \\d+, learning rate 1\\.0E200:"
                + " the loss is \\S+, first seen in the output of layer \\d \\(\\w+\\) for sample"
                + " \\d+ \\(input \\d+ of the batch\\); .*\\n"), run.err());
    }

    @Test
    void aTrainingThatFailedLeavesItsHistory() throws IOException {
        Path history = folder.resolve("history.json");
        assertEquals(1, CommandLineRun.of("train", "--learning-rate", "1e200", "--history", history)
                .code());
        assertTrue(json(Files.readString(history)).get("steps").size() >= 1);
    }

    @Test
    void aHistoryReplacesAHistoryAndNothingElse() throws IOException {
        Path file = folder.resolve("file");
        for (int time = 0; time < 2; time++) {
            assertEquals(0, CommandLineRun.of("train", "--epochs", 1, "--history", file).code());
        }
        Files.writeString(file, "PK: weights");
        CommandLineRun refused = CommandLineRun.of("train", "--epochs", 1, "--history", file);
        assertEquals(1, refused.code());
        assertEquals("lanewise: " + file + ": exists already; --overwrite replaces it\n",
                refused.err());
        CommandLineRun both = CommandLineRun.of("train", "--save", folder.resolve("a"), "--history",
                folder.resolve("b").resolve("..").resolve("a"));
        assertEquals(2, both.code());
        assertTrue(both.err().startsWith("lanewise: --save and --history name one file"));
    }

    @Test
    void aTrainingEndsWhereItIsAccurateEnough() {
        JsonNode all = json(CommandLineRun.of("train", "--epochs", 4, "--json").out());
        double goal = all.get("epochs").get(1).get("test_accuracy").doubleValue();
        assertTrue(all.get("epochs").get(0).get("test_accuracy").doubleValue() < goal);
        JsonNode some = json(
                CommandLineRun.of("train", "--epochs", 4, "--json", "--until-accuracy", goal)
                        .out());
        assertEquals(2, some.get("epochs").size());
        assertEquals("accuracy", some.get("end").textValue());
        assertEquals("complete", all.get("end").textValue());
        assertTrue(some.get("seconds").doubleValue() > 0);
        CommandLineRun told = CommandLineRun.of("train", "--epochs", 4, "--until-accuracy", 0);
        assertEquals(0, told.code());
        assertTrue(told.out().contains("\nended early: accuracy of at least 0.0 after "),
                told.out());
        CommandLineRun wrong = CommandLineRun.of("train", "--until-accuracy", 1.5);
        assertEquals(2, wrong.code());
        assertTrue(wrong.err().startsWith("lanewise: --until-accuracy 1.5 must be from 0 to 1\n"),
                wrong.err());
    }

    @Test
    void theMemoryIsWhatDescribePredicts() {
        long predicted = json(CommandLineRun.of("describe", "--json").out()).get("memory_bytes")
                .longValue();
        JsonNode taken = json(CommandLineRun.of("train", "--epochs", 1, "--json").out());
        assertEquals(predicted, taken.get("memory_bytes").longValue());
        assertTrue(taken.get("process_memory_bytes").longValue() > predicted);
        String said = CommandLineRun.of("train", "--epochs", 1).out();
        assertTrue(said.matches("(?s).*\\nmemory    needs at least [\\d.]+ MB: arrays "
                + Report.bytes(predicted)
                + ", copies to save .*, samples 927\\.3 kB, JVM 120\\.0 MB;"
                + " the heap may grow to .*"), said);
    }

    @Test
    void anOversizedBatchIsAWarning() {
        CommandLineRun run = CommandLineRun.of("train", "--epochs", 1, "--batch-size", 2000);
        assertEquals(0, run.code());
        assertEquals("lanewise: warning: the batch size 2,000 is larger than the 1,438 training"
                + " samples; a step takes them all\n", run.err());
    }

    @Test
    void outputIsTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        String[] command = {"describe", "--network", "vgg-8"};
        String expected = CommandLineRun.of((Object[]) command).out();
        try {
            for (String tag : new String[] {"de-DE", "tr-TR", "ar-EG", "hi-IN-u-nu-deva"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertEquals(expected, CommandLineRun.of((Object[]) command).out(), tag);
                CommandLineRun train = CommandLineRun.of("train", "--epochs", 1, "--optimizer",
                        "sgd");
                assertTrue(train.out().contains("epoch 1/1  loss "), tag + train.err());
                assertTrue(train.out().contains("backend vector"), tag + train.out());
            }
        } finally {
            Locale.setDefault(before);
        }
    }
}
