package org.lanewise;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** The samples of one batch, read by any threads that take part, each sample by one of them. */
final class Reading implements Runnable {
    /** What went wrong, at the first sample of those where something did. */
    private record Failure(int sample, Throwable cause) {}

    final int start;
    final int count;
    private final Supplier<IntConsumer> readers;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private final CountDownLatch left;

    /**
     * Begins nothing.
     *
     * @param start position of the batch in its epoch
     * @param count samples of the batch
     * @param readers gives each thread something that reads a sample of the batch
     */
    Reading(int start, int count, Supplier<IntConsumer> readers) {
        this.start = start;
        this.count = count;
        this.readers = readers;
        this.left = new CountDownLatch(count);
    }

    /** Reads samples until none is left that no other thread reads. */
    @Override
    public void run() {
        IntConsumer reader = null;
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            int sample = i;
            try {
                reader = reader == null ? readers.get() : reader;
                reader.accept(sample);
            } catch (Throwable e) {
                Failure found = new Failure(sample, e);
                failure.accumulateAndGet(found, (old, one) -> old == null
                        || one.sample < old.sample ? one : old);
            } finally {
                left.countDown();
            }
        }
    }

    /** Reads what is left, waits for others, and throws what went wrong at the first sample. */
    void finish() {
        run();
        await();
        Failure found = failure.get();
        if (found == null) {
            return;
        }
        switch (found.cause) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /** Reads no more, and waits for what is being read. */
    void cancel() {
        for (int taken = next.getAndSet(count); taken < count; taken++) {
            left.countDown();
        }
        await();
    }

    /** An interrupt is kept for later: it ends a training after a step. */
    private void await() {
        boolean interrupted = false;
        while (true) {
            try {
                left.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
