package org.lanewise.cli;

import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The peak of fused multiply-adds, measured several times in one run: clocks change with heat and
 * neighbours, and one measurement in a bad moment would make every share of it too large.
 */
final class Peaks {
    /** Measures the peak of some threads for some seconds. */
    @FunctionalInterface
    interface Meter {
        double gflops(int threads, double seconds) throws InterruptedException;
    }

    /**
     * What the measurements found.
     *
     * @param largest the largest of them in GFLOP/s, which counts
     * @param smallest the smallest
     * @param count how many there were
     */
    record Range(double largest, double smallest, int count) {
        static Range of(double gflops) {
            return new Range(gflops, gflops, 1);
        }

        Range plus(Range other) {
            return new Range(Math.max(largest, other.largest),
                    Math.min(smallest, other.smallest), count + other.count);
        }
    }

    private static final double SECONDS = 0.1;

    /** Enough for the compilers, even beside other load; a warm loop settles in three windows. */
    private static final double NOISY_WARM_UP = 1.0;
    private static final double COMPILING_WARM_UP = 10.0;

    private final SequencedMap<Integer, Range> ranges = new TreeMap<>();
    private final Meter meter;
    private final Clock clock;

    Peaks(Meter meter, Clock clock) {
        this.meter = meter;
        this.clock = clock;
    }

    /** Measures the peak of each number of threads once more; before the first time, warms up. */
    void measure(List<Integer> threads) {
        threads.forEach(this::measure);
    }

    /** Measures the peak of some threads once more; before the first time, warms up. */
    void measure(int threads) {
        if (!ranges.containsKey(threads)) {
            new Settling(clock, NOISY_WARM_UP, COMPILING_WARM_UP)
                    .run(() -> new double[] {1.0 / gflops(threads)});
        }
        ranges.merge(threads, Range.of(gflops(threads)), Range::plus);
    }

    private double gflops(int threads) {
        try {
            return meter.gflops(threads, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the peak", e);
        }
    }

    /** The largest peak of some threads so far. */
    double largest(int threads) {
        return ranges.get(threads).largest();
    }

    /** Everything measured so far. */
    SequencedMap<Integer, Range> ranges() {
        return new TreeMap<>(ranges);
    }
}
