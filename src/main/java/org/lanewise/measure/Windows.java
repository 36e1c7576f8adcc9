package org.lanewise.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/** The most that threads do together in a nanosecond: the best of windows of 10 ms. */
final class Windows {
    /** Short enough that one of several is not interrupted by other load. */
    private static final long WINDOW_NANOS = 10_000_000;
    private static final double NANOS = 1e9;

    private Windows() {}

    /**
     * {@return units of work a nanosecond, all threads together}
     *
     * @param work what each thread repeats, which takes a fraction of a millisecond as a rule and returns how many
     *        units it has done
     * @param seconds time to measure for; one window at least
     * @throws InterruptedException if the calling thread was interrupted
     */
    static double best(List<LongSupplier> work, double seconds) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(work.size());
        try (ExecutorService pool = Executors.newFixedThreadPool(work.size())) {
            double best = 0.0;
            long begin = System.nanoTime();
            do {
                best = Math.max(best, window(work, pool, start));
            } while (System.nanoTime() - begin < seconds * NANOS);
            return best;
        }
    }

    /** What one thread did. */
    private record Share(long units, long start, long end) {}

    /** One window: from the first thread's start to the last one's end. */
    private static double window(List<LongSupplier> work, ExecutorService pool,
            CyclicBarrier start) throws InterruptedException {
        List<Future<Share>> futures = new ArrayList<>();
        for (LongSupplier one : work) {
            futures.add(pool.submit(() -> share(one, start)));
        }
        long units = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Future<Share> future : futures) {
            try {
                Share share = future.get();
                units += share.units();
                first = Math.min(first, share.start());
                last = Math.max(last, share.end());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return (double) units / (last - first);
    }

    private static Share share(LongSupplier work, CyclicBarrier start)
            throws InterruptedException, BrokenBarrierException {
        long units = 0;
        start.await();
        long begun = System.nanoTime();
        long now = begun;
        while (now - begun < WINDOW_NANOS) {
            units += work.getAsLong();
            now = System.nanoTime();
        }
        return new Share(units, begun, now);
    }
}
