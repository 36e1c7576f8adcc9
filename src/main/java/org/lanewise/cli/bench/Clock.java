package org.lanewise.cli.bench;

/** The time, and what the JIT compilers have done by then. */
public interface Clock {
    /**
     * The state of the JIT compilers.
     *
     * @param pending whether a method is being compiled or waits for it
     * @param millis milliseconds of all finished compilations since the JVM started
     */
    record Compilation(boolean pending, long millis) {}

    /** Nanoseconds since some fixed moment. */
    long nanos();

    /** The state of the JIT compilers now; takes a fraction of a millisecond. */
    Compilation compilation();
}
