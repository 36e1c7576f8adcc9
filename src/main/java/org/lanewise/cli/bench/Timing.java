package org.lanewise.cli.bench;

import java.util.Arrays;
import java.util.List;
import org.lanewise.cli.bench.Statistics.Group;

/**
 * How long something takes.
 *
 * @param medianNanos median of the samples
 * @param minNanos the shortest
 * @param settled whether nothing was compiled while it was measured, and both halves of the samples
 *        agree
 * @param forkMedians the median of each JVM that measured it
 */
public record Timing(double medianNanos, double minNanos, boolean settled,
        List<Double> forkMedians) {
    private static final int FEWEST_SAMPLES = 3;

    /** Fewer samples have no two halves that say anything. */
    private static final int FEWEST_FOR_HALVES = 6;

    /**
     * Calls of each window of a warm-up, if they take no longer than a quarter of a second: what
     * loops in a call is compiled after some of them, and is many times slower before.
     */
    private static final int WINDOW_CALLS = 4;
    private static final double LONG_WINDOW = 0.25;

    /** A thousand times what reading the clock takes; shorter calls are timed several at once. */
    private static final long SHORTEST_SAMPLE = 25_000;

    /** Parts of the measuring time that one window of the warm-up takes. */
    private static final int WINDOWS = 4;

    /** How many times the measuring time a warm-up may take until calls agree. */
    private static final int NOISY_WARM_UP = 4;

    /** How many times the measuring time a warm-up may take while compilers are at work. */
    private static final int COMPILING_WARM_UP = 40;
    private static final double LONGEST_WARM_UP = 20.0;

    private static final int MOST_MEASUREMENTS = 3;
    private static final double NANOS = 1e9;

    public Timing {
        forkMedians = List.copyOf(forkMedians);
    }

    /** What one JVM measured. */
    public Timing(double medianNanos, double minNanos, boolean settled) {
        this(medianNanos, minNanos, settled, List.of(medianNanos));
    }

    /**
     * Warms up until calls take the same time again and again and the compilers are idle, then times
     * calls for a time and at least three samples; again, at most twice, if that did not settle.
     */
    static Timing of(Runnable code, double seconds, Clock clock) {
        Calls calls = new Calls(code, clock);
        new Settling(clock, NOISY_WARM_UP * seconds,
                Math.min(LONGEST_WARM_UP, COMPILING_WARM_UP * seconds))
                .run(() -> calls.window(seconds / WINDOWS));
        Timing timing = measure(code, seconds, calls.nanos(), clock);
        for (int i = 1; i < MOST_MEASUREMENTS && !timing.settled; i++) {
            timing = measure(code, seconds, calls.nanos(), clock);
        }
        return timing;
    }

    /** The calls of a warm-up. */
    private static final class Calls {
        private final Runnable code;
        private final Clock clock;
        private long fastest;

        Calls(Runnable code, Clock clock) {
            this.code = code;
            this.clock = clock;
        }

        /**
         * Nanoseconds of the fastest call of one window. A neighbour's load leaves it alone as long
         * as one call is not interrupted.
         */
        double[] window(double seconds) {
            fastest = Long.MAX_VALUE;
            long start = clock.nanos();
            long now = start;
            for (int calls = 0; calls == 0 || now - start < seconds * NANOS
                    || calls < WINDOW_CALLS && now - start < LONG_WINDOW * NANOS; calls++) {
                long before = now;
                code.run();
                now = clock.nanos();
                fastest = Math.min(fastest, now - before);
            }
            return new double[] {fastest};
        }

        /** Nanoseconds of the fastest call of the last window. */
        long nanos() {
            return fastest;
        }
    }

    /** Takes samples of calls that take some nanoseconds each. */
    private static Timing measure(Runnable code, double seconds, long each, Clock clock) {
        int group = (int) Math.max(1, SHORTEST_SAMPLE / Math.max(1, each));
        double[] samples = new double[1024];
        int count = 0;
        long compiled = clock.compilation().millis();
        long start = clock.nanos();
        long now = start;
        while (count < FEWEST_SAMPLES || now - start < seconds * NANOS) {
            if (count == samples.length) {
                samples = Arrays.copyOf(samples, 2 * count);
            }
            long before = clock.nanos();
            for (int i = 0; i < group; i++) {
                code.run();
            }
            now = clock.nanos();
            samples[count++] = (double) (now - before) / group;
        }
        boolean compiling = Settling.compiling(clock.compilation(), compiled, now - start);
        return of(Arrays.copyOf(samples, count), compiling);
    }

    /** The same by several JVMs: the median of the medians, the shortest of all. */
    static Timing merge(List<Timing> all) {
        List<Double> medians = all.stream().map(Timing::medianNanos).toList();
        return new Timing(Statistics.median(array(medians)),
                all.stream().mapToDouble(Timing::minNanos).min().orElseThrow(),
                all.stream().allMatch(Timing::settled), medians);
    }

    /** How far apart the JVMs are: their largest median less the smallest, by the median. */
    double spread() {
        return Statistics.spread(array(forkMedians));
    }

    /** The two groups that the JVMs fall into; none where they do not. */
    List<Group> groups() {
        return Statistics.groups(array(forkMedians));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The summary of some samples, at least one. */
    static Timing of(double[] samples, boolean compiling) {
        int half = samples.length / 2;
        boolean steady = samples.length < FEWEST_FOR_HALVES
                || Statistics.agree(Settling.TOLERANCE,
                        Statistics.median(Arrays.copyOf(samples, half)),
                        Statistics.median(Arrays.copyOfRange(samples, half, samples.length)));
        return new Timing(Statistics.median(samples), Statistics.min(samples),
                steady && !compiling);
    }
}
