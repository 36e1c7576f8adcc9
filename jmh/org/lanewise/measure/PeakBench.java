package org.lanewise.measure;

import java.util.concurrent.TimeUnit;
import org.lanewise.kernel.FmaPeakScalar;
import org.lanewise.kernel.FmaPeakVector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The peak that other benchmarks are a share of: fused multiply-adds on registers alone. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g",
        "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling", "-XX:+UseG1GC"})
public class PeakBench {
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
