package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.lanewise.io.CheckpointBench;
import org.lanewise.kernel.gemm.FloatFmaPeakVector;
import org.lanewise.kernel.gemm.FmaPeakScalar;
import org.lanewise.measure.ConvBench;
import org.lanewise.measure.LayerBench;
import org.lanewise.measure.NetworkBench;
import org.lanewise.measure.PeakBench;
import org.lanewise.spec.Precision;
import org.openjdk.jmh.results.ScalarResult;

/** Benchmarks name their operations. */
class FlopsProfilerTest {
    private static OptionalDouble flops(Class<?> benchmark, String method, Enum<?> problem) {
        return FlopsProfiler.flops(benchmark.getName() + "." + method,
                problem == null ? null : problem.name(), Precision.DOUBLE);
    }

    /** 2 * 8 samples * 8 filters * 26 * 26 pixels * 3 * 3 taps. */
    @Test
    void convolutionsCountTheDirectAlgorithm() {
        for (String method : List.of("forward", "backwardInput", "backwardWeights")) {
            assertEquals(OptionalDouble.of(2.0 * 8 * 8 * 26 * 26 * 9),
                    flops(ConvBench.class, method, ConvBench.Problem.MNIST_1_8));
        }
    }

    @Test
    void everyProblemHasOperations() {
        for (LayerBench.Problem problem : LayerBench.Problem.values()) {
            assertTrue(flops(LayerBench.class, "step", problem).isPresent(), problem.name());
        }
        for (NetworkBench.Problem problem : NetworkBench.Problem.values()) {
            double forward = flops(NetworkBench.class, "forward", problem).orElseThrow();
            double step = flops(NetworkBench.class, "step", problem).orElseThrow();
            assertTrue(0.0 < forward && forward < step, problem + ": " + forward + ", " + step);
        }
    }

    @Test
    void thePeakCountsItsRounds() {
        assertEquals(OptionalDouble.of(50_000.0 * FmaPeakScalar.FLOPS),
                flops(PeakBench.class, "scalar", null));
        assertEquals(OptionalDouble.of(50_000.0 * FloatFmaPeakVector.FLOPS),
                FlopsProfiler.flops(PeakBench.class.getName() + ".vector", null,
                        FlopsProfiler.precision("single")));
        assertEquals(Precision.DOUBLE, FlopsProfiler.precision(null));
    }

    @Test
    void whatComputesNothingHasNoOperations() {
        assertEquals(OptionalDouble.empty(), flops(CheckpointBench.class, "save", null));
    }

    @Test
    void resultsAreRateAndShare() {
        List<ScalarResult> results = FlopsProfiler.results(10.0, 40.0);
        assertEquals("gflops", results.get(0).getLabel());
        assertEquals(10.0, results.get(0).getScore());
        assertEquals("of.peak", results.get(1).getLabel());
        assertEquals(25.0, results.get(1).getScore());
    }
}
