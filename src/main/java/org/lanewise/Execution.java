package org.lanewise;

import java.util.Locale;
import java.util.Objects;

/**
 * By which loops, which algorithm and on how many threads a network is computed.
 *
 * @param backend which loops
 * @param algorithm how convolutions may be computed
 * @param threads threads that share a step
 */
public record Execution(Backend backend, Algorithm algorithm, int threads) {
    /** The reference that every other is held to. */
    public static final Execution REFERENCE = new Execution(Backend.SCALAR, Algorithm.DIRECT, 1);

    /** The most threads that can share a step. */
    public static final int MOST_THREADS = 32_767;

    /**
     * Checks that the loops run here.
     *
     * @param backend which loops
     * @param algorithm how convolutions may be computed
     * @param threads threads that share a step
     * @throws IllegalArgumentException if the loops cannot run here, or threads is not 1 to
     *         {@value #MOST_THREADS}
     */
    public Execution {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(algorithm, "algorithm");
        if (threads < 1) {
            throw new IllegalArgumentException("threads " + threads + " must be at least 1");
        }
        if (threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "threads " + threads + " must be at most " + MOST_THREADS);
        }
        backend.chosen();
    }

    /** {@return the name of the loops that run, as commands spell it} */
    public String backendName() {
        return name(backend);
    }

    private static String name(Backend backend) {
        return backend.chosen().name().toLowerCase(Locale.ROOT);
    }
}
