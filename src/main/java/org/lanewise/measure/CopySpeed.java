package org.lanewise.measure;

import java.util.concurrent.CountDownLatch;

/** How many bytes a second threads read and write together while they copy arrays of 32 MB. */
final class CopySpeed {
    private static final int ELEMENTS = 4 << 20;
    private static final int COPIES = 10;
    private static final int ROUNDS = 5;

    private CopySpeed() {}

    /**
     * {@return the best of some rounds, in bytes a second; a byte that is read and written counts twice}
     *
     * @param threads how many copy, each its own arrays; they are ended
     * @throws InterruptedException if the calling thread was interrupted
     */
    static double of(int threads) throws InterruptedException {
        double best = 0;
        double[][] from = new double[threads][ELEMENTS];
        double[][] to = new double[threads][ELEMENTS];
        for (int round = 0; round < ROUNDS; round++) {
            CountDownLatch start = new CountDownLatch(1);
            Thread[] others = new Thread[threads];
            for (int i = 0; i < threads; i++) {
                double[] source = from[i];
                double[] target = to[i];
                others[i] = Thread.ofPlatform().daemon().start(() -> copy(start, source, target));
            }
            long begun = System.nanoTime();
            start.countDown();
            for (Thread other : others) {
                other.join();
            }
            double nanos = System.nanoTime() - begun;
            best = Math.max(best, 2e9 * Double.BYTES * ELEMENTS * COPIES * threads / nanos);
        }
        return best;
    }

    private static void copy(CountDownLatch start, double[] from, double[] to) {
        try {
            start.await();
        } catch (InterruptedException e) {
            return;
        }
        for (int i = 0; i < COPIES; i++) {
            System.arraycopy(from, 0, to, 0, ELEMENTS);
        }
    }
}
