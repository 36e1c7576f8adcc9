package org.lanewise.measure;

import org.lanewise.kernel.FusedMultiplyAdd;
import org.lanewise.kernel.VectorModule;
import org.lanewise.kernel.gemm.Lanes;

/**
 * What decides how fast the loops run here.
 *
 * @param jdk version of the running JDK
 * @param vectorModule whether the JVM was started with {@code jdk.incubator.vector}
 * @param vectorBits bits of the vectors of doubles; 0 without the module
 * @param fusedMultiplyAdd whether the processor multiplies and adds with one rounding
 * @param cores processors the JVM may use
 * @param maxMemory bytes the heap may grow to
 */
public record Machine(
        String jdk,
        boolean vectorModule,
        int vectorBits,
        boolean fusedMultiplyAdd,
        int cores,
        long maxMemory) {
    /** {@return this machine} */
    public static Machine current() {
        boolean vectorModule = VectorModule.available();
        return new Machine(Runtime.version().toString(), vectorModule,
                vectorModule ? Lanes.bits() : 0, FusedMultiplyAdd.HARDWARE,
                Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory());
    }
}
