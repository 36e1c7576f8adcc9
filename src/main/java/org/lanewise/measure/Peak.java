package org.lanewise.measure;

import java.util.Collections;
import java.util.function.IntToDoubleFunction;
import org.lanewise.kernel.FusedMultiplyAdd;
import org.lanewise.kernel.VectorModule;
import org.lanewise.kernel.gemm.FloatFmaPeakScalar;
import org.lanewise.kernel.gemm.FloatFmaPeakVector;
import org.lanewise.kernel.gemm.FmaPeakScalar;
import org.lanewise.kernel.gemm.FmaPeakVector;
import org.lanewise.spec.Precision;

/**
 * What the processor can do at most: independent multiply-adds on registers, measured now.
 *
 * <p>Clocks change with heat and neighbours, so a share of the peak means something only where both
 * were measured in one run.
 */
public final class Peak {
    /**
     * A fraction of a millisecond: long compared with reading the clock, short compared with a
     * window.
     */
    private static final int ROUNDS = 50_000;

    private Peak() {}

    /**
     * A loop of multiply-adds and nothing else.
     *
     * @param flops floating-point operations of one round
     * @param run runs some rounds; its result depends on every multiply-add
     */
    public record Chains(int flops, IntToDoubleFunction run) {
        /**
         * {@return the loop of a precision}
         *
         * @param precision of the numbers
         * @param vectors whether on vectors of the preferred width or on single numbers
         */
        public static Chains of(Precision precision, boolean vectors) {
            return switch (precision) {
                case DOUBLE -> vectors
                        ? new Chains(FmaPeakVector.FLOPS, FmaPeakVector::run)
                        : new Chains(FmaPeakScalar.FLOPS, FmaPeakScalar::run);
                case SINGLE -> vectors
                        ? new Chains(FloatFmaPeakVector.FLOPS, FloatFmaPeakVector::run)
                        : new Chains(FloatFmaPeakScalar.FLOPS, FloatFmaPeakScalar::run);
            };
        }
    }

    /**
     * {@return billions of floating-point operations a second, all threads together: the best of
     * windows of 10 ms}
     *
     * <p>On vectors of the preferred width where the JVM has the vector module and fuses, on single
     * numbers elsewhere. There is no warm-up: measure until the result no longer grows.
     *
     * @param precision of the numbers
     * @param threads threads that compute at the same time, at least 1
     * @param seconds time to measure for; one window at least
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static double gflops(Precision precision, int threads, double seconds)
            throws InterruptedException {
        Chains chains = Chains.of(precision,
                VectorModule.available() && FusedMultiplyAdd.HARDWARE);
        return Windows.best(Collections.nCopies(threads, () -> {
            double end = chains.run().applyAsDouble(ROUNDS);
            if (!(end > 0.0)) {
                throw new AssertionError("twelve numbers towards 1 add up to " + end);
            }
            return (long) ROUNDS * chains.flops();
        }), seconds);
    }
}
