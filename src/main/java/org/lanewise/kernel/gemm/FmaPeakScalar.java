package org.lanewise.kernel.gemm;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/**
 * As many multiply-adds as the processor can do on single doubles, and nothing else.
 *
 * <p>Twelve chains that do not wait for each other: two units with a latency of 4 or 5 cycles need
 * 8 to 10, and twelve accumulators with both constants still fit 16 registers. Values run towards
 * the fixed point 1, so they neither overflow nor underflow.
 */
public final class FmaPeakScalar {
    /** Floating-point operations of one round. */
    public static final int FLOPS = 2 * 12;

    static final double FACTOR = 0.999;
    static final double ADDEND = 1e-3;

    private FmaPeakScalar() {}

    /**
     * {@return a number that depends on every multiply-add}
     *
     * @param rounds multiply-adds of each chain
     */
    public static double run(int rounds) {
        double a = 0.1;
        double b = 0.2;
        double c = 0.3;
        double d = 0.4;
        double e = 0.5;
        double f = 0.6;
        double g = 0.7;
        double h = 0.8;
        double i = 0.9;
        double j = 1.1;
        double k = 1.2;
        double l = 1.3;
        for (int round = 0; round < rounds; round++) {
            a = fma(a, FACTOR, ADDEND);
            b = fma(b, FACTOR, ADDEND);
            c = fma(c, FACTOR, ADDEND);
            d = fma(d, FACTOR, ADDEND);
            e = fma(e, FACTOR, ADDEND);
            f = fma(f, FACTOR, ADDEND);
            g = fma(g, FACTOR, ADDEND);
            h = fma(h, FACTOR, ADDEND);
            i = fma(i, FACTOR, ADDEND);
            j = fma(j, FACTOR, ADDEND);
            k = fma(k, FACTOR, ADDEND);
            l = fma(l, FACTOR, ADDEND);
        }
        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
