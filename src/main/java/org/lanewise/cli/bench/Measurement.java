package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.measure.Execution;
import org.lanewise.measure.Work;
import org.lanewise.cli.bench.Statistics.Group;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.cli.format.Report;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Precision;

/**
 * How fast one pass of one problem is.
 *
 * @param problem name of the problem
 * @param pass the pass, as {@code backward_input}
 * @param threads threads that shared it
 * @param backend the loops, as {@code scalar}
 * @param precision of all numbers
 * @param algorithm what computed
 * @param timing nanoseconds of one run
 * @param gflops operations of the direct algorithm by the median
 * @param fractionOfPeak the same by the largest peak that was measured in the same run
 * @param bytes that the pass reads and writes at least, each array once; NaN in files from before they were counted
 * @param fractionOfCopy bytes a second by the largest speed of a copy of arrays of about that size that was
 *        measured in the same run
 * @param maxError largest difference from the scalar kernels, divided by their largest result; NaN
 *        where it was not computed
 */
public record Measurement(
        String problem,
        String pass,
        int threads,
        String backend,
        Precision precision,
        String algorithm,
        Timing timing,
        double gflops,
        double fractionOfPeak,
        double bytes,
        double fractionOfCopy,
        double maxError) {
    private static final String ROW = "%-34s %-16s %3s %-8s %-10s %12s %12s %9s %8s %7s %8s %9s %7s";

    static Measurement of(String problem, String pass, Execution execution, String algorithm,
            Timing timing, Work work) {
        return new Measurement(problem, pass, execution.threads(), execution.backendName(),
                execution.precision(), algorithm, timing,
                work.flops() / timing.medianNanos(), Double.NaN, work.bytes(), Double.NaN,
                Double.NaN);
    }

    Measurement maxError(double error) {
        return new Measurement(problem, pass, threads, backend, precision, algorithm, timing,
                gflops, fractionOfPeak, bytes, fractionOfCopy, error);
    }

    /** The same with its share of a peak in GFLOP/s. */
    Measurement ofPeak(double peak) {
        return new Measurement(problem, pass, threads, backend, precision, algorithm, timing,
                gflops, gflops / peak, bytes, fractionOfCopy, maxError);
    }

    /** The same with its share of the speed of copying. */
    Measurement ofCopy(CopySpeeds copies) {
        return new Measurement(problem, pass, threads, backend, precision, algorithm, timing,
                gflops, fractionOfPeak, bytes,
                gigabytesPerSecond() / copies.of(threads, bytes), maxError);
    }

    private double gigabytesPerSecond() {
        return bytes / timing.medianNanos();
    }

    /** The same measurement by several JVMs; the peak of all has to be set again. */
    static Measurement merge(List<Measurement> all) {
        Measurement first = all.getFirst();
        Timing timing = Timing.merge(all.stream().map(Measurement::timing).toList());
        return new Measurement(first.problem, first.pass, first.threads, first.backend,
                first.precision, first.algorithm, timing,
                first.gflops * first.timing.medianNanos() / timing.medianNanos(),
                Double.NaN, first.bytes, Double.NaN, first.maxError);
    }

    /**
     * Whether it is faster than any direct algorithm can be, so that its time or the peak is wrong;
     * other algorithms need fewer operations than are counted.
     */
    boolean abovePeak() {
        return algorithm.equals(LayerPlan.DIRECT) && fractionOfPeak > 1.0;
    }

    ObjectNode json() {
        ObjectNode node = Json.object();
        node.put("problem", problem);
        node.put("pass", pass);
        node.put("threads", threads);
        node.put("backend", backend);
        node.put("precision", precision.toString());
        node.put("algorithm", algorithm);
        node.put("median_ns", timing.medianNanos());
        node.put("min_ns", timing.minNanos());
        node.put("gflops", gflops);
        node.put("fraction_of_peak", fractionOfPeak);
        node.set("bytes", Json.number(bytes));
        node.set("gb_per_s", Json.number(gigabytesPerSecond()));
        node.set("fraction_of_copy", Json.number(fractionOfCopy));
        node.set("max_error_vs_scalar", Json.number(maxError));
        node.put("above_peak", abovePeak());
        node.put("settled", timing.settled());
        node.set("fork_medians_ns", Json.tree(timing.forkMedians()));
        node.put("fork_spread", timing.spread());
        ArrayNode groups = node.putArray("fork_groups");
        timing.groups().forEach(group -> groups.addObject().put("forks", group.count())
                .put("median_ns", group.median()));
        return node;
    }

    static Measurement of(JsonObject object) {
        return new Measurement(object.string("problem", null), object.string("pass", null),
                object.integer("threads"), object.string("backend", null), object.precision(),
                object.string("algorithm", null), timing(object),
                object.number("gflops"), object.number("fraction_of_peak"),
                object.numberOrNaN("bytes"), object.numberOrNaN("fraction_of_copy"),
                object.numberOrNaN("max_error_vs_scalar"));
    }

    /** Files from before forks were kept apart hold their median alone. */
    private static Timing timing(JsonObject object) {
        double median = object.number("median_ns");
        double min = object.number("min_ns");
        boolean settled = object.bool("settled", true);
        return object.has("fork_medians_ns")
                ? new Timing(median, min, settled,
                        Arrays.stream(object.numbers("fork_medians_ns")).boxed().toList())
                : new Timing(median, min, settled);
    }

    public static String head() {
        return Report.format(ROW, "problem", "pass", "thr", "backend", "algorithm", "median ms",
                "min ms", "GFLOP/s", "of peak", "GB/s", "of copy", "error", "spread");
    }

    public String row() {
        String row = Report.format(ROW, problem, pass, threads, backend, algorithm,
                milliseconds(timing.medianNanos()), milliseconds(timing.minNanos()),
                Report.format("%.2f", gflops), percent(fractionOfPeak),
                Double.isNaN(bytes) ? "-" : Report.format("%.2f", gigabytesPerSecond()),
                percent(fractionOfCopy),
                Double.isNaN(maxError) ? "-" : Report.format("%.1e", maxError),
                timing.forkMedians().size() > 1 ? percent(timing.spread()) : "-");
        return doubts().isEmpty() ? row : row + "  " + String.join("; ", doubts());
    }

    /** Why the figure is not to be taken as it is; empty as a rule. */
    public List<String> doubts() {
        List<String> doubts = new ArrayList<>();
        if (abovePeak()) {
            doubts.add("above the peak");
        }
        List<Group> groups = timing.groups();
        if (!groups.isEmpty()) {
            doubts.add("two groups: " + group(groups.getFirst()) + ", "
                    + group(groups.getLast()));
        }
        if (!timing.settled()) {
            doubts.add("not settled");
        }
        return doubts;
    }

    private static String group(Group group) {
        return group.count() + " at " + milliseconds(group.median()) + " ms";
    }

    private static String milliseconds(double nanos) {
        return Report.format("%.4f", nanos / 1e6);
    }

    private static String percent(double fraction) {
        return Double.isNaN(fraction) ? "-" : Report.format("%.1f %%", 100.0 * fraction);
    }
}
