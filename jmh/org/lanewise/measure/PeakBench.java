package org.lanewise.measure;

import org.lanewise.kernel.gemm.FmaPeakScalar;
import org.lanewise.kernel.gemm.FmaPeakVector;
import org.openjdk.jmh.annotations.Benchmark;

/** The peak that FlopsProfiler compares others with: fused multiply-adds on registers only. */
public class PeakBench extends JmhOptions {
    /** Multiply-adds of each chain in one call. */
    public static final int ROUNDS = 50_000;

    /** {@return a number that depends on all 24 * 50,000 operations} */
    @Benchmark
    public double scalar() {
        return FmaPeakScalar.run(ROUNDS);
    }

    /** {@return a number that depends on all 24 * 50,000 operations of each lane} */
    @Benchmark
    public double vector() {
        return FmaPeakVector.run(ROUNDS);
    }
}
