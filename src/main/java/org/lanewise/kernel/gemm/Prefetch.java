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

    /**
     * The same of two arrays, a line of each in turn: memory then serves both at once, which is faster than one after the
     * other.
     */
    public static double read(double[] from, int start, int end, double[] second, int secondStart,
            int secondEnd) {
        int length = Math.min(Math.min(end, from.length) - start,
                Math.min(secondEnd, second.length) - secondStart);
        double sum = 0.0;
        int i = 0;
        for (; i < length; i += LINE) {
            sum += from[start + i];
            sum += second[secondStart + i];
        }
        return sum + read(from, start + i, end) + read(second, secondStart + i, secondEnd);
    }
}
