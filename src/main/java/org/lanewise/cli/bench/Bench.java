package org.lanewise.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.lanewise.Backend;
import org.lanewise.cli.bench.CopySpeeds.Arrays;
import org.lanewise.measure.Execution;
import org.lanewise.check.Agreement;
import org.lanewise.measure.Pass;
import org.lanewise.measure.Passes;

/**
 * Times passes of problems in this JVM.
 *
 * @param problems what to time
 * @param executions kernels and numbers of threads, all of one precision
 * @param passes which passes, of those that a problem has
 * @param seconds to measure each for, after a warm-up
 * @param progress receives one line for each measurement
 */
public record Bench(List<Problem> problems, List<Execution> executions, Set<Pass> passes,
        double seconds,
        Consumer<String> progress) {
    private static final long SEED = 1;

    /**
     * Times everything, and the peak before, between and after the problems; copies of arrays before and after each
     * problem whose passes move about as many bytes.
     */
    public BenchReport run() {
        Clock clock = new JvmClock();
        Peaks peaks = new Peaks(executions.getFirst().precision(), clock);
        List<Integer> threads = executions.stream().map(Execution::threads).distinct().toList();
        peaks.measure(threads);
        progress.accept(Environment.of(peaks).line());
        List<Measurement> results = new ArrayList<>();
        for (Problem problem : problems) {
            for (Execution execution : executions) {
                time(problem, execution, clock, peaks, results);
            }
            peaks.measure(threads);
        }
        return BenchReport.of(Environment.of(peaks), results);
    }

    private void time(Problem problem, Execution execution, Clock clock, Peaks peaks,
            List<Measurement> results) {
        try (Passes timed = problem.passes(execution)) {
            timed.fill(SEED);
            List<Pass> wanted = timed.passes().stream().filter(passes::contains).toList();
            Set<Arrays> copied = wanted.stream().map(pass -> Arrays.near(execution.threads(),
                    timed.work(pass).bytes())).collect(Collectors.toSet());
            peaks.measureCopies(copied);
            for (Pass pass : wanted) {
                Measurement result = believable(execution.threads(), peaks,
                        () -> Measurement.of(problem.name(), pass.toString(), execution,
                                timed.algorithm(),
                                Timing.of(() -> timed.run(pass), seconds, clock),
                                timed.work(pass)))
                        .ofCopy(peaks.copies());
                results.add(result);
                progress.accept(result.row());
            }
            peaks.measureCopies(copied);
        }
    }

    /**
     * Measures; where the result is above the peak, first the peak and then the pass once more.
     *
     * @param threads threads that share the pass
     * @param peaks all peaks of the run
     * @param measured measures the pass
     */
    static Measurement believable(int threads, Peaks peaks, Supplier<Measurement> measured) {
        Measurement result = measured.get().ofPeak(peaks.largest(threads));
        if (result.abovePeak()) {
            peaks.measure(threads);
            result = result.ofPeak(peaks.largest(threads));
        }
        if (result.abovePeak()) {
            result = measured.get();
            peaks.measure(threads);
            result = result.ofPeak(peaks.largest(threads));
        }
        return result;
    }

    /** How many passes are timed. */
    public int measurements() {
        return executions.size() * problems.stream()
                .mapToInt(problem -> (int) problem.passes().stream().filter(passes::contains)
                        .count())
                .sum();
    }

    /** The same report with every error relative to the scalar kernels. */
    public BenchReport withErrors(BenchReport report) {
        List<Measurement> compared = new ArrayList<>();
        for (Problem problem : problems) {
            for (Execution execution : executions) {
                for (Measurement result : report.results()) {
                    if (result.problem().equals(problem.name())
                            && result.backend().equals(execution.backendName())
                            && result.threads() == execution.threads()) {
                        Pass pass = passes.stream()
                                .filter(one -> one.toString().equals(result.pass())).findFirst()
                                .orElseThrow();
                        compared.add(result.maxError(error(problem, execution, pass)));
                    }
                }
            }
        }
        return new BenchReport(report.environment(), compared);
    }

    private static double error(Problem problem, Execution execution, Pass pass) {
        if (execution.backend().chosen() == Backend.SCALAR) {
            return 0.0;
        }
        List<Passes.Result> expected = results(problem, execution.reference(), pass);
        List<Passes.Result> found = results(problem, execution, pass);
        double largest = 0.0;
        for (Passes.Result result : found) {
            largest = Math.max(largest, Agreement.of(
                    Passes.named(expected, result.name()).values(), result.values(), 0.0).error());
        }
        return largest;
    }

    private static List<Passes.Result> results(Problem problem, Execution execution, Pass pass) {
        try (Passes passes = problem.passes(execution)) {
            passes.fill(SEED);
            passes.run(pass);
            return passes.results(pass);
        }
    }
}
