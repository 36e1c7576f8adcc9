package org.lanewise.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.lanewise.Execution;

/**
 * How fast one pass of one problem is.
 *
 * @param problem name of the problem
 * @param pass the pass, as {@code backward_input}
 * @param threads threads that shared it
 * @param backend the loops, as {@code scalar}
 * @param algorithm what computed
 * @param timing nanoseconds of one run
 * @param gflops operations of the direct algorithm by the median
 * @param fractionOfPeak the same by the peak that the same JVM measured
 * @param maxError largest difference from the scalar loops, divided by their largest result; NaN
 *        where it was not computed
 */
record Measurement(
        String problem,
        String pass,
        int threads,
        String backend,
        String algorithm,
        Timing timing,
        double gflops,
        double fractionOfPeak,
        double maxError) {
    private static final String ROW = "%-34s %-16s %3s %-8s %-10s %12s %12s %9s %8s %9s";

    static Measurement of(String problem, String pass, Execution execution, String algorithm,
            Timing timing, long flops, Environment environment) {
        double gflops = flops / timing.medianNanos();
        return new Measurement(problem, pass, execution.threads(), execution.backendName(),
                algorithm, timing, gflops, gflops / environment.peak(execution.threads()),
                Double.NaN);
    }

    Measurement maxError(double error) {
        return new Measurement(problem, pass, threads, backend, algorithm, timing, gflops,
                fractionOfPeak, error);
    }

    /**
     * The same measurement by several JVMs: the median of the medians, the shortest of all, and the
     * median of the shares, each by its own peak.
     */
    static Measurement merge(List<Measurement> all) {
        Measurement first = all.getFirst();
        Timing timing = new Timing(
                Timing.median(
                        all.stream().mapToDouble(one -> one.timing.medianNanos()).toArray()),
                all.stream().mapToDouble(one -> one.timing.minNanos()).min().orElseThrow());
        return new Measurement(first.problem, first.pass, first.threads, first.backend,
                first.algorithm, timing,
                first.gflops * first.timing.medianNanos() / timing.medianNanos(),
                Timing.median(all.stream().mapToDouble(Measurement::fractionOfPeak).toArray()),
                first.maxError);
    }

    ObjectNode json() {
        ObjectNode node = Json.object();
        node.put("problem", problem);
        node.put("pass", pass);
        node.put("threads", threads);
        node.put("backend", backend);
        node.put("algorithm", algorithm);
        node.put("median_ns", timing.medianNanos());
        node.put("min_ns", timing.minNanos());
        node.put("gflops", gflops);
        node.put("fraction_of_peak", fractionOfPeak);
        node.set("max_error_vs_scalar", Json.number(maxError));
        return node;
    }

    static Measurement of(JsonObject object) {
        return new Measurement(object.string("problem", null), object.string("pass", null),
                object.integer("threads"), object.string("backend", null),
                object.string("algorithm", null),
                new Timing(object.number("median_ns"), object.number("min_ns")),
                object.number("gflops"), object.number("fraction_of_peak"),
                object.numberOrNaN("max_error_vs_scalar"));
    }

    static String head() {
        return Report.format(ROW, "problem", "pass", "thr", "backend", "algorithm", "median ms",
                "min ms", "GFLOP/s", "of peak", "error");
    }

    String row() {
        return Report.format(ROW, problem, pass, threads, backend, algorithm,
                Report.format("%.4f", timing.medianNanos() / 1e6),
                Report.format("%.4f", timing.minNanos() / 1e6), Report.format("%.2f", gflops),
                Report.format("%.1f %%", 100.0 * fractionOfPeak),
                Double.isNaN(maxError) ? "-" : Report.format("%.1e", maxError));
    }
}
