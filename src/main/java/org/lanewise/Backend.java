package org.lanewise;

import org.lanewise.kernel.FusedMultiplyAdd;
import org.lanewise.kernel.VectorModule;
import org.lanewise.plan.Loops;

/** Which loops compute a network; by the direct algorithm, every backend gives the same bits. */
public enum Backend {
    /** The fastest that this machine runs. */
    AUTO,
    /**
     * Loops on vectors for all but squared error, optimizers, the gradients of sigmoid and tanh, and
     * layers too small to gain; needs {@code jdk.incubator.vector}.
     */
    VECTOR,
    /** Plain loops, the reference that every other is held to. */
    SCALAR;

    private static final String FLAG = "--add-modules jdk.incubator.vector";

    /**
     * {@return what runs here where this is asked for}
     *
     * @throws IllegalArgumentException if vectors are asked for and cannot run here
     */
    public Backend chosen() {
        return switch (this) {
            case AUTO -> obstacle() == null ? VECTOR : SCALAR;
            case VECTOR -> {
                if (obstacle() != null) {
                    throw new IllegalArgumentException("backend vector cannot run: " + obstacle());
                }
                yield VECTOR;
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
            case VECTOR, SCALAR -> "it was asked for";
        };
    }

    /** What keeps vectors from running here; null if nothing does. */
    private static String obstacle() {
        if (!VectorModule.available()) {
            return "java was started without " + FLAG;
        }
        return FusedMultiplyAdd.HARDWARE ? null : "the processor does not fuse multiply-adds";
    }

    /** What a plan is to compute with; says so where vectors are missing and nobody chose that. */
    Loops loops() {
        if (this == AUTO && obstacle() != null) {
            System.getLogger(Backend.class.getName()).log(System.Logger.Level.WARNING,
                    "Lanewise computes with scalar loops: " + obstacle());
        }
        return chosen() == VECTOR ? Loops.VECTOR : Loops.SCALAR;
    }
}
