package org.lanewise.cli.bench;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.lanewise.cli.bench.CopySpeeds.Arrays;
import org.lanewise.measure.CopySpeed;
import org.lanewise.measure.CoreLatency;
import org.lanewise.measure.Peak;
import org.lanewise.spec.Precision;

/**
 * The peak of fused multiply-adds, the speed of copying and the latency between cores, measured several times in one run:
 * clocks change with heat and neighbours, and one measurement in a bad moment would make every share
 * of the peak too large; and a virtual machine's cores share a cache at one time and not at another.
 */
public final class Peaks {
    /** Measures the peak of some threads for some seconds. */
    @FunctionalInterface
    interface Meter {
        double gflops(int threads, double seconds) throws InterruptedException;
    }

    /** Measures how long a cache line takes from one core to another. */
    @FunctionalInterface
    interface LatencyMeter {
        double nanos() throws InterruptedException;
    }

    /** Measures how many GB/s threads read and write that copy arrays of some bytes in all. */
    @FunctionalInterface
    interface CopyMeter {
        double gigabytes(int threads, long bytes, double seconds) throws InterruptedException;
    }

    /**
     * What the measurements found.
     *
     * @param largest the largest of them in GFLOP/s or GB/s, which counts, or in nanoseconds
     * @param smallest the smallest
     * @param count how many there were
     */
    public record Range(double largest, double smallest, int count) {
        public static Range of(double value) {
            return new Range(value, value, 1);
        }

        Range plus(Range other) {
            return new Range(Math.max(largest, other.largest),
                    Math.min(smallest, other.smallest), count + other.count);
        }
    }

    private static final double SECONDS = 0.1;
    private static final double COPY_SECONDS = 0.05;

    /** Enough for the compilers, even under other load; a warm loop settles in three windows. */
    private static final double NOISY_WARM_UP = 1.0;
    private static final double COMPILING_WARM_UP = 10.0;

    private final SequencedMap<Integer, Range> ranges = new TreeMap<>();
    private final Precision precision;
    private final Meter meter;
    private final LatencyMeter latencyMeter;
    private final CopyMeter copyMeter;
    private final Clock clock;
    private CopySpeeds copies = CopySpeeds.NONE;
    private Range latency;

    /** Peaks of this machine. */
    public Peaks(Precision precision, Clock clock) {
        this(precision, (threads, seconds) -> Peak.gflops(precision, threads, seconds),
                CoreLatency::nanos, CopySpeed::gigabytesPerSecond, clock);
    }

    Peaks(Precision precision, Meter meter, LatencyMeter latencyMeter,
            CopyMeter copyMeter, Clock clock) {
        this.precision = precision;
        this.meter = meter;
        this.latencyMeter = latencyMeter;
        this.copyMeter = copyMeter;
        this.clock = clock;
    }

    /** Measures the peak of each number of threads once more; before the first time, warms up. */
    void measure(List<Integer> threads) {
        threads.forEach(this::measure);
    }

    /** Measures the peak of some threads once more; before the first time, warms up. */
    public void measure(int threads) {
        if (!ranges.containsKey(threads)) {
            new Settling(clock, NOISY_WARM_UP, COMPILING_WARM_UP)
                    .run(() -> new double[] {1.0 / gflops(threads)});
        }
        ranges.merge(threads, Range.of(gflops(threads)), Range::plus);
        if (threads > 1) {
            measureLatency();
        }
    }

    /** Measures once more how fast threads copy arrays; a copy needs no warm-up. */
    void measureCopies(Collection<Arrays> sizes) {
        for (Arrays arrays : sizes) {
            Runtime jvm = Runtime.getRuntime();
            // Next to the problem, which a small heap may be full of.
            if (arrays.bytes() > (jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory()) / 2) {
                continue;
            }
            try {
                Range range = Range.of(copyMeter.gigabytes(arrays.threads(), arrays.bytes(),
                        COPY_SECONDS));
                copies = copies.plus(new CopySpeeds(new TreeMap<>(Map.of(arrays, range))));
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private double gflops(int threads) {
        try {
            return meter.gflops(threads, SECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The first measurement is of code that is not compiled yet, and does not count. */
    private void measureLatency() {
        try {
            if (latency == null) {
                latencyMeter.nanos();
            }
            Range measured = Range.of(latencyMeter.nanos());
            latency = latency == null ? measured : latency.plus(measured);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while measuring the peak", e);
    }

    Precision precision() {
        return precision;
    }

    /** The largest peak of some threads so far. */
    double largest(int threads) {
        return ranges.get(threads).largest();
    }

    /** All peaks measured so far. */
    SequencedMap<Integer, Range> ranges() {
        return new TreeMap<>(ranges);
    }

    /** The speeds of copying measured so far. */
    CopySpeeds copies() {
        return copies;
    }

    /** The latency between cores in nanoseconds, if more than one thread was measured. */
    Optional<Range> latency() {
        return Optional.ofNullable(latency);
    }
}
