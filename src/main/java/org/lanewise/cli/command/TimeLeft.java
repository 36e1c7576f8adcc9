package org.lanewise.cli.command;

import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Estimates how long a training still takes, once its speed has stopped rising.
 *
 * <p>The JVM interprets a program before it compiles it, so the first steps are many times slower
 * than the rest and say nothing of the time to come.
 */
final class TimeLeft {
    private static final double NANOS = 1e9;

    /** The shortest time over which a rate is taken. */
    private static final double WINDOW_SECONDS = 0.5;

    /** The shortest time after which there is an estimate. */
    private static final double LEAST_SECONDS = 2;

    /** Consecutive rates that must be alike. */
    private static final int ALIKE = 3;

    /** A rate this many times the least of those before it is still rising. */
    private static final double RISE = 1.1;

    private final LongSupplier nanoTime;
    private final long start;
    private final double[] rates = new double[ALIKE];
    private final long[] begins = new long[ALIKE];
    private final double[] positions = new double[ALIKE];
    private int windows;
    private long windowBegin;
    private double windowPosition;
    private long last;
    private double lastPosition;
    private long testing;
    private boolean steady;

    /**
     * Begins to measure.
     *
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    TimeLeft(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.windowBegin = start;
        this.last = start;
    }

    /** Sets the epochs that were done before the first step, where a training is resumed. */
    void begin(double position) {
        windowPosition = position;
        lastPosition = position;
    }

    /**
     * Takes note of a step.
     *
     * @param position epochs done so far, with the share of the current one
     */
    void step(double position) {
        last = nanoTime.getAsLong();
        lastPosition = position;
        double seconds = (last - windowBegin - testing) / NANOS;
        if (!steady && seconds >= WINDOW_SECONDS) {
            endWindow((position - windowPosition) / seconds);
        }
    }

    /** Takes note of the end of an epoch's test, whose time counts for none of the steps. */
    void tested() {
        testing += nanoTime.getAsLong() - last;
    }

    private void endWindow(double rate) {
        int slot = windows++ % ALIKE;
        rates[slot] = rate;
        begins[slot] = windowBegin;
        positions[slot] = windowPosition;
        windowBegin = last;
        windowPosition = lastPosition;
        testing = 0;
        steady = windows >= ALIKE && (last - start) / NANOS >= LEAST_SECONDS
                && rate <= RISE * Math.min(rates[windows % ALIKE], rates[(windows + 1) % ALIKE]);
    }

    /** Whether the speed still rises, or was not measured for long enough. */
    boolean compiling() {
        return !steady;
    }

    /**
     * Seconds until a position is reached, the tests of epochs included.
     *
     * @param goal epochs to be done in all
     * @return nothing while {@link #compiling()}
     */
    OptionalDouble seconds(double goal) {
        if (!steady) {
            return OptionalDouble.empty();
        }
        int oldest = windows % ALIKE;
        double elapsed = (nanoTime.getAsLong() - begins[oldest]) / NANOS;
        return OptionalDouble.of(
                elapsed / (lastPosition - positions[oldest]) * (goal - lastPosition));
    }
}
