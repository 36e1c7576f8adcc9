package org.lanewise.cli;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * How long something takes.
 *
 * @param medianNanos median of the samples
 * @param minNanos the shortest
 */
record Timing(double medianNanos, double minNanos) {
    private static final int FEWEST_SAMPLES = 3;
    private static final int WARM_UP_CALLS = 2;

    /**
     * Calls that a turn of warming up makes if they take no longer than a second: what loops in a
     * call is compiled behind some of them, and is many times slower before.
     */
    private static final int MORE_WARM_UP_CALLS = 12;
    private static final long LONG_WARM_UP = 1_000_000_000;

    /** A thousand times what reading the clock takes; shorter calls are timed several at once. */
    private static final long SHORTEST_SAMPLE = 25_000;

    /** Most turns of warming up. */
    private static final int MOST_WARM_UPS = 10;

    /** A turn in which compilers worked for a smaller share of the time found its code ready. */
    private static final double BUSY = 0.1;

    /**
     * Warms up for as long as it measures and for a dozen calls, or a second of them, and again while
     * the JVM still compiles; then times calls for at least a time and at least three samples.
     */
    static Timing of(Runnable code, double seconds) {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        return of(code, seconds,
                compilers != null && compilers.isCompilationTimeMonitoringSupported()
                        ? compilers::getTotalCompilationTime
                        : () -> 0);
    }

    /** The same; the last argument tells for how many milliseconds the JVM has compiled. */
    static Timing of(Runnable code, double seconds, LongSupplier compiled) {
        long nanos = (long) (seconds * 1e9);
        long calls = 0;
        long took = 0;
        double busy = Double.POSITIVE_INFINITY;
        for (int turn = 0; turn < MOST_WARM_UPS && busy > BUSY * took; turn++) {
            long before = compiled.getAsLong();
            long start = System.nanoTime();
            calls = 0;
            took = 0;
            while (calls < WARM_UP_CALLS || took < nanos
                    || calls < MORE_WARM_UP_CALLS && took < LONG_WARM_UP) {
                code.run();
                calls++;
                took = System.nanoTime() - start;
            }
            busy = (compiled.getAsLong() - before) * 1e6;
        }
        return measure(code, nanos, took / calls);
    }

    /** Takes samples of calls that take some nanoseconds each. */
    private static Timing measure(Runnable code, long nanos, long each) {
        int group = (int) Math.max(1, SHORTEST_SAMPLE / Math.max(1, each));
        double[] samples = new double[1024];
        int count = 0;
        long start = System.nanoTime();
        long now = start;
        while (count < FEWEST_SAMPLES || now - start < nanos) {
            if (count == samples.length) {
                samples = Arrays.copyOf(samples, 2 * count);
            }
            long before = System.nanoTime();
            for (int i = 0; i < group; i++) {
                code.run();
            }
            now = System.nanoTime();
            samples[count++] = (double) (now - before) / group;
        }
        return of(Arrays.copyOf(samples, count));
    }

    /** The summary of some samples, at least one. */
    static Timing of(double[] samples) {
        return new Timing(median(samples), Arrays.stream(samples).min().orElseThrow());
    }

    /** The middle one, or halfway between the two in the middle. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }
}
