package org.lanewise.plan;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjLongConsumer;
import org.lanewise.kernel.Task;

/**
 * The threads that compute a plan: the caller, and helpers from the caller's pool.
 *
 * <p>Each thread has a share of a task's blocks, the same in each task with as many, so that what
 * it wrote is still in its cache; idle threads take blocks of others, and the caller returns when
 * all are done. The caller does not wait for helpers that have not begun, so in a busy pool, a pool
 * of one or a call from inside the pool the caller only does more. A helper that runs out of blocks
 * spins for the next task for a moment, because waking a thread takes longer than many tasks.
 */
public final class Team {
    private static final long PATIENCE_NANOS = 100_000;
    private static final int LOOKS_BETWEEN_CLOCKS = 64;
    private static final int LOOKS_BEFORE_YIELDING = 1000;
    private static final int COUNT_BITS = 20;
    private static final long COUNT = (1L << COUNT_BITS) - 1;
    private static final long BEHIND = 1L << COUNT_BITS;

    /** Words between two tickets, which no cache line holds together. */
    private static final int CACHE_LINE_STRIDE = 8;

    private final ForkJoinPool pool;
    private final ObjLongConsumer<Task> timer;
    private final int threads;
    private final List<ForkJoinTask<?>> helpers;
    private final boolean[] sent;

    /**
     * For each thread the number of the task, the end of its blocks and its next block, in one word
     * for compare-and-set.
     */
    private final AtomicLongArray tickets;
    private long number;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private Task task;
    private int samples;

    private Team(ForkJoinPool pool, int threads, ObjLongConsumer<Task> timer) {
        this.pool = pool;
        this.timer = timer;
        this.threads = threads;
        this.helpers = java.util.stream.IntStream.range(1, pool == null ? 1 : threads)
                .<ForkJoinTask<?>>mapToObj(thread -> ForkJoinTask.adapt(() -> help(thread)))
                .toList();
        this.sent = new boolean[helpers.size()];
        this.tickets = new AtomicLongArray(helpers.isEmpty() ? 0 : threads * CACHE_LINE_STRIDE);
    }

    /** {@return the caller alone} */
    public static Team alone() {
        return new Team(null, 1, null);
    }

    /**
     * {@return a team that runs the blocks of a plan for several threads in the caller and times each}
     *
     * @param threads how many the plan is for
     * @param timer called after each block with its task and the nanoseconds it took
     */
    public static Team timed(int threads, ObjLongConsumer<Task> timer) {
        return new Team(null, threads, timer);
    }

    /**
     * {@return the caller and, up to the pool's parallelism in all, its threads}
     *
     * @param pool the caller's; it is never shut down here
     */
    public static Team of(ForkJoinPool pool) {
        return new Team(pool, pool.getParallelism(), null);
    }

    /** {@return as many threads, from the same pool, for a second plan that may run at the same time} */
    public Team copy() {
        return new Team(pool, threads(), timer);
    }

    /** {@return how many threads may compute at once} */
    public int threads() {
        return threads;
    }

    /** {@return how many threads compute: one where a team only times blocks} */
    int computing() {
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
     * {@return whether something will be run by the pool, besides the blocks of tasks; not where
     * there is no pool, or it was shut down}
     *
     * @param work what to run
     */
    public boolean offer(Runnable work) {
        if (pool == null) {
            return false;
        }
        try {
            pool.execute(work);
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    /**
     * Runs tasks one after another.
     *
     * @param tasks what to run
     * @param samples samples of the batch
     */
    void run(List<Task> tasks, int samples) {
        for (int i = 0; i < tasks.size(); i++) {
            run(tasks.get(i), samples);
        }
    }

    /**
     * Runs one task.
     *
     * @param next what to run
     * @param count samples of the batch
     */
    void run(Task next, int count) {
        int blocks = next.blocks(count);
        if (helpers.isEmpty() || blocks < 2 || blocks > COUNT) {
            for (int block = 0; block < blocks; block++) {
                long start = timer == null ? 0 : System.nanoTime();
                next.run(block, 0, count);
                if (timer != null) {
                    timer.accept(next, System.nanoTime() - start);
                }
            }
            return;
        }
        task = next;
        samples = count;
        done.set(0);
        // Publishes the task: a helper reads it only after it has taken a block of these tickets.
        number++;
        for (int thread = 0; thread < threads(); thread++) {
            long first = share(thread, blocks);
            long behind = share(thread + 1, blocks);
            tickets.set(thread * CACHE_LINE_STRIDE,
                    number << 2 * COUNT_BITS | behind << COUNT_BITS | first);
        }
        call(Math.min(helpers.size(), blocks - 1));
        while (takeOne(0)) {
            // The next block.
        }
        for (int look = 0; done.get() < blocks; look++) {
            if (look < LOOKS_BEFORE_YIELDING) {
                Thread.onSpinWait();
            } else {
                // There may be more threads than processors: the thread with the last block needs
                // one.
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

    /** The first block of a thread's share. */
    private long share(int thread, int blocks) {
        return (long) blocks * thread / threads();
    }

    /**
     * Takes and runs one block, if there is one: of its own share, or of a thread with blocks left.
     */
    private boolean takeOne(int thread) {
        int threads = threads();
        for (int i = 0; i < threads; i++) {
            int other = thread + i < threads ? thread + i : thread + i - threads;
            int block = take(other, other == thread);
            if (block >= 0) {
                compute(block, thread);
                return true;
            }
        }
        return false;
    }

    /** Takes the first block of a share, or the last for another thread; -1 if there is none. */
    private int take(int share, boolean first) {
        while (true) {
            long now = tickets.get(share * CACHE_LINE_STRIDE);
            int next = (int) (now & COUNT);
            int behind = (int) (now >>> COUNT_BITS & COUNT);
            if (next >= behind) {
                return -1;
            }
            if (tickets.compareAndSet(share * CACHE_LINE_STRIDE, now,
                    first ? now + 1 : now - BEHIND)) {
                return first ? next : behind - 1;
            }
        }
    }

    private void compute(int block, int thread) {
        try {
            task.run(block, thread, samples);
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        } finally {
            done.incrementAndGet();
        }
    }

    private static RuntimeException rethrown(Throwable thrown) {
        switch (thrown) {
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new AssertionError(thrown);
        }
    }
}
