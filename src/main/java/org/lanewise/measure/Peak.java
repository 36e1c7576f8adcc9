package org.lanewise.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import org.lanewise.kernel.FusedMultiplyAdd;
import org.lanewise.kernel.VectorModule;
import org.lanewise.kernel.gemm.FloatFmaPeakScalar;
import org.lanewise.kernel.gemm.FloatFmaPeakVector;
import org.lanewise.kernel.gemm.FmaPeakScalar;
import org.lanewise.kernel.gemm.FmaPeakVector;
import org.lanewise.spec.Precision;

/**
 * What the processor can do at most: independent multiply-adds on registers, measured now.
 *
 * <p>Clocks change with heat and neighbours, so a share of the peak means something only where both
 * were measured in one run.
 */
public final class Peak {
    /** Short enough that one of several is not interrupted by other load. */
    private static final long WINDOW_NANOS = 10_000_000;
    private static final double NANOS = 1e9;
    /**
     * A fraction of a millisecond: long compared with reading the clock, short compared with a
     * window.
     */
    private static final int ROUNDS = 50_000;

    private Peak() {}

    /**
     * A loop of multiply-adds and nothing else.
     *
     * @param flops floating-point operations of one round
     * @param run runs some rounds; its result depends on every multiply-add
     */
    public record Chains(int flops, IntToDoubleFunction run) {
        /**
         * {@return the loop of a precision}
         *
         * @param precision of the numbers
         * @param vectors whether on vectors of the preferred width or on single numbers
         */
        public static Chains of(Precision precision, boolean vectors) {
            return switch (precision) {
                case DOUBLE -> vectors
                        ? new Chains(FmaPeakVector.FLOPS, FmaPeakVector::run)
                        : new Chains(FmaPeakScalar.FLOPS, FmaPeakScalar::run);
                case SINGLE -> vectors
                        ? new Chains(FloatFmaPeakVector.FLOPS, FloatFmaPeakVector::run)
                        : new Chains(FloatFmaPeakScalar.FLOPS, FloatFmaPeakScalar::run);
            };
        }
    }

    /**
     * {@return billions of floating-point operations a second, all threads together: the best of
     * windows of 10 ms}
     *
     * <p>On vectors of the preferred width where the JVM has the vector module and fuses, on single
     * numbers elsewhere. There is no warm-up: measure until the result no longer grows.
     *
     * @param precision of the numbers
     * @param threads threads that compute at the same time, at least 1
     * @param seconds time to measure for; one window at least
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static double gflops(Precision precision, int threads, double seconds)
            throws InterruptedException {
        Chains chains = Chains.of(precision,
                VectorModule.available() && FusedMultiplyAdd.HARDWARE);
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            double best = 0.0;
            long begin = System.nanoTime();
            do {
                best = Math.max(best, window(chains, pool, threads, start));
            } while (System.nanoTime() - begin < seconds * NANOS);
            return best;
        }
    }

    /** What one thread did. */
    private record Share(long flops, long start, long end) {}

    /** One window: from the first thread's start to the last one's end. */
    private static double window(Chains chains, ExecutorService pool, int threads,
            CyclicBarrier start)
            throws InterruptedException {
        List<Future<Share>> futures = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            futures.add(pool.submit(() -> share(chains, start)));
        }
        long flops = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Future<Share> future : futures) {
            try {
                Share share = future.get();
                flops += share.flops();
                first = Math.min(first, share.start());
                last = Math.max(last, share.end());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return (double) flops / (last - first);
    }

    private static Share share(Chains chains, CyclicBarrier start)
            throws InterruptedException, BrokenBarrierException {
        long flops = 0;
        start.await();
        long begun = System.nanoTime();
        long now = begun;
        while (now - begun < WINDOW_NANOS) {
            double end = chains.run().applyAsDouble(ROUNDS);
            if (!(end > 0.0)) {
                throw new AssertionError("twelve numbers towards 1 add up to " + end);
            }
            flops += (long) ROUNDS * chains.flops();
            now = System.nanoTime();
        }
        return new Share(flops, begun, now);
    }
}
