package org.lanewise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.lanewise.check.Agreement;
import org.lanewise.Backend;
import org.lanewise.Execution;
import org.lanewise.measure.Pass;
import org.lanewise.measure.Passes;

/**
 * Times passes of problems in this JVM.
 *
 * @param problems what to time
 * @param executions by which loops and on how many threads
 * @param passes which passes, of those that a problem has
 * @param seconds to measure each for, after at least as long a warm-up
 * @param progress hears of each measurement, in a line
 */
record Bench(List<Problem> problems, List<Execution> executions, Set<Pass> passes, double seconds,
        Consumer<String> progress) {
    private static final long SEED = 1;

    /** Times everything, and the peak before it. */
    BenchReport run() {
        Environment environment = Environment.measure(
                executions.stream().map(Execution::threads).distinct().toList());
        progress.accept(environment.line());
        List<Measurement> results = new ArrayList<>();
        for (Problem problem : problems) {
            for (Execution execution : executions) {
                time(problem, execution, environment, results);
            }
        }
        return new BenchReport(environment, results);
    }

    private void time(Problem problem, Execution execution, Environment environment,
            List<Measurement> results) {
        Passes timed = problem.passes(execution);
        timed.fill(SEED);
        for (Pass pass : timed.passes()) {
            if (passes.contains(pass)) {
                Timing timing = Timing.of(() -> timed.run(pass), seconds);
                Measurement result = Measurement.of(problem.name(), pass.toString(), execution,
                        timed.algorithm(), timing, timed.work(pass).flops(), environment);
                results.add(result);
                progress.accept(result.row());
            }
        }
    }

    /** The same report with every error against the scalar loops. */
    BenchReport withErrors(BenchReport report) {
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
        List<Passes.Result> expected = results(problem.passes(Execution.REFERENCE), pass);
        List<Passes.Result> found = results(problem.passes(execution), pass);
        double largest = 0.0;
        for (Passes.Result result : found) {
            largest = Math.max(largest, Agreement.of(
                    Passes.named(expected, result.name()).values(), result.values(), 0.0).error());
        }
        return largest;
    }

    private static List<Passes.Result> results(Passes passes, Pass pass) {
        passes.fill(SEED);
        passes.run(pass);
        return passes.results(pass);
    }
}
