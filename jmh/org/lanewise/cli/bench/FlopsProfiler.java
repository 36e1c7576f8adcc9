package org.lanewise.cli.bench;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.lanewise.measure.Execution;
import org.lanewise.measure.ConvBench;
import org.lanewise.measure.LayerBench;
import org.lanewise.measure.Measured;
import org.lanewise.measure.NetworkBench;
import org.lanewise.measure.Pass;
import org.lanewise.measure.Passes;
import org.lanewise.measure.Peak.Chains;
import org.lanewise.measure.PeakBench;
import org.lanewise.spec.Precision;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds to each result of a benchmark with floating-point operations how many it does in a second,
 * and their share of the peak. The peak is measured before every iteration; the largest so far
 * counts.
 */
public final class FlopsProfiler implements InternalProfiler {
    private static final Map<String, Function<String, Measured>> PROBLEMS = Map.of(
            ConvBench.class.getName(), ConvBench.Problem::valueOf,
            LayerBench.class.getName(), LayerBench.Problem::valueOf,
            NetworkBench.class.getName(), NetworkBench.Problem::valueOf);

    private static final Map<String, Pass> PASSES = Map.of("forward", Pass.FORWARD,
            "backwardInput", Pass.BACKWARD_INPUT, "backwardWeights", Pass.BACKWARD_WEIGHTS, "step",
            Pass.STEP);

    private OptionalDouble flops = OptionalDouble.empty();
    private final Map<Precision, Peaks> peaks = new EnumMap<>(Precision.class);

    @Override
    public String getDescription() {
        return "GFLOP/s of the direct algorithm, and their share of the peak of fused multiply-adds";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        flops = benchmark.getMode() == Mode.AverageTime
                ? flops(benchmark.getBenchmark(), benchmark.getParam("problem"),
                        precision(benchmark.getParam("precision")))
                : OptionalDouble.empty();
        if (flops.isPresent()) {
            peaks(benchmark).measure(benchmark.getThreads());
        }
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Collection<? extends Result> afterIteration(BenchmarkParams benchmark,
            IterationParams iteration, IterationResult result) {
        if (flops.isEmpty()) {
            return List.of();
        }
        double nanos = result.getPrimaryResult().getScore() * benchmark.getTimeUnit().toNanos(1);
        return results(flops.getAsDouble() * benchmark.getThreads() / nanos,
                peaks(benchmark).largest(benchmark.getThreads()));
    }

    private Peaks peaks(BenchmarkParams benchmark) {
        return peaks.computeIfAbsent(precision(benchmark.getParam("precision")),
                precision -> new Peaks(precision, new JvmClock()));
    }

    /** The precision of a parameter; double where there is none. */
    static Precision precision(String parameter) {
        return parameter == null ? Precision.DOUBLE : Precision.of(parameter);
    }

    /** The results of one iteration. */
    static List<ScalarResult> results(double gflops, double peak) {
        return List.of(new ScalarResult("gflops", gflops, "GFLOP/s", AggregationPolicy.AVG),
                new ScalarResult("of.peak", 100.0 * gflops / peak, "%", AggregationPolicy.AVG));
    }

    /**
     * Floating-point operations of one call.
     *
     * @param benchmark class and method
     * @param problem the parameter of that name; null where there is none
     * @param precision of all numbers
     */
    static OptionalDouble flops(String benchmark, String problem, Precision precision) {
        int dot = benchmark.lastIndexOf('.');
        String type = benchmark.substring(0, dot);
        String method = benchmark.substring(dot + 1);
        if (type.equals(PeakBench.class.getName())) {
            return OptionalDouble.of((double) PeakBench.ROUNDS
                    * Chains.of(precision, method.equals("vector")).flops());
        }
        if (!PROBLEMS.containsKey(type)) {
            return OptionalDouble.empty();
        }
        try (Passes passes = PROBLEMS.get(type).apply(problem).passes(Execution.REFERENCE)) {
            return OptionalDouble.of(passes.work(PASSES.get(method)).flops());
        }
    }
}
