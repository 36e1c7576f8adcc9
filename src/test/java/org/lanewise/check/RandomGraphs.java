package org.lanewise.check;

import static org.lanewise.kernel.Elements.doubles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;

/**
 * Random networks in folders, and their trainings compared with those of PyTorch in float64.
 *
 * <pre>
 * RandomGraphs write COUNT SEED FOLDER   the networks and their numbers
 * random_graphs.py FOLDER                what PyTorch makes of them
 * RandomGraphs compare FOLDER            prints how they compare; fails above the bound
 * RandomGraphs single FOLDER             the same of a first step in single precision
 * </pre>
 */
final class RandomGraphs {
    /** The norm of a difference, divided by the norm of PyTorch's array. */
    static final double BOUND = 1e-11;

    /**
     * PyTorch's own error, against 80 bits, above which its array is no reference for
     * {@link #BOUND}; and the part of the norm of all gradients below which one has no digits, as
     * that of a bias before batch normalization, which is 0.
     */
    private static final double CONDITIONED = 1e-12;

    private static final String EXPECTED = "expected.npz";
    private static final String EXTENDED = "extended.npz";

    private RandomGraphs() {}

    /** Writes or compares. */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("write")) {
            Path folder = Path.of(arguments[3]);
            for (NetworkCase drawn : RandomNetworks.of(Integer.parseInt(arguments[1]),
                    Long.parseLong(arguments[2]))) {
                String number = drawn.name().split(" ")[1];
                new RecordedGraph(drawn, CaseData.of(drawn))
                        .write(folder.resolve("0".repeat(4 - number.length()) + number));
            }
            return;
        }
        if (arguments[0].equals("single")) {
            SingleReport report = new SingleReport();
            for (Path folder : folders(Path.of(arguments[1]))) {
                report.add(folder);
            }
            report.lines().forEach(System.out::println);
            System.exit(report.above().isEmpty() ? 0 : 1);
        }
        Report report = new Report();
        for (Path folder : folders(Path.of(arguments[1]))) {
            report.add(folder);
        }
        report.lines().forEach(System.out::println);
        System.exit(report.failures.isEmpty() ? 0 : 1);
    }

    /** Folders of networks that PyTorch has computed. */
    static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(one -> Files.exists(one.resolve(EXPECTED))).sorted().toList();
        }
    }

    static SequencedMap<String, double[]> expected(Path folder) throws IOException {
        return RecordedGraph.arrays(folder.resolve(EXPECTED));
    }

    /** Everything that a training and then a model compute, by the direct algorithm. */
    static SequencedMap<String, double[]> computed(RecordedGraph graph, Kernels kernels,
            Backend backend) {
        SequencedMap<String, double[]> arrays = new LinkedHashMap<>();
        NetworkCase drawn = graph.drawn();
        TrainingRun run = new TrainingRun(drawn, graph.data(), PlanOptions.of(
                Purpose.TRAIN_WITH_INPUT_GRADIENT, kernels, drawn.capacity()), Team.alone());
        List<List<NamedArray>> steps = run.all();
        for (int step = 0; step < steps.size(); step++) {
            for (NamedArray array : steps.get(step)) {
                arrays.put(RecordedGraph.prefix(step) + array.name(), array.values());
            }
        }
        List<Parameters.Parameter> learned = run.plan().arrays().stream()
                .map(one -> new Parameters.Parameter(one.spec(), doubles(one.values()))).toList();
        // Not folded, as PyTorch computes it; FoldingTest compares folded outputs with these.
        arrays.put("model.outputs", new Model(drawn.network(), new Parameters(learned),
                drawn.capacity(), backend, Algorithm.DIRECT, ForkJoinPool.commonPool(), false)
                .outputs(graph.data().batches().getLast().inputs()));
        return arrays;
    }

    /**
     * The Euclidean norm of a difference, divided by the norm of what is expected; infinite where
     * lengths differ, a number meets a NaN, or anything but zeros meets zeros.
     */
    static double error(double[] expected, double[] found) {
        if (expected.length != found.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        double differences = 0;
        double squares = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = (found[i] - expected[i]) / largest;
            boolean same = Double.doubleToLongBits(found[i] + 0.0) == Double
                    .doubleToLongBits(expected[i] + 0.0);
            differences += same ? 0 : difference * difference;
            squares += (expected[i] / largest) * (expected[i] / largest);
        }
        double error = differences == 0 ? 0 : Math.sqrt(differences / squares);
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    /** What a name of an array is counted as. */
    static String kind(String name) {
        String last = name.substring(name.indexOf('.') + 1);
        return name.startsWith("model.")
                ? "outputs of the trained model"
                : switch (last) {
                    case "outputs", "loss", "input gradient", "gradient norm" -> last;
                    default -> last.endsWith(" gradient")
                            ? "gradients of parameters"
                            : last.contains("running_") || last.contains("num_batches")
                                    ? "running statistics"
                                    : "parameters";
                };
    }

    /** The Euclidean norm of arrays. */
    private static double norm(Stream<double[]> arrays) {
        return Math.sqrt(arrays.flatMapToDouble(Arrays::stream).map(value -> value * value).sum());
    }

    /** Differences of many networks. */
    private static final class Report {
        private static final String PARTS = "without some arrays";

        private final Map<String, double[]> largest = new TreeMap<>();
        private final Map<String, Integer> arrays = new TreeMap<>();
        private final List<String> failures = new ArrayList<>();
        private final List<String> leftOut = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();
        private int complete;
        private int incomplete;
        private long elements;

        void add(Path folder) throws IOException {
            RecordedGraph graph = RecordedGraph.read(folder);
            Arrays80 of = new Arrays80(expected(folder),
                    RecordedGraph.arrays(folder.resolve(EXTENDED)),
                    computed(graph, Kernels.SCALAR, Backend.SCALAR),
                    computed(graph, Kernels.DIRECT, Backend.AUTO));
            if (!of.scalar.keySet().equals(of.torch.keySet())
                    || !of.vector.keySet().equals(of.torch.keySet())) {
                failures.add(folder + ": arrays " + of.vector.keySet() + ", expected "
                        + of.torch.keySet());
                return;
            }
            Map<String, String> reasons = of.reasons();
            reasons.forEach((name, reason) -> {
                double[] errors = of.errors(name);
                leftOut.add(String.format(Locale.ROOT, "%s %s: %s; PyTorch %.1e, Lanewise %.1e",
                        folder.getFileName(), name, reason, errors[2], errors[3]));
                if (errors[2] > 0 && errors[2] < 1 && errors[3] > 0) {
                    ratios.add(errors[3] / errors[2]);
                }
            });
            of.torch.forEach((name, array) -> {
                if (!reasons.containsKey(name)) {
                    elements += array.length;
                    count(folder, name,
                            reasons.isEmpty() ? kind(name) : "all, of networks " + PARTS,
                            of.errors(name));
                }
            });
            if (reasons.isEmpty()) {
                complete++;
            } else {
                incomplete++;
            }
        }

        private void count(Path folder, String name, String kind, double[] errors) {
            arrays.merge(kind, 1, Integer::sum);
            double[] most = largest.computeIfAbsent(kind, _ -> new double[errors.length]);
            for (int i = 0; i < most.length; i++) {
                most[i] = Math.max(most[i], errors[i]);
            }
            if (!(errors[0] <= BOUND && errors[1] <= BOUND)) {
                failures.add(String.format(Locale.ROOT, "%s %s: scalar %.1e, vector %.1e; to 80"
                        + " bits: PyTorch %.1e, Lanewise %.1e", folder.getFileName(), name,
                        errors[0], errors[1], errors[2], errors[3]));
            }
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            leftOut.forEach(one -> lines.add("left out: " + one));
            failures.forEach(one -> lines.add("above the bound: " + one));
            lines.add("");
            lines.add(
                    complete + " networks compared whole, " + incomplete + " without some arrays; "
                            + elements + " numbers; above the bound: " + failures.size());
            ratios.sort(null);
            if (!ratios.isEmpty()) {
                lines.add(String.format(Locale.ROOT,
                        "arrays left out that have digits: %d, error of"
                                + " Lanewise divided by PyTorch's: median %.2f, nine of ten %.2f to %.2f",
                        ratios.size(), ratios.get(ratios.size() / 2),
                        ratios.get(ratios.size() / 20),
                        ratios.get(ratios.size() * 19 / 20)));
            }
            lines.add("");
            lines.add("| arrays | count | scalar to PyTorch | vector to PyTorch | PyTorch to 80"
                    + " bits | Lanewise to 80 bits |");
            lines.add("|---|---|---|---|---|---|");
            largest.forEach((kind, most) -> lines.add(String.format(Locale.ROOT,
                    "| %s | %d | %.1e | %.1e | %.1e | %.1e |", kind, arrays.get(kind), most[0],
                    most[1], most[2], most[3])));
            return lines;
        }
    }

    /** The arrays of one network, computed four times. */
    private record Arrays80(SequencedMap<String, double[]> torch, Map<String, double[]> extended,
            Map<String, double[]> scalar, Map<String, double[]> vector) {
        private static final String GRADIENT = " gradient";

        /** Scalar and vector to PyTorch; PyTorch and vector to 80 bits. */
        double[] errors(String name) {
            double[] array = torch.get(name);
            return new double[] {error(array, scalar.get(name)), error(array, vector.get(name)),
                    error(extended.get(name), array),
                    error(extended.get(name), vector.get(name))};
        }

        /** The arrays of which PyTorch's float64 is no reference, each with the reason. */
        Map<String, String> reasons() {
            Map<String, String> reasons = new LinkedHashMap<>();
            for (String name : torch.keySet()) {
                String step = name.substring(0, name.indexOf('.') + 1);
                double all = norm(torch.entrySet().stream()
                        .filter(one -> one.getKey().startsWith(step)
                                && kind(one.getKey()).equals("gradients of parameters"))
                        .map(Map.Entry::getValue));
                boolean zero = name.endsWith(GRADIENT)
                        && Math.max(norm(Stream.of(torch.get(name))),
                                norm(Stream.of(vector.get(name)))) <= CONDITIONED * all
                        && errors(name)[1] > 0;
                if (zero) {
                    reasons.put(name, "0 but for rounding");
                } else if (!(errors(name)[2] <= CONDITIONED)) {
                    reasons.put(name, "PyTorch is off");
                } else if (reasons.containsKey(name + GRADIENT)
                        || name.startsWith("step") && reasons.containsKey(previous(step)
                                + name.substring(step.length()))) {
                    reasons.put(name, "its gradient is left out");
                }
            }
            return reasons;
        }

        private static String previous(String step) {
            return RecordedGraph.prefix(Integer.parseInt(step.substring(4, step.length() - 1)) - 2);
        }
    }
}
