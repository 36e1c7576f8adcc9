package org.lanewise;

import org.lanewise.kernel.Lanes;
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
    /**
     * The same loops lane by lane, to the same bits, where vectors cannot run: several times slower than
     * on vectors and several times faster than {@code SCALAR}.
     */
    PLAIN,
    /** Plain loops, the reference that every other is held to. */
    SCALAR;

    private static final String FLAG = "--add-modules jdk.incubator.vector";

    /**
     * {@return what runs here where this is asked for}
     *
     * @throws IllegalArgumentException if vectors are asked for and cannot run here, or plain loops where
     *         vectors can
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
            case VECTOR, PLAIN, SCALAR -> "it was asked for";
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

    /** What a plan is to compute with; says so where vectors are missing and nobody chose that. */
    Loops loops() {
        if (this == AUTO && obstacle() != null) {
            System.getLogger(Backend.class.getName()).log(System.Logger.Level.WARNING,
                    "Lanewise computes without vectors, several times more slowly: " + obstacle());
        }
        return chosen() == SCALAR ? Loops.SCALAR : Loops.VECTOR;
    }
}
