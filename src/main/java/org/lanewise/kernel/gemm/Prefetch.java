package org.lanewise.kernel.gemm;

import org.lanewise.kernel.Cpu;

/** Prefetches. */
public final class Prefetch {
    private static final int LINE = Cpu.LINE / Double.BYTES;

    private Prefetch() {}

    /**
     * Reads one element of every cache line, so that all are in cache.
     *
     * @return a sum of what was read, for the compiler to keep
     */
    public static double read(double[] from, int start, int end) {
        double sum = 0.0;
        for (int i = start; i < Math.min(end, from.length); i += LINE) {
            sum += from[i];
        }
        return sum;
    }
}
