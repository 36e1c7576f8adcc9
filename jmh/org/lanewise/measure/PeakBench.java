package org.lanewise.measure;

import org.lanewise.measure.Peak.Chains;
import org.lanewise.spec.Precision;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The peak that FlopsProfiler compares others with: fused multiply-adds on registers only. */
public class PeakBench extends JmhOptions {
    /** Multiply-adds of each chain in one call. */
    public static final int ROUNDS = 50_000;

    /** The precision of all numbers, as {@code -p precision=single} sets it. */
    @Param("double")
    public String precision;

    private Chains scalar;
    private Chains vector;

    /** Selects the loops. */
    @Setup
    public void prepare() {
        scalar = Chains.of(Precision.of(precision), false);
        vector = Chains.of(Precision.of(precision), true);
    }

    /** {@return a number that depends on all 24 * 50,000 operations} */
    @Benchmark
    public double scalar() {
        return scalar.run().applyAsDouble(ROUNDS);
    }

    /** {@return a number that depends on all 24 * 50,000 operations of each lane} */
    @Benchmark
    public double vector() {
        return vector.run().applyAsDouble(ROUNDS);
    }
}
