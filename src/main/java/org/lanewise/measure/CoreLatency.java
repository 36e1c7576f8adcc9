package org.lanewise.measure;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a cache line takes from one core to another.
 *
 * <p>Some 30 ns where two cores share a cache, five times that where they do not. A virtual machine
 * may be moved from one case to the other while it runs, and then passes of two threads that share
 * data take longer with the same code.
 */
public final class CoreLatency {
    /** Fewer than a time slice takes, so that the median is of rounds without interruption. */
    private static final int ROUND_TRIPS = 2_000;
    private static final int ROUNDS = 15;

    private CoreLatency() {}

    /**
     * {@return nanoseconds from the calling thread to another one, the median of several rounds}
     *
     * <p>Starts a thread and ends it. There is no warm-up: measure twice.
     *
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static double nanos() throws InterruptedException {
        AtomicLong turn = new AtomicLong();
        Thread other = Thread.ofPlatform().daemon().start(() -> answer(turn));
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                long mine = 2 * ((long) round * ROUND_TRIPS + i);
                turn.set(mine + 1);
                await(turn, mine + 2);
            }
            rounds[round] = (System.nanoTime() - start) / (2.0 * ROUND_TRIPS);
        }
        other.join();
        // A join with a thread that has ended does not check for interrupts.
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while the latency was measured");
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    private static void answer(AtomicLong turn) {
        for (long i = 0; i < (long) ROUNDS * ROUND_TRIPS; i++) {
            await(turn, 2 * i + 1);
            turn.set(2 * i + 2);
        }
    }

    /** Spins; gives the processor away after a while, because both threads may be on one. */
    private static void await(AtomicLong turn, long value) {
        for (int look = 1; turn.get() != value; look++) {
            if (look % 10_000 == 0) {
                Thread.yield();
            }
        }
    }
}
