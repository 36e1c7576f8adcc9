package org.lanewise.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.lanewise.kernel.VectorModule;
import org.lanewise.kernel.gemm.FmaPeakScalar;
import org.lanewise.kernel.gemm.FmaPeakVector;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.measure.Peak.Chains;
import org.lanewise.spec.Precision;

/** The measured peak does the work that it is credited with. */
class PeakTest {
    @Test
    void bothLoopsComputeTheSameChains() {
        assertTrue(VectorModule.available(), "the tests run with the vector module");
        for (int rounds : new int[] {0, 1, 1000}) {
            assertEquals(FmaPeakScalar.run(rounds), FmaPeakVector.run(rounds));
        }
        assertEquals(Lanes.bits() / Double.SIZE * FmaPeakScalar.FLOPS, FmaPeakVector.FLOPS);
    }

    /** Twice as many floats as doubles in a vector; the scalar chains are those of doubles, rounded. */
    @Test
    void floatsHaveChainsOfTheirOwn() {
        Chains scalar = Chains.of(Precision.SINGLE, false);
        Chains vector = Chains.of(Precision.SINGLE, true);
        for (int rounds : new int[] {0, 1, 1000}) {
            double sum = scalar.run().applyAsDouble(rounds);
            assertEquals((float) sum, sum);
            assertEquals(sum, vector.run().applyAsDouble(rounds));
            assertEquals(FmaPeakScalar.run(rounds), sum, 1e-4);
        }
        assertEquals(FmaPeakScalar.FLOPS, scalar.flops());
        assertEquals(2 * Chains.of(Precision.DOUBLE, true).flops(), vector.flops());
    }

    @Test
    void theChainsAreThoseWritten() {
        double[] chains = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3};
        double sum = 0.0;
        for (double value : chains) {
            for (int i = 0; i < 100; i++) {
                value = Math.fma(value, 0.999, 1e-3);
            }
            sum += value;
        }
        assertEquals(sum, FmaPeakScalar.run(100));
        assertEquals(12.0, FmaPeakScalar.run(100_000), 1e-9);
    }

    @Test
    void aPeakIsANumberOfAnyProcessor() throws InterruptedException {
        for (Precision precision : Precision.values()) {
            for (int threads = 1; threads <= 2; threads++) {
                double gflops = Peak.gflops(precision, threads, 0.05);
                assertTrue(gflops > 1e-4 && gflops < 1e4,
                        precision + ", " + threads + " threads: " + gflops);
            }
        }
    }
}
