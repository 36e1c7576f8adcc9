package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.Task;

/** Who shares a task, when it is done, and what becomes of one that fails. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class TeamTest {
    private static final int PIECES = 64;
    private static final int ROUNDS = 200;
    private static final int ATTEMPTS = 3000;
    private static final int PATIENCE = 2000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Computes one block in a thread. */
    private interface Piece {
        void run(int block, int thread);
    }

    private static Task task(int blocks, Piece body) {
        return Task.of(_ -> blocks, 1, (block, _, thread, _) -> body.run(block, thread));
    }

    /** Runs a task and checks that each block was computed once, and one task after the other. */
    private static void requireWhole(Team team) {
        for (int round = 0; round < ROUNDS; round++) {
            AtomicIntegerArray first = new AtomicIntegerArray(PIECES);
            AtomicIntegerArray second = new AtomicIntegerArray(PIECES);
            team.run(List.of(task(PIECES, (block, thread) -> first.incrementAndGet(block)),
                    // Backwards, so that a block needs another one of the task before.
                    task(PIECES, (block, thread) -> second.addAndGet(block,
                            first.get(PIECES - 1 - block)))),
                    1);
            assertEquals(ones(), second.toString());
        }
    }

    private static String ones() {
        int[] ones = new int[PIECES];
        Arrays.fill(ones, 1);
        return new AtomicIntegerArray(ones).toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void computesEveryBlockOnceAndTasksInTurn(int threads) {
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            Team team = Team.of(pool);
            assertEquals(threads, team.threads());
            requireWhole(team);
        }
        requireWhole(Team.alone());
    }

    /** Two blocks, each of which waits for the other to begin. */
    @Test
    void threadsComputeAtOnceAndUnderDifferentNumbers() {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            CountDownLatch both = new CountDownLatch(2);
            int[] threads = {-1, -1};
            Team.of(pool).run(task(2, (block, thread) -> {
                both.countDown();
                await(both);
                threads[block] = thread;
            }), 1);
            Arrays.sort(threads);
            assertArrayEquals(new int[] {0, 1}, threads);
        }
    }

    /**
     * The caller gives helpers time to take a block, and only rounds in which they did count. One
     * quiet round is the proof: the compiler and the test's own machinery allocate now and then.
     */
    @Test
    void sharingAllocatesNothing() {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Team team = Team.of(pool);
            AtomicInteger helped = new AtomicInteger();
            Task task = task(2, (block, thread) -> {
                if (thread != 0) {
                    helped.incrementAndGet();
                    return;
                }
                int before = helped.get();
                for (int i = 0; i < PATIENCE && helped.get() == before; i++) {
                    Thread.onSpinWait();
                }
            });
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ATTEMPTS && least > 0; round++) {
                long[] threads = THREADS.getAllThreadIds();
                int helpedBefore = helped.get();
                long before = allocated(threads);
                long between = allocated(threads);
                for (int i = 0; i < 20; i++) {
                    team.run(task, 1);
                }
                long after = allocated(threads);
                if (helped.get() > helpedBefore) {
                    least = Math.min(least, Math.max(0, after - between - (between - before)));
                }
            }
            assertEquals(0, least);
        }
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(threads)) {
            sum += Math.max(bytes, 0);
        }
        return sum;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "the other thread does not come");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anExceptionOfAHelperReachesTheCallerAfterAllBlocks() {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            for (Throwable expected : List.of(new IllegalStateException("block"),
                    new StackOverflowError("block"))) {
                // A new one: only the first task of a team is sure to call a helper.
                Team team = Team.of(pool);
                CountDownLatch thrown = new CountDownLatch(1);
                AtomicInteger done = new AtomicInteger();
                Throwable found = assertThrows(expected.getClass(),
                        () -> team.run(task(PIECES, (block, thread) -> {
                            done.incrementAndGet();
                            if (thread == 0) {
                                await(thrown);
                            } else {
                                thrown.countDown();
                                sneak(expected);
                            }
                        }), 1));
                assertSame(expected, found);
                assertEquals(PIECES, done.get());
                requireWhole(team);
            }
        }
    }

    private static void sneak(Throwable thrown) {
        switch (thrown) {
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new AssertionError(thrown);
        }
    }

    /** The caller's blocks fail at once, the helper's are long. */
    @Test
    void noBlockRunsAfterTheCallHasReturned() {
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            Team team = Team.of(pool);
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger running = new AtomicInteger();
            assertThrows(IllegalStateException.class,
                    () -> team.run(task(PIECES, (block, thread) -> {
                        if (thread == 0) {
                            await(begun);
                            throw new IllegalStateException("the caller's");
                        }
                        running.incrementAndGet();
                        begun.countDown();
                        double x = block;
                        for (int i = 0; i < 300_000; i++) {
                            x = StrictMath.sin(x);
                        }
                        assertFalse(Double.isNaN(x));
                        running.decrementAndGet();
                    }), 1));
            assertEquals(0, running.get());
            requireWhole(team);
        }
    }

    @Test
    void aPoolThatWasShutDownIsReportedAndLeavesTheCallerAlone() {
        ForkJoinPool pool = new ForkJoinPool(3);
        Team team = Team.of(pool);
        requireWhole(team);
        team.requireOpen();
        pool.shutdown();
        requireWhole(team);
        assertEquals("the pool that shares the steps was shut down; nothing was computed",
                assertThrows(RejectedExecutionException.class, team::requireOpen).getMessage());
        ForkJoinPool ended = new ForkJoinPool(3);
        Team other = Team.of(ended);
        requireWhole(other);
        ended.shutdownNow();
        requireWhole(other);
        Team.alone().requireOpen();
    }
}
