package org.lanewise.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.cli.bench.BenchReport;
import org.lanewise.cli.bench.Environment;
import org.lanewise.cli.bench.Measurement;
import org.lanewise.cli.bench.Timing;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.cli.format.TextFile;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Precision;

/** A file that a page is made of; its fields show which kind it is. */
public sealed interface ReportFile {
    /** How the benchmarks of {@code jmh/peers/jvm} call this library, before its loops. */
    String OURS = "Lanewise ";

    /** In place of a layer, for the parts of a step that have none. */
    String NO_LAYER = "network";

    /** What {@code bench --json} writes. */
    record Benchmarks(String name, BenchReport report) implements ReportFile {}

    /** What {@code jmh/peers/torch_bench.py} writes: the same problems by another library. */
    record Peers(List<PeerTime> times) implements ReportFile {}

    /**
     * How long another library takes.
     *
     * @param peer library and type of number, as {@code PyTorch float64}
     * @param problem name of the problem
     * @param pass as {@code step}
     * @param threads threads that shared it
     * @param medianNanos nanoseconds of one run
     */
    record PeerTime(String peer, String problem, String pass, int threads, double medianNanos) {}

    /**
     * What JMH writes of the benchmarks in {@code jmh/peers/jvm}: steps of ours and of others.
     *
     * @param line what measured them
     */
    record SideBySide(String line, List<Measurement> ours, List<PeerTime> theirs)
            implements
                ReportFile {}

    /** What {@code profile --json} prints. */
    record Profiles(String name, Environment environment, List<ProfiledNetwork> networks)
            implements
                ReportFile {}

    /**
     * A network with the parts of its step.
     *
     * @param network its name
     * @param batch samples of a step
     * @param backend the loops
     * @param precision of all numbers
     * @param threads threads that shared them
     * @param parts in the order of a step
     * @param partsOverStep all parts together as a multiple of the whole step; NaN in files from
     *        before it was compared
     */
    record ProfiledNetwork(String network, int batch, String backend, Precision precision,
            int threads, List<ProfiledPart> parts, double partsOverStep) {}

    /**
     * A part of a step.
     *
     * @param layer index and type, as {@code 0 conv2d}; {@code network} for what has no layer
     * @param pass as {@code forward}
     * @param nanos median time
     * @param gflops operations a nanosecond
     * @param gigabytesPerSecond bytes of all arrays, each once, a nanosecond
     * @param speedUp over the scalar kernels; NaN where they were not measured
     * @param bytes read and written, each array once; NaN in files from before they were counted, as is
     * @param minimumBytes of them, what would be left if all that can be were computed with the layers next to it
     */
    record ProfiledPart(String layer, String pass, double nanos, double gflops,
            double gigabytesPerSecond, double speedUp, double bytes, double minimumBytes) {}

    /** What {@code train --history} writes. */
    record Training(String name, double[] stepLosses, List<Epoch> epochs) implements ReportFile {}

    /** One epoch; the test's figures are NaN where there was none, and so is a rate that is not known. */
    record Epoch(double loss, double accuracy, double testLoss, double testAccuracy,
            double learningRate) {}

    /** What {@code evaluate --json} prints. */
    record Judgement(String name, double accuracy, int[][] confusion, ClassNames classes)
            implements
                ReportFile {}

    /**
     * Reads a file of any of these kinds.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is of another kind, or lacks something
     */
    static ReportFile read(Path file) throws IOException {
        JsonNode content = Json.parse(file.toString(),
                TextFile.read(file, "results of bench, profile, train --history or evaluate"));
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        if (content.isArray()) {
            return sideBySide(name, JsonObject.each(file.toString(), content));
        }
        JsonObject object = new JsonObject(file.toString(), content);
        if (object.has("profiles")) {
            return profiles(name, object);
        } else if (object.has("steps")) {
            return new Training(name, object.numbers("steps"),
                    object.objects("epochs").stream().map(ReportFile::epoch).toList());
        } else if (object.has("confusion")) {
            return new Judgement(name, object.numberOrNaN("accuracy"),
                    object.squareOfIntegers("confusion"), object.classNames("classes"));
        } else if (object.has("results")) {
            return object.objects("results").stream().anyMatch(result -> result.has("dtype"))
                    ? peers(object)
                    : new Benchmarks(name, BenchReport.of(object));
        }
        throw new IllegalArgumentException(file + ": found the fields "
                + String.join(", ", object.fields()) + "; expected what bench --json, profile"
                + " --json, train --history, evaluate --json, torch_bench.py --json or JMH's -rf"
                + " json writes");
    }

    /** The benchmarks say by a parameter which library they measure; ours begins with our name. */
    private static SideBySide sideBySide(String name, List<JsonObject> runs) {
        List<Measurement> ours = new ArrayList<>();
        List<PeerTime> theirs = new ArrayList<>();
        String line = "";
        for (JsonObject run : runs) {
            line = name + ": JMH " + run.string("jmhVersion", null) + " on JDK "
                    + run.string("jdkVersion", null);
            JsonObject chosen = run.child("params");
            String library = chosen.string("library", null);
            String problem = chosen.string("problem", null);
            int threads = chosen.integerInText("threads");
            Timing timing = timing(run.child("primaryMetric"));
            if (library.startsWith(OURS)) {
                ours.add(new Measurement(problem, "step", threads,
                        library.substring(OURS.length()), chosen.precision(), "auto", timing,
                        Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN));
            } else {
                theirs.add(
                        new PeerTime(library, problem, "step", threads, timing.medianNanos()));
            }
        }
        return new SideBySide(line, ours, theirs);
    }

    private static Timing timing(JsonObject metric) {
        double nanos = switch (metric.string("scoreUnit", null)) {
            case "ns/op" -> 1;
            case "us/op" -> 1e3;
            case "ms/op" -> 1e6;
            case "s/op" -> 1e9;
            default -> throw metric.wrong("scoreUnit", "ns/op, us/op, ms/op or s/op");
        };
        JsonObject percentiles = metric.child("scorePercentiles");
        return new Timing(nanos * percentiles.number("50.0"), nanos * percentiles.number("0.0"),
                true);
    }

    private static Profiles profiles(String name, JsonObject object) {
        Environment environment = Environment.of(object.child("environment"));
        List<ProfiledNetwork> networks = object.objects("profiles").stream()
                .map(ReportFile::network).toList();
        for (ProfiledNetwork network : networks) {
            if (!environment.peaks().containsKey(network.threads())) {
                throw object.wrong("environment", "the peak of " + network.threads()
                        + " threads, on which " + network.network() + " was profiled");
            }
        }
        return new Profiles(name, environment, networks);
    }

    /** The environment names the library by the field that holds its version. */
    private static Peers peers(JsonObject object) {
        String library = object.child("environment").fields().stream().findFirst()
                .map(field -> field.equals("torch") ? "PyTorch" : field).orElse("peer");
        return new Peers(object.objects("results").stream()
                .map(result -> new PeerTime(library + " " + result.string("dtype", null),
                        result.string("problem", null), result.string("pass", null),
                        result.integer("threads"), result.number("median_ns")))
                .toList());
    }

    private static ProfiledNetwork network(JsonObject object) {
        return new ProfiledNetwork(object.string("network", null), object.integer("batch"),
                object.string("backend", null), object.precision(), object.integer("threads"),
                object.objects("parts").stream().map(ReportFile::part).toList(),
                object.numberOrNaN("parts_over_step"));
    }

    private static ProfiledPart part(JsonObject object) {
        double index = object.numberOrNaN("layer");
        return new ProfiledPart(
                Double.isNaN(index)
                        ? NO_LAYER
                        : object.integer("layer") + " " + object.string("type", null),
                object.string("pass", null), object.number("median_ns"), object.number("gflops"),
                object.number("gb_per_s"), object.numberOrNaN("speed_up"),
                object.numberOrNaN("bytes_moved"), object.numberOrNaN("bytes_minimum"));
    }

    private static Epoch epoch(JsonObject object) {
        return new Epoch(object.numberOrNaN("loss"), object.numberOrNaN("accuracy"),
                object.numberOrNaN("test_loss"), object.numberOrNaN("test_accuracy"),
                object.numberOrNaN("learning_rate"));
    }
}
