package org.lanewise.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.lanewise.measure.Execution;
import org.lanewise.measure.NetworkPasses;
import org.lanewise.measure.Part;
import org.lanewise.measure.Pass;

/**
 * Where the time of a network's step goes.
 *
 * @param problem the network and its batch
 * @param execution kernels and threads
 * @param parts each part of the step, in order
 * @param step the step as a whole, which may take more or less than its parts
 */
public record Profile(Problem.Whole problem, Execution execution, List<TimedPart> parts,
        Timing step) {
    /** How far the parts together may be from the whole step, as a part of it. */
    public static final double TOLERANCE = 0.15;

    private static final long SEED = 1;
    private static final int FEWEST_STEPS = 3;
    /** Enough for a median; a network of microseconds takes many more steps. */
    private static final int MOST_STEPS = 10_000;

    private static final int WINDOWS = 10;
    private static final int NOISY_WARM_UP = 3;
    private static final double COMPILING_WARM_UP = 20.0;
    private static final int REPETITIONS = 4;

    /**
     * A part and the median of its nanoseconds.
     *
     * @param part the part
     * @param nanos nanoseconds of one run
     */
    public record TimedPart(Part part, double nanos) {
        double gflops() {
            return part.work().flops() / nanos;
        }

        double gigabytesPerSecond() {
            return part.work().bytes() / nanos;
        }
    }

    /**
     * Takes steps, whole and part by part in turns: until both take the same time again and again
     * and the compilers are idle, at most 20 seconds, and then for some seconds; up to three times
     * more where parts and whole do not agree.
     */
    public static Profile of(Problem.Whole problem, Execution execution, double seconds,
            Clock clock) {
        try (NetworkPasses passes = problem.passes(execution)) {
            passes.fill(SEED);
            List<Part> parts = passes.parts();
            Turns warmUp = new Turns(parts.stream()
                    .<LongSupplier>map(part -> () -> nanos(part.code(), clock)).toList(),
                    () -> nanos(() -> passes.run(Pass.STEP), clock), clock);
            new Settling(clock, NOISY_WARM_UP * seconds,
                    Math.min(COMPILING_WARM_UP, COMPILING_WARM_UP * seconds))
                    .run(() -> warmUp.run(seconds / WINDOWS).totals());
            boolean recorded = ModuleLayer.boot().findModule("jdk.jfr").isPresent()
                    && PassEvent.wanted();
            Turns turns = recorded
                    ? warmUp.withParts(parts.stream().<LongSupplier>map(
                            part -> () -> PassEvent.run(problem.name(), part, execution))
                            .toList())
                    : warmUp;
            Samples samples = turns.measure(seconds);
            List<TimedPart> timed = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                timed.add(new TimedPart(parts.get(i), Statistics.median(samples.parts()[i])));
            }
            return new Profile(problem, execution, timed,
                    new Timing(Statistics.median(samples.step()), Statistics.min(samples.step()),
                            samples.settled()));
        }
    }

    private static long nanos(Runnable code, Clock clock) {
        long start = clock.nanos();
        code.run();
        return clock.nanos() - start;
    }

    /**
     * Nanoseconds of steps that were taken in turns.
     *
     * @param parts of each part, one a step
     * @param step of the whole step
     * @param settled whether nothing was compiled meanwhile
     */
    public record Samples(double[][] parts, double[] step, boolean settled) {
        /** The medians of the parts together, and that of the whole step. */
        public double[] totals() {
            return new double[] {
                    Arrays.stream(parts).mapToDouble(Statistics::median).sum(),
                    Statistics.median(step)};
        }

        /** How far the parts are from the whole step, as a part of it. */
        public double distance() {
            double[] totals = totals();
            return Math.abs(totals[0] / totals[1] - 1.0);
        }

        public boolean agree() {
            return settled && distance() <= TOLERANCE;
        }
    }

    /**
     * Takes steps part by part and whole in turns, so that other load on the machine hits both.
     *
     * @param parts run a part and return its nanoseconds
     * @param step runs the whole step and returns its nanoseconds
     * @param clock the time
     */
    public record Turns(List<LongSupplier> parts, LongSupplier step, Clock clock) {
        Turns withParts(List<LongSupplier> others) {
            return new Turns(others, step, clock);
        }

        /** Measures until parts and whole agree, as often as the time allows; the nearest counts. */
        public Samples measure(double seconds) {
            long start = clock.nanos();
            Samples best = run(seconds);
            while (!best.agree() && clock.nanos() - start < (REPETITIONS - 1) * seconds * 1e9) {
                Samples next = run(seconds);
                if (next.agree() || next.distance() < best.distance()) {
                    best = next;
                }
            }
            return best;
        }

        Samples run(double seconds) {
            double[][] nanos = new double[parts.size() + 1][MOST_STEPS];
            int steps = 0;
            long compiled = clock.compilation().millis();
            long start = clock.nanos();
            while (steps < FEWEST_STEPS
                    || steps < MOST_STEPS && clock.nanos() - start < seconds * 1e9) {
                for (int i = 0; i < parts.size(); i++) {
                    nanos[i][steps] = parts.get(i).getAsLong();
                }
                nanos[parts.size()][steps++] = step.getAsLong();
            }
            boolean compiling = Settling.compiling(clock.compilation(), compiled,
                    clock.nanos() - start);
            int count = steps;
            double[][] taken = Arrays.stream(nanos).map(one -> Arrays.copyOf(one, count))
                    .toArray(double[][]::new);
            return new Samples(Arrays.copyOf(taken, parts.size()), taken[parts.size()],
                    !compiling);
        }
    }

    /** Nanoseconds of all parts together. */
    double nanos() {
        return parts.stream().mapToDouble(TimedPart::nanos).sum();
    }

    /** The parts together as a multiple of the whole step. */
    double partsOverStep() {
        return nanos() / step.medianNanos();
    }

    /** Whether the parts together take the time of the whole step, within 15 %. */
    public boolean consistent() {
        return Math.abs(partsOverStep() - 1.0) <= TOLERANCE;
    }

    /** Nanoseconds here of what a part computes, perhaps of several layers; none where these loops have no such part. */
    OptionalDouble nanos(TimedPart other) {
        return parts.stream().filter(part -> other.part().computes(part.part()))
                .mapToDouble(TimedPart::nanos).reduce(Double::sum);
    }
}
