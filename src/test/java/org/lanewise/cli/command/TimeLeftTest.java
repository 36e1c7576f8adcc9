package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Estimates of the time left, with a clock that the test sets. */
class TimeLeftTest {
    /** Steps of an epoch. */
    private static final double STEPS = 1000;

    private double now = 17;
    private final TimeLeft timeLeft = new TimeLeft(() -> Math.round(now * 1e9));
    private double position;

    private void step(double seconds) {
        now += seconds;
        position += 1 / STEPS;
        timeLeft.step(position);
    }

    private void steps(int count, double seconds) {
        for (int i = 0; i < count; i++) {
            step(seconds);
        }
    }

    @Test
    void givesNoEstimateWhileTheSpeedRises() {
        for (double seconds = 1; seconds > 0.01; seconds *= 0.8) {
            step(seconds);
            assertTrue(timeLeft.compiling(), "at " + seconds);
            assertTrue(timeLeft.seconds(20).isEmpty());
        }
        steps(1000, 0.01);
        assertFalse(timeLeft.compiling());
        // The slow first steps count for nothing; those almost as fast as the last count.
        double expected = (20 - position) * STEPS * 0.01;
        assertEquals(expected, timeLeft.seconds(20).getAsDouble(), 0.01 * expected);
    }

    @Test
    void givesNoEstimateInTheFirstTwoSeconds() {
        steps(199, 0.01);
        assertTrue(timeLeft.compiling());
        steps(60, 0.01);
        assertFalse(timeLeft.compiling());
    }

    @Test
    void needsThreeStepsWhereEachIsLong() {
        steps(2, 10);
        assertTrue(timeLeft.compiling());
        step(10);
        assertFalse(timeLeft.compiling());
        assertEquals((1 - position) * STEPS * 10, timeLeft.seconds(1).getAsDouble(), 1e-6);
    }

    @Test
    void treatsAFallingSpeedAsSteady() {
        steps(2, 10);
        step(12);
        assertFalse(timeLeft.compiling());
    }

    /** Otherwise equal tests would hide that the steps between them become faster. */
    @Test
    void excludesTestTimeFromRates() {
        for (double seconds = 1; seconds > 0.01; seconds *= 0.8) {
            step(seconds);
            now += 5;
            timeLeft.tested();
            assertTrue(timeLeft.compiling(), "at " + seconds);
        }
    }

    @Test
    void includesTestTimeInTheEstimate() {
        steps(1000, 0.01);
        double steps = timeLeft.seconds(2).getAsDouble();
        now += 5;
        timeLeft.tested();
        assertEquals(10, steps, 1e-6);
        // The first half second is older than the rates that were alike.
        assertEquals((9.5 + 5) / 0.95, timeLeft.seconds(2).getAsDouble(), 1e-6);
    }

    @Test
    void startsAtTheResumedPosition() {
        position = 5;
        timeLeft.begin(position);
        steps(3, 10);
        assertEquals((6 - position) * STEPS * 10, timeLeft.seconds(6).getAsDouble(), 1e-6);
    }
}
