package org.lanewise.measure;

import java.util.Locale;
import java.util.Objects;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.spec.Precision;

/**
 * Kernels, algorithm and number of threads that compute a network.
 *
 * @param backend which kernels
 * @param algorithm how convolutions may be computed
 * @param precision of all numbers
 * @param threads threads that share a step
 */
public record Execution(Backend backend, Algorithm algorithm, Precision precision, int threads) {
    /** The reference that every other execution in double precision is compared with. */
    public static final Execution REFERENCE = new Execution(Backend.SCALAR, Algorithm.DIRECT, 1);

    /** The most threads that can share a step. */
    public static final int MOST_THREADS = 32_767;

    /**
     * Checks that the kernels run here.
     *
     * @param backend which kernels
     * @param algorithm how convolutions may be computed
     * @param precision of all numbers
     * @param threads threads that share a step
     * @throws IllegalArgumentException if the kernels cannot run here, or threads is not 1 to
     *        {@value #MOST_THREADS}
     */
    public Execution {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(precision, "precision");
        if (threads < 1) {
            throw new IllegalArgumentException("threads " + threads + " must be at least 1");
        }
        if (threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "threads " + threads + " must be at most " + MOST_THREADS);
        }
        backend.chosen();
    }

    /**
     * Computes in double precision.
     *
     * @param backend which kernels
     * @param algorithm how convolutions may be computed
     * @param threads threads that share a step
     */
    public Execution(Backend backend, Algorithm algorithm, int threads) {
        this(backend, algorithm, Precision.DOUBLE, threads);
    }

    /** {@return the reference of the same precision} */
    public Execution reference() {
        return new Execution(Backend.SCALAR, Algorithm.DIRECT, precision, 1);
    }

    /** {@return the name of the loops that run, as commands spell it} */
    public String backendName() {
        return name(backend);
    }

    private static String name(Backend backend) {
        return backend.chosen().name().toLowerCase(Locale.ROOT);
    }
}
