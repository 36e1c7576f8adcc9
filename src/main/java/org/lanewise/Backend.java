package org.lanewise;

import org.lanewise.kernel.VectorModule;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.plan.Kernels;

/**
 * The kernels that compute a network. With the direct algorithm, every backend gives the same bits.
 */
public enum Backend {
    /** The fastest that this machine runs. */
    AUTO,
    /**
     * Vector kernels for all but losses of values, optimizers, the gradients of sigmoid and
     * tanh, softplus, and layers too small to gain; needs {@code jdk.incubator.vector}.
     */
    VECTOR,
    /**
     * The vector kernels in scalar Java, with the same bits, for JVMs without vectors: several
     * times slower than vectors and several times faster than {@code SCALAR}.
     */
    PLAIN,
    /** The scalar reference that every other backend is compared with. */
    SCALAR;

    private static final String FLAG = "--add-modules jdk.incubator.vector";

    /**
     * {@return the kernels that run here when this backend is requested}
     *
     * @throws IllegalArgumentException if vectors are requested and cannot run here, or
     *        {@code PLAIN} where vectors can run
     */
    public Backend chosen() {
        return switch (this) {
            case AUTO -> obstacle() == null ? VECTOR : PLAIN;
            case VECTOR -> {
                if (obstacle() != null) {
                    throw new IllegalArgumentException("backend vector cannot run: " + obstacle());
                }
                yield VECTOR;
            }
            case PLAIN -> {
                if (obstacle() == null) {
                    throw new IllegalArgumentException("backend plain is for where vectors cannot"
                            + " run; start java without " + FLAG + ", or take vector");
                }
                yield PLAIN;
            }
            case SCALAR -> SCALAR;
        };
    }

    /** {@return why that runs} */
    public String reason() {
        return switch (this) {
            case AUTO -> obstacle() == null
                    ? "the vector module is there and the processor fuses multiply-adds"
                    : obstacle();
            case VECTOR, PLAIN, SCALAR -> "it was requested";
        };
    }

    /** What keeps vectors from running here; null if nothing does. */
    private static String obstacle() {
        if (Lanes.VECTORS) {
            return null;
        }
        return VectorModule.available()
                ? "the processor does not fuse multiply-adds"
                : "java was started without " + FLAG;
    }

    /** The kernels of a plan; logs a warning where vectors are missing and were not disabled. */
    Kernels kernels(Algorithm algorithm) {
        if (this == AUTO && obstacle() != null) {
            System.getLogger(Backend.class.getName()).log(System.Logger.Level.WARNING,
                    "Lanewise computes without vectors, several times more slowly: " + obstacle());
        }
        if (chosen() == SCALAR) {
            return Kernels.SCALAR;
        }
        return algorithm == Algorithm.DIRECT ? Kernels.DIRECT : Kernels.ANY;
    }
}
