package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.lanewise.cli.bench.Statistics.Group;

/** Timings of made-up code on a made-up clock. */
class TimingTest {
    private static final long MILLI = 1_000_000L;

    private final FakeClock clock = new FakeClock();
    private int calls;

    /** Code whose calls take a time that depends on the time. */
    private Timing time(double seconds, LongUnaryOperator nanos) {
        return Timing.of(() -> {
            calls++;
            clock.advance(nanos.applyAsLong(clock.nanos()));
        }, seconds, clock);
    }

    @Test
    void codeThatIsCompiledLateIsMeasuredAfterwards() {
        long compiled = 2_000 * MILLI;
        clock.compilingUntil(compiled);
        Timing timing = time(0.1, now -> now < compiled ? 5 * MILLI : MILLI);
        assertEquals(new Timing(MILLI, MILLI, true), timing);
    }

    /** The compiler is started again by the first measurement, as after a deoptimisation. */
    @Test
    void measuresAgainWhereCodeWasCompiledMeanwhile() {
        Timing timing = time(1.0, now -> {
            if (now == 1_000 * MILLI) {
                clock.compilingUntil(2_500 * MILLI);
            }
            return now >= 1_000 * MILLI && now < 2_500 * MILLI ? 5 * MILLI : MILLI;
        });
        assertEquals(new Timing(MILLI, MILLI, true), timing);
    }

    @Test
    void saysWhatNeverSettled() {
        // Slower in the middle of each of the three measurements.
        Timing timing = time(0.1, now -> now < 125 * MILLI
                ? MILLI
                : now < 225 * MILLI ? 2 * MILLI : now < 325 * MILLI ? 4 * MILLI : 8 * MILLI);
        assertFalse(timing.settled());
        assertTrue(clock.nanos() >= 375 * MILLI, "nanoseconds: " + clock.nanos());
    }

    @Test
    void giveUpOnCompilersAfterFortyTimesTheMeasuringTime() {
        clock.compilingUntil(Long.MAX_VALUE);
        Timing timing = time(0.1, now -> MILLI);
        assertFalse(timing.settled());
        assertEquals(4_000 + 3 * 100, clock.nanos() / MILLI);
    }

    /** Four calls of each of three windows, and three samples. */
    @Test
    void withoutTimeThereAreStillSomeCalls() {
        assertTrue(time(0.0, now -> MILLI).settled());
        assertEquals(3 * 4 + 3, calls);
    }

    @Test
    void longCallsAreWarmedUpOnceInEachWindow() {
        assertTrue(time(0.0, now -> 400 * MILLI).settled());
        assertEquals(3 + 3, calls);
    }

    @Test
    void shortCallsAreTimedSeveralAtOnce() {
        Timing timing = time(0.0, now -> 100);
        assertEquals(100.0, timing.medianNanos());
        assertEquals(3 * 4 + 3 * 250, calls);
    }

    @Test
    void halvesThatDifferHaveNotSettled() {
        assertTrue(Timing.of(new double[] {10, 10, 10, 10.5, 10.5, 10.5}, false).settled());
        assertFalse(Timing.of(new double[] {10, 10, 10, 12, 12, 12}, false).settled());
        assertFalse(Timing.of(new double[] {10, 10, 10, 10, 10, 10}, true).settled());
        assertTrue(Timing.of(new double[] {10, 20, 30}, false).settled(), "too few for halves");
    }

    @Test
    void mergesForksByTheirMedians() {
        Timing merged = Timing.merge(List.of(new Timing(40.0, 39.0, true),
                new Timing(10.0, 9.0, true), new Timing(20.0, 18.0, false)));
        assertEquals(new Timing(20.0, 9.0, false, List.of(40.0, 10.0, 20.0)), merged);
        assertEquals(1.5, merged.spread());
    }

    @Test
    void forksInTwoGroupsAreSeen() {
        List<Timing> forks = new ArrayList<>();
        for (double median : new double[] {0.033, 0.164, 0.033, 0.164, 0.033}) {
            forks.add(new Timing(median, median, true));
        }
        assertEquals(List.of(new Group(3, 0.033), new Group(2, 0.164)),
                Timing.merge(forks).groups());
    }
}
