package org.lanewise.cli.bench;

/** A clock that a test moves, with compilers that a test makes busy. */
public final class FakeClock implements Clock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long nanos;
    private long compilingUntil;
    private boolean queueVisible = true;

    /** Compilers are at work until the clock shows so many nanoseconds. */
    public FakeClock compilingUntil(long end) {
        compilingUntil = end;
        return this;
    }

    /** Only the time of finished compilations can be seen, as on a JVM without the queue. */
    FakeClock withoutQueue() {
        queueVisible = false;
        return this;
    }

    public void advance(long by) {
        nanos += by;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Compilation compilation() {
        return new Compilation(queueVisible && nanos < compilingUntil,
                queueVisible ? 0 : Math.min(nanos, compilingUntil) / NANOS_PER_MILLI);
    }
}
