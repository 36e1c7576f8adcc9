package org.lanewise.cli;

import java.util.Arrays;

/**
 * How long something takes.
 *
 * @param medianNanos median of the samples
 * @param minNanos the shortest
 */
record Timing(double medianNanos, double minNanos) {
    private static final int FEWEST_SAMPLES = 3;
    private static final int WARM_UP_CALLS = 2;
    /** A thousand times what reading the clock takes; shorter calls are timed several at once. */
    private static final long SHORTEST_SAMPLE = 25_000;

    /**
     * Warms up for as long as it measures, so that the code is compiled, then times calls for at
     * least a time and at least three samples.
     */
    static Timing of(Runnable code, double seconds) {
        long nanos = (long) (seconds * 1e9);
        long calls = 0;
        long start = System.nanoTime();
        while (calls < WARM_UP_CALLS || System.nanoTime() - start < nanos) {
            code.run();
            calls++;
        }
        long each = (System.nanoTime() - start) / calls;
        int group = (int) Math.max(1, SHORTEST_SAMPLE / Math.max(1, each));
        double[] samples = new double[1024];
        int count = 0;
        start = System.nanoTime();
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
