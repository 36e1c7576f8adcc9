package org.lanewise.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import org.lanewise.Execution;
import org.lanewise.measure.NetworkPasses;
import org.lanewise.measure.Part;
import org.lanewise.measure.Pass;

/**
 * Where the time of a network's step goes.
 *
 * @param problem the network and its batch
 * @param execution by which loops
 * @param parts each part of the step, in order
 * @param step the step as a whole, which may take more or less than its parts
 */
record Profile(Problem.Whole problem, Execution execution, List<TimedPart> parts, Timing step) {
    private static final long SEED = 1;
    private static final int FEWEST_STEPS = 3;
    /** Enough for a median; a network of microseconds takes many more steps. */
    private static final int MOST_STEPS = 10_000;

    /**
     * A part and the median of its nanoseconds.
     *
     * @param part the part
     * @param nanos nanoseconds of one run
     */
    record TimedPart(Part part, double nanos) {
        /** Whether both are the same part of a step, perhaps computed by other loops. */
        boolean matches(TimedPart other) {
            return part.pass().equals(other.part.pass()) && part.layer().equals(other.part.layer());
        }

        double gflops() {
            return part.work().flops() / nanos;
        }

        double gigabytesPerSecond() {
            return part.work().bytes() / nanos;
        }
    }

    /** Takes steps, whole and part by part in turns, for some seconds after as long a warm-up. */
    static Profile of(Problem.Whole problem, Execution execution, double seconds) {
        NetworkPasses passes = problem.passes(execution);
        passes.fill(SEED);
        List<Part> parts = passes.parts();
        measure(passes, parts, seconds, Profile::run);
        boolean recorded = ModuleLayer.boot().findModule("jdk.jfr").isPresent()
                && PassEvent.wanted();
        double[][] samples = measure(passes, parts, seconds, recorded
                ? part -> PassEvent.run(problem.name(), part, execution)
                : Profile::run);
        List<TimedPart> timed = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            timed.add(new TimedPart(parts.get(i), Timing.of(samples[i]).medianNanos()));
        }
        return new Profile(problem, execution, timed, Timing.of(samples[parts.size()]));
    }

    /** Samples of each part, and behind them those of the whole step. */
    private static double[][] measure(NetworkPasses passes, List<Part> parts, double seconds,
            ToLongFunction<Part> timer) {
        double[][] nanos = new double[parts.size() + 1][MOST_STEPS];
        int steps = 0;
        long start = System.nanoTime();
        while (steps < FEWEST_STEPS
                || steps < MOST_STEPS && System.nanoTime() - start < seconds * 1e9) {
            for (int i = 0; i < parts.size(); i++) {
                nanos[i][steps] = timer.applyAsLong(parts.get(i));
            }
            long before = System.nanoTime();
            passes.run(Pass.STEP);
            nanos[parts.size()][steps++] = System.nanoTime() - before;
        }
        int count = steps;
        return Arrays.stream(nanos).map(samples -> Arrays.copyOf(samples, count))
                .toArray(double[][]::new);
    }

    private static long run(Part part) {
        long start = System.nanoTime();
        part.code().run();
        return System.nanoTime() - start;
    }

    /** Nanoseconds of all parts together. */
    double nanos() {
        return parts.stream().mapToDouble(TimedPart::nanos).sum();
    }

    /** Nanoseconds of the same part here; none where these loops have no such part. */
    OptionalDouble nanos(TimedPart other) {
        return parts.stream().filter(part -> part.matches(other)).mapToDouble(TimedPart::nanos)
                .findFirst();
    }
}
