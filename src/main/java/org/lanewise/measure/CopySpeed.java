package org.lanewise.measure;

import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** How fast threads copy arrays. */
public final class CopySpeed {
    /** Long compared with reading the clock. */
    private static final int LEAST_BYTES = 512 << 10;

    private CopySpeed() {}

    /**
     * {@return billions of bytes a second that all threads read and write together}
     *
     * @param threads how many copy, each its own arrays
     * @param bytes of the arrays of all threads; half is read and half written
     * @param seconds time to measure for; the best of windows of 10 ms counts
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static double gigabytesPerSecond(int threads, long bytes, double seconds)
            throws InterruptedException {
        int length = Math.toIntExact(bytes / (2L * Double.BYTES * threads));
        return Windows.best(IntStream.range(0, threads).mapToObj(_ -> copies(length)).toList(),
                seconds);
    }

    private static LongSupplier copies(int length) {
        double[] from = new double[length];
        double[] to = new double[length];
        long bytes = 2L * Double.BYTES * length;
        long copies = Math.ceilDiv(LEAST_BYTES, bytes);
        return () -> {
            for (long i = 0; i < copies; i++) {
                System.arraycopy(from, 0, to, 0, length);
            }
            return copies * bytes;
        };
    }
}
