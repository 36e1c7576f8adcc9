package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.io.Crafted;
import org.lanewise.io.ParameterFile;

/** What the page of {@code report} holds; how it looks is tested in a browser. */
class ReportCommandTest {
    private static final String ENVIRONMENT = """
            "environment": {"fma_peak_gflops": {"1": 40, "2": 80}, "jdk": "25", "cpu": "Abacus",
              "species_bits": 256}""";

    @TempDir
    Path folder;

    private Path page;

    @BeforeEach
    void name() {
        page = folder.resolve("page.html");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String measurement(String problem, String pass, int threads, String backend,
            double nanos) {
        return """
                {"problem": "%s", "pass": "%s", "threads": %d, "backend": "%s", "min_ns": 1,
                 "algorithm": "direct", "median_ns": %s, "gflops": 10, "fraction_of_peak": 0.25,
                 "max_error_vs_scalar": null}""".formatted(problem, pass, threads, backend, nanos);
    }

    private Path bench(String... measurements) throws IOException {
        return file("bench.json", "{" + ENVIRONMENT + ", \"results\": ["
                + String.join(", ", measurements) + "]}");
    }

    private CommandLineRun report(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("report", "--output", page));
        all.addAll(List.of(arguments));
        return CommandLineRun.of(all.toArray());
    }

    /** The content of the page that the arguments make. */
    private JsonNode content(Object... arguments) throws IOException {
        CommandLineRun run = report(arguments);
        assertEquals(0, run.code(), run.err());
        Matcher json = Pattern
                .compile("<script type=\"application/json\" id=\"page\">(.*?)</script>",
                        Pattern.DOTALL)
                .matcher(Files.readString(page));
        assertTrue(json.find());
        return Json.parse("page", json.group(1).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode figure(JsonNode content, String section, String title) {
        for (JsonNode one : content.get("sections")) {
            for (JsonNode figure : one.get("figures")) {
                if (one.get("title").textValue().startsWith(section)
                        && figure.get("title").textValue().startsWith(title)) {
                    return figure;
                }
            }
        }
        throw new AssertionError("no " + section + ": " + title + " in " + content);
    }

    private static List<String> sections(JsonNode content) {
        List<String> titles = new ArrayList<>();
        content.get("sections").forEach(one -> titles.add(one.get("title").textValue()));
        return titles;
    }

    private static void assertBars(JsonNode figure, int series, String name, Object... values) {
        JsonNode found = figure.get("series").get(series);
        assertEquals(name, found.get("name").textValue());
        assertEquals(Json.tree(values).toString(), found.get("values").toString());
    }

    @Test
    void ratiosAreTakenBetweenTheSameProblemPassAndThreads() throws Exception {
        Path bench = bench(measurement("a", "step", 1, "vector", 100),
                measurement("a", "step", 2, "vector", 80),
                measurement("a", "step", 1, "scalar", 500),
                measurement("b", "step", 1, "vector", 10),
                measurement("b", "forward", 1, "vector", 4));
        Path torch = file("torch.json", """
                {"environment": {"torch": "2.13"}, "results": [
                  {"problem": "a", "pass": "step", "threads": 1, "dtype": "float64",
                   "median_ns": 50, "gflops": null},
                  {"problem": "a", "pass": "step", "threads": 2, "dtype": "float64",
                   "median_ns": 160, "gflops": null},
                  {"problem": "c", "pass": "step", "threads": 1, "dtype": "float64",
                   "median_ns": 7, "gflops": null}]}""");
        JsonNode content = content(bench, torch);
        assertEquals(List.of("Speed-up over scalar kernels", "Against other libraries",
                "Share of peak", "Scaling over threads"), sections(content));
        assertEquals("bench: Abacus, JDK 25, 256 bits, peak in double precision 40.0 GFLOP/s (1"
                + " thr) 80.0 GFLOP/s (2 thr)", content.get("lines").get(0).textValue());

        assertBars(figure(content, "Speed-up", "vector, 1 thread"), 0, "step", 5.0);
        assertBars(figure(content, "Speed-up", "vector, 2 threads"), 0, "step", 6.25);
        assertBars(figure(content, "Against", "step, 1 thread"), 0, "PyTorch float64", 0.5);
        assertBars(figure(content, "Against", "step, 2 threads"), 0, "PyTorch float64", 2.0);
        JsonNode share = figure(content, "Share", "vector, 1 thread");
        assertEquals("[\"a\",\"b\"]", share.get("labels").toString());
        assertBars(share, 0, "step", 0.25, 0.25);
        assertBars(share, 1, "forward", null, 0.25);
        JsonNode curves = figure(content, "Scaling", "vector, step").get("curves");
        assertEquals("a", curves.get(0).get("name").textValue());
        assertEquals("[1.0,2.0]", curves.get(0).get("x").toString());
        assertEquals("[1.0,1.25]", curves.get(0).get("y").toString());
        assertEquals("[1.0,2.0]", curves.get(1).get("y").toString());
        assertEquals(2, curves.size(), "b was measured on one thread alone");
    }

    @Test
    void figuresThatAreNotToBeTrustedAreNamed() throws Exception {
        String sound = measurement("a", "step", 1, "vector", 100);
        String unsound = measurement("b", "forward", 1, "vector", 100)
                .replace("0.25", "1.64").replace("\"min_ns\"",
                        "\"settled\": false, \"fork_medians_ns\": [33, 33, 100, 100, 100], \"min_ns\"");
        String share = content(bench(sound, unsound)).get("sections").get(0).get("text")
                .textValue();
        assertTrue(share.endsWith(" Not to be trusted: b, forward, vector, 1 thread (above the"
                + " peak; two groups: 2 at 0.0000 ms, 3 at 0.0001 ms; not settled)."), share);
        assertFalse(content(bench(sound)).get("sections").get(0).get("text").textValue()
                .contains("trusted"));
    }

    private static String run(String library, int threads, double median, String unit) {
        return """
                {"jmhVersion": "1.37", "benchmark": "b", "jdkVersion": "25.0.3",
                 "params": {"library": "%s", "problem": "net", "threads": "%d"},
                 "primaryMetric": {"score": 99, "scoreUnit": "%s",
                   "scorePercentiles": {"0.0": 0.1, "50.0": %s}}}""".formatted(library, threads,
                unit, median);
    }

    @Test
    void oneRunOfJmhHoldsOursAndOthers() throws Exception {
        Path jmh = file("peers.json", "[" + String.join(",", run("Lanewise vector", 1, 2, "ms/op"),
                run("Lanewise vector", 2, 1.25, "ms/op"), run("Lanewise scalar", 1, 7, "ms/op"),
                run("DL4J float64", 1, 9000, "us/op"), run("DL4J float64", 2, 5, "ms/op"),
                run("Deep Netts float32", 1, 0.5, "s/op")) + "]");
        JsonNode content = content(jmh);
        assertEquals("[\"peers: JMH 1.37 on JDK 25.0.3\"]", content.get("lines").toString());
        assertEquals(List.of("Speed-up over scalar kernels", "Against other libraries",
                "Scaling over threads"), sections(content));
        assertBars(figure(content, "Speed-up", "vector, 1 thread"), 0, "step", 3.5);
        JsonNode alone = figure(content, "Against", "step, 1 thread");
        assertBars(alone, 0, "DL4J float64", 4.5);
        assertBars(alone, 1, "Deep Netts float32", 250.0);
        JsonNode shared = figure(content, "Against", "step, 2 threads");
        assertBars(shared, 0, "DL4J float64", 4.0);
        assertEquals(1, shared.get("series").size());
    }

    @Test
    void runsOfJmhThatSayNoTimeAreRefused() throws Exception {
        CommandLineRun rate = report(file("rate.json", "[" + run("DL4J", 1, 2, "ops/ms") + "]"));
        assertEquals(1, rate.code());
        assertTrue(rate.err().contains("rate.json[0]: primaryMetric: scoreUnit: found \"ops/ms\","
                + " expected ns/op"), rate.err());
        CommandLineRun other = report(file("other.json", "[{\"params\": {}}]"));
        assertEquals(1, other.code());
        assertTrue(other.err().contains("other.json[0]: "), other.err());
    }

    @Test
    void aProfileBecomesARoofline() throws Exception {
        Path profile = file("profile.json", "{" + ENVIRONMENT + """
                , "profiles": [{"network": "net", "batch": 3, "backend": "vector", "threads": 1,
                  "parts": [
                    {"layer": 0, "type": "conv2d", "pass": "forward", "median_ns": 2e6,
                     "gflops": 20, "gb_per_s": 4, "speed_up": 7.5},
                    {"layer": 1, "type": "relu", "pass": "forward", "median_ns": 1e6,
                     "gflops": 1, "gb_per_s": 16},
                    {"layer": null, "type": null, "pass": "loss", "median_ns": 1,
                     "gflops": 0, "gb_per_s": 0}]}]}""");
        JsonNode content = content(profile);
        String section = "Profile: net, batch 3, vector, 1 thread";
        assertEquals(List.of(section), sections(content));
        JsonNode curves = figure(content, section, "Roofline").get("curves");
        assertEquals(3, curves.size(), curves.toString());
        assertEquals("[5.0,0.0625]", curves.get(0).get("x").toString());
        assertEquals("[20.0,1.0]", curves.get(0).get("y").toString());
        assertEquals("[\"0 conv2d\",\"1 relu\"]", curves.get(0).get("labels").toString());
        // The flat roof begins where 16 GB/s would feed 40 GFLOP/s.
        assertEquals("peak, 40 GFLOP/s", curves.get(1).get("name").textValue());
        assertEquals("[2.5,10.0]", curves.get(1).get("x").toString());
        assertEquals("[0.5,40.0]", curves.get(2).get("y").toString());
        JsonNode time = figure(content, section, "Time");
        assertEquals("[\"0 conv2d\",\"1 relu\",\"network\"]", time.get("labels").toString());
        assertBars(time, 0, "forward", 2.0, 1.0, null);
        assertBars(figure(content, section, "Speed-up"), 0, "forward", 7.5, null, null);
    }

    @Test
    void marksAProfileWhosePartsAreNotTheStep() throws Exception {
        String profile = "{" + ENVIRONMENT + """
                , "profiles": [{"network": "net", "batch": 3, "backend": "vector", "threads": 1,
                  "parts_over_step": 4.37, "parts": [
                    {"layer": 0, "type": "conv2d", "pass": "forward", "median_ns": 2e6,
                     "gflops": 20, "gb_per_s": 4}]}]}""";
        String text = content(file("profile.json", profile)).get("sections").get(0).get("text")
                .textValue();
        assertTrue(text.contains("net: the parts together take 437 % of the whole step"), text);
        text = content(file("profile.json", profile.replace("4.37", "1.1"))).get("sections")
                .get(0).get("text").textValue();
        assertFalse(text.contains("the parts together take"), text);
    }

    @Test
    void aTrainingIsShownWithWhatItLearned() throws Exception {
        Path history = folder.resolve("history.json");
        Path parameters = folder.resolve("digits.npz");
        CommandLineRun train = CommandLineRun.of("train", "--epochs", 2, "--history", history,
                "--save", parameters, "--schedule", "step:step_size=45,gamma=0.5");
        assertEquals(0, train.code(), train.err());
        JsonNode content = content(history, "--parameters", parameters, "--title", "Ziffern");
        assertEquals("Ziffern", content.get("title").textValue());
        assertEquals(List.of("Learning curves", "Confusion matrix", "Misclassified samples",
                "Learned filters"), sections(content));
        JsonNode rate = figure(content, "Learning", "Learning rate: history").get("curves").get(0);
        assertEquals("[0.02,0.01]", rate.get("y").toString());
        JsonNode written = Json.parse("history", Files.readAllBytes(history));
        JsonNode loss = figure(content, "Learning", "Loss: history").get("curves");
        assertEquals("training", loss.get(0).get("name").textValue());
        assertEquals("[1.0,2.0]", loss.get(0).get("x").toString());
        assertEquals(written.get("epochs").get(1).get("test_loss").doubleValue(),
                loss.get(1).get("y").get(1).doubleValue(), 1e-4);
        assertEquals(written.get("steps").size(), figure(content, "Learning", "Loss of each step")
                .get("curves").get(0).get("y").size());

        JsonNode confusion = figure(content, "Confusion",
                parameters + " on embedded digits, test");
        int samples = 0;
        int right = 0;
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
                samples += confusion.get("counts").get(i).get(j).intValue();
            }
            right += confusion.get("counts").get(i).get(i).intValue();
        }
        assertEquals(359, samples);
        assertEquals(written.get("epochs").get(1).get("test_accuracy").doubleValue(),
                (double) right / samples, 1e-12);
        assertClassesAndMistakes(content, confusion.get("counts"), samples - right);

        assertEquals(8, figure(content, "Learned", "Layer 0: 8 filters of 1 channel")
                .get("filters").size());
        JsonNode second = figure(content, "Learned", "Layer 2: 16 filters of 8 channels");
        double[] weights = ParameterFile.read(parameters).values("2.weight");
        JsonNode one = second.get("filters").get(5 * 8 + 3);
        assertEquals("filter 5, channel 3", one.get("name").textValue());
        for (int i = 0; i < 9; i++) {
            assertEquals(weights[(5 * 8 + 3) * 9 + i], one.get("weights").get(i).doubleValue(),
                    1e-4);
        }
    }

    private static void assertClassesAndMistakes(JsonNode content, JsonNode counts, int wrong) {
        JsonNode rows = figure(content, "Confusion", "Classes: ").get("rows");
        assertEquals(11, rows.size());
        int taken = 0;
        for (JsonNode row : counts) {
            taken += row.get(3).intValue();
        }
        assertEquals(String.format(Locale.ROOT, "%.4f",
                counts.get(3).get(3).intValue() / (double) taken), rows.get(3).get(2).textValue());
        JsonNode images = figure(content, "Misclassified", wrong + " of 359 samples");
        assertEquals(Math.min(wrong, 48), images.get("images").size());
        JsonNode image = images.get("images").get(0);
        assertTrue(image.get("name").textValue().matches("sample \\d+: \\d, taken for \\d"
                + " \\([01]\\.\\d{4}\\)"), image.get("name").textValue());
        assertEquals(64, image.get("pixels").size());
        int least = 255;
        int most = 0;
        for (JsonNode pixel : image.get("pixels")) {
            least = Math.min(least, pixel.intValue());
            most = Math.max(most, pixel.intValue());
        }
        assertEquals(0, least);
        assertEquals(255, most);
    }

    @Test
    void showsSamplesAsATrainingSeesThem() throws Exception {
        JsonNode content = content("--augment", "flip=alternating");
        assertEquals(List.of("Augmented samples"), sections(content));
        JsonNode images = figure(content, "Augmented", "Sample 3").get("images");
        assertEquals(11, images.size());
        assertEquals("as it is", images.get(0).get("name").textValue());
        // Every other epoch is flipped, and the others are as they are.
        List<String> seen = new ArrayList<>();
        images.forEach(image -> seen.add(image.get("pixels").toString()));
        assertEquals(2, seen.stream().distinct().count());
        for (int epoch = 1; epoch <= 8; epoch++) {
            assertEquals(seen.get(epoch), seen.get(epoch + 2));
        }
        assertFalse(seen.get(1).equals(seen.get(2)));
        assertRefused(report("--augment", "spin"), 2, "--augment ");
    }

    @Test
    void darkSamplesStayDarkAndWhatIsCutOutHasTheMeans() throws Exception {
        byte[] pixels = new byte[2 * 3 * 4 * 5];
        Arrays.fill(pixels, 64, 117, (byte) 30);
        Path data = Crafted.write(folder, "data.npz", Crafted.zip(false, Map.of(
                "x_train.npy", Crafted.npy("|u1", "(2, 3, 4, 5)", pixels),
                "y_train.npy", Crafted.npy("|u1", "(2,)", new byte[] {0, 1}))));
        Path network = file("net.json", """
                {"input": [3, 4, 5], "normalize": {"mean": [0.2, 0.4, 0.6], "std": [1, 1, 1]},
                "layers": [{"type": "flatten"}, {"type": "linear", "out_features": 2}]}""");
        JsonNode images = figure(content("--augment", "cutout=2", "--network", network, "--data",
                data), "Augmented", "Sample 1").get("images");
        int cut = 0;
        for (int i = 0; i < 60; i++) {
            int plain = images.get(0).get("pixels").get(i).intValue();
            assertEquals(pixels[60 + i % 3 * 20 + i / 3], plain);
            int seen = images.get(1).get("pixels").get(i).intValue();
            assertTrue(seen == plain || seen == 51 * (1 + i % 3), i + ": " + seen);
            cut += seen == plain ? 0 : 1;
        }
        assertTrue(cut == 3 || cut == 6 || cut == 12, cut + " values");
    }

    @Test
    void aPageNeedsNothingElseAndTakesNamesAsTheyAre() throws Exception {
        String name = "</script><img src=x> & $1 \\\\";
        JsonNode content = content(bench(measurement(name, "step", 1, "vector", 100)));
        assertEquals("</script><img src=x> & $1 \\", figure(content, "Share", "vector")
                .get("labels").get(0).textValue());
        String html = Files.readString(page);
        assertFalse(html.contains("<img"), "a name became markup");
        assertFalse(html.contains("sourceMappingURL"));
        assertFalse(Pattern.compile("(src|href)\\s*=\\s*[\"']?https?:").matcher(html).find());
        assertTrue(html.contains("Chart.js v4"), "the library is not in the page");
        assertFalse(Pattern.compile("/\\*(page|chart)\\.(css|js|json)\\*/").matcher(html).find());
    }

    @Test
    void whatIsNoResultIsRefusedInOneLine() throws Exception {
        assertRefused(report(), 2, "nothing to report: give files of results");
        assertRefused(report(file("other.json", "{\"layers\": []}")), 1,
                "other.json: found the fields layers; expected what bench --json");
        assertRefused(report(file("cut.json", "{\"results\": [")), 1, "cut.json: not valid JSON");
        assertRefused(report(file("half.json", "{" + ENVIRONMENT
                + ", \"results\": [{\"problem\": \"a\"}]}")), 1,
                "half.json: results[0]: pass is missing");
        assertRefused(report(file("history.json",
                "{\"steps\": [1, \"x\"], \"epochs\": []}")), 1, "steps: found [1,\"x\"], expected"
                        + " a number");
        assertRefused(report(file("profile.json", "{" + ENVIRONMENT + ", \"profiles\": [{"
                + "\"network\": \"n\", \"batch\": 1, \"backend\": \"vector\", \"threads\": 3,"
                + "\"parts\": []}]}")), 1, "expected the peak of 3 threads");
        assertRefused(report(file("none.json", "{" + ENVIRONMENT + ", \"results\": []}")), 1,
                "nothing to show");
        assertFalse(Files.exists(page));
    }

    @Test
    void onlyAPageIsReplaced() throws Exception {
        Path bench = bench(measurement("a", "step", 1, "vector", 100));
        Files.writeString(page, "precious");
        assertRefused(report(bench), 1, "exists already; --overwrite replaces it");
        assertEquals("precious", Files.readString(page));
        assertEquals(0, report(bench, "--overwrite").code());
        assertEquals(0, report(bench).code(), "a page may be made again");
    }

    private static void assertRefused(CommandLineRun run, int code, String message) {
        assertEquals(code, run.code(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertTrue(code == 2 || run.err().lines().count() == 1, run.err());
    }
}
