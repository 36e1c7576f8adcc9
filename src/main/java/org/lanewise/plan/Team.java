package org.lanewise.plan;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.lanewise.kernel.Job;

/**
 * The threads that compute a plan: the caller, and helpers from the caller's pool.
 *
 * <p>Whoever is free takes the next piece of a job, and the caller returns when all pieces are
 * done. Helpers that have not begun are not waited for, so a busy pool, a pool of one or a call from
 * inside the pool only means that the caller does more. A helper that runs out of pieces looks for
 * the next job for a moment, because waking a thread takes longer than many jobs.
 */
public final class Team {
    private static final long PATIENCE_NANOS = 100_000;
    private static final int LOOKS_BETWEEN_CLOCKS = 64;
    private static final int LOOKS_BEFORE_YIELDING = 1000;
    private static final int COUNT_BITS = 20;
    private static final long COUNT = (1L << COUNT_BITS) - 1;

    private final ForkJoinPool pool;
    private final List<ForkJoinTask<?>> helpers;
    private final boolean[] sent;

    /** Number of the job, how many pieces it has, and the next piece: one word, taken at once. */
    private final AtomicLong ticket = new AtomicLong();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private Job job;
    private int samples;

    private Team(ForkJoinPool pool, int threads) {
        this.pool = pool;
        this.helpers = java.util.stream.IntStream.range(1, threads)
                .<ForkJoinTask<?>>mapToObj(thread -> ForkJoinTask.adapt(() -> help(thread)))
                .toList();
        this.sent = new boolean[helpers.size()];
    }

    /** {@return the caller alone} */
    public static Team alone() {
        return new Team(null, 1);
    }

    /**
     * {@return the caller and, up to the pool's parallelism in all, its threads}
     *
     * @param pool the caller's; it is never shut down here
     */
    public static Team of(ForkJoinPool pool) {
        return new Team(pool, pool.getParallelism());
    }

    /** {@return how many threads may compute at once} */
    public int threads() {
        return helpers.size() + 1;
    }

    /**
     * Sees to it that helpers can be had.
     *
     * @throws RejectedExecutionException if the pool was shut down
     */
    public void requireOpen() {
        if (pool != null && pool.isShutdown()) {
            throw new RejectedExecutionException("the pool that shares the steps was shut down;"
                    + " nothing was computed");
        }
    }

    /**
     * Runs jobs one after another.
     *
     * @param jobs what to run
     * @param samples samples of the batch
     */
    void run(List<Job> jobs, int samples) {
        for (int i = 0; i < jobs.size(); i++) {
            run(jobs.get(i), samples);
        }
    }

    /**
     * Runs one job.
     *
     * @param next what to run
     * @param count samples of the batch
     */
    void run(Job next, int count) {
        int pieces = next.pieces(count);
        if (helpers.isEmpty() || pieces < 2 || pieces > COUNT) {
            for (int piece = 0; piece < pieces; piece++) {
                next.run(piece, 0, count);
            }
            return;
        }
        job = next;
        samples = count;
        done.set(0);
        // Publishes the job: a helper reads it only after it has taken a piece of this ticket.
        long number = (ticket.get() >>> 2 * COUNT_BITS) + 1;
        ticket.set(number << 2 * COUNT_BITS | (long) pieces << COUNT_BITS);
        call(Math.min(helpers.size(), pieces - 1));
        while (takeOne(0)) {
            // The next piece.
        }
        for (int look = 0; done.get() < pieces; look++) {
            if (look < LOOKS_BEFORE_YIELDING) {
                Thread.onSpinWait();
            } else {
                // There may be more threads than processors: whoever has the last piece needs one.
                Thread.yield();
            }
        }
        if (failure.get() != null) {
            throw rethrown(failure.getAndSet(null));
        }
    }

    /** Sends helpers who are not at work; a pool that was just shut down sends none. */
    private void call(int count) {
        for (int i = 0; i < count; i++) {
            ForkJoinTask<?> helper = helpers.get(i);
            if (!sent[i] || helper.isDone()) {
                helper.reinitialize();
                try {
                    pool.execute(helper);
                    sent[i] = true;
                } catch (RejectedExecutionException shutDown) {
                    return;
                }
            }
        }
    }

    private void help(int thread) {
        long last = System.nanoTime();
        while (System.nanoTime() - last < PATIENCE_NANOS) {
            for (int look = 0; look < LOOKS_BETWEEN_CLOCKS; look++) {
                if (takeOne(thread)) {
                    last = System.nanoTime();
                    look = 0;
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Takes and runs one piece, if there is one. */
    private boolean takeOne(int thread) {
        long now = ticket.get();
        int piece = (int) (now & COUNT);
        if (piece >= (now >>> COUNT_BITS & COUNT)) {
            return false;
        }
        if (ticket.compareAndSet(now, now + 1)) {
            try {
                job.run(piece, thread, samples);
            } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
            } finally {
                done.incrementAndGet();
            }
        }
        return true;
    }

    private static RuntimeException rethrown(Throwable thrown) {
        switch (thrown) {
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new AssertionError(thrown);
        }
    }
}
