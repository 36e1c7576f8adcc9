package org.lanewise.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Precision;

/** Outputs and gradients of a first step in single precision, and PyTorch's in float32, against its float64. */
final class SingleReport {
    /** The norm of a difference, divided by the norm of PyTorch's array. */
    static final double BOUND = 2e-5;

    /** The part of the norm of all gradients below which one has no digits in floats. */
    private static final double CONDITIONED = 1e-5;

    private static final String STEP = RecordedGraph.prefix(0);

    private final List<String> leftOut = new ArrayList<>();
    private final List<String> above = new ArrayList<>();
    private final Map<String, double[]> largest = new TreeMap<>();
    private final Map<String, Integer> arrays = new TreeMap<>();
    private int graphs;
    private int nearer;
    private int nearerInTheMean;
    private int arraysNearer;

    /** What a first step computes before its update, by the direct algorithm. */
    static Map<String, double[]> computed(RecordedGraph graph) {
        TrainingRun run = new TrainingRun(graph.drawn(), graph.data(), PlanOptions
                .of(Purpose.TRAIN_WITH_INPUT_GRADIENT, Kernels.DIRECT, graph.drawn().capacity())
                .precision(Precision.SINGLE), Team.alone());
        run.computeGradients(0);
        Map<String, double[]> computed = new LinkedHashMap<>();
        for (NamedArray array : run.finish(0)) {
            if (array.name().equals("outputs") || array.name().equals("loss")
                    || array.name().endsWith(" gradient")) {
                computed.put(STEP + array.name(), array.values());
            }
        }
        return computed;
    }

    /** Whether a gradient is 0 but for rounding, next to all others of its step. */
    static boolean vanishes(String name, Map<String, double[]> expected) {
        double all = 0;
        for (Map.Entry<String, double[]> one : expected.entrySet()) {
            all += one.getKey().startsWith(STEP) && one.getKey().endsWith(" gradient")
                    ? norm(one.getValue()) * norm(one.getValue())
                    : 0;
        }
        return name.endsWith(" gradient") && norm(expected.get(name)) <= CONDITIONED
                * Math.sqrt(all);
    }

    private static double norm(double[] array) {
        return Math.sqrt(Arrays.stream(array).map(value -> value * value).sum());
    }

    void add(Path folder) throws IOException {
        Map<String, double[]> expected = RandomGraphs.expected(folder);
        Map<String, double[]> torch = RecordedGraph.arrays(folder.resolve("single.npz"));
        double[] worst = new double[2];
        double logarithms = 0;
        for (Map.Entry<String, double[]> one : computed(RecordedGraph.read(folder)).entrySet()) {
            String name = one.getKey();
            double[] errors = {RandomGraphs.error(expected.get(name), one.getValue()),
                    RandomGraphs.error(expected.get(name), torch.get(name))};
            String line = String.format(Locale.ROOT, "%s %s: Lanewise %.1e, PyTorch %.1e",
                    folder.getFileName(), name, errors[0], errors[1]);
            if (vanishes(name, expected)) {
                leftOut.add(line);
                continue;
            }
            if (!(errors[0] <= BOUND)) {
                above.add(line);
            }
            double[] most = largest.computeIfAbsent(RandomGraphs.kind(name), _ -> new double[2]);
            arrays.merge(RandomGraphs.kind(name), 1, Integer::sum);
            for (int i = 0; i < 2; i++) {
                worst[i] = Math.max(worst[i], errors[i]);
                most[i] = Math.max(most[i], errors[i]);
            }
            arraysNearer += errors[0] <= errors[1] ? 1 : 0;
            logarithms += Math.log(Math.max(errors[0], 1e-9) / Math.max(errors[1], 1e-9));
        }
        graphs++;
        nearer += worst[0] <= worst[1] ? 1 : 0;
        nearerInTheMean += logarithms <= 0 ? 1 : 0;
    }

    List<String> above() {
        return above;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        leftOut.forEach(one -> lines.add("0 but for rounding: " + one));
        above.forEach(one -> lines.add("above the bound: " + one));
        lines.add(String.format(Locale.ROOT, "%d networks; nearer than PyTorch in float32: %d by"
                + " the largest error, %d by the geometric mean of errors, and %d of %d arrays",
                graphs, nearer, nearerInTheMean, arraysNearer,
                arrays.values().stream().mapToInt(one -> one).sum()));
        lines.add("| arrays | count | Lanewise | PyTorch in float32 |");
        lines.add("|---|---|---|---|");
        largest.forEach((kind, most) -> lines.add(String.format(Locale.ROOT,
                "| %s | %d | %.1e | %.1e |", kind, arrays.get(kind), most[0], most[1])));
        return lines;
    }
}
