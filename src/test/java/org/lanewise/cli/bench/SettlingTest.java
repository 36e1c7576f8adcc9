package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Windows of a second each, on a clock that a test moves. */
class SettlingTest {
    private static final long SECOND = 1_000_000_000L;

    private final FakeClock clock = new FakeClock();
    private int windows;

    private boolean run(IntFunction<double[]> figures) {
        return new Settling(clock, 8.0, 20.0).run(() -> {
            clock.advance(SECOND);
            return figures.apply(windows++);
        });
    }

    @Test
    void threeWindowsThatAgreeAreEnough() {
        assertTrue(run(window -> new double[] {7.0}));
        assertEquals(3, windows);
    }

    @Test
    void waitsUntilTheLastThreeAgree() {
        double[] times = {100.0, 50.0, 20.0, 10.0, 10.9, 10.5};
        assertTrue(run(window -> new double[] {times[window]}));
        assertEquals(6, windows);
    }

    @Test
    void everyFigureMustAgree() {
        assertTrue(run(window -> new double[] {10.0, window < 2 ? 20.0 : 10.0}));
        assertEquals(5, windows);
    }

    @Test
    void aMethodInTheQueueKeepsItGoing() {
        clock.compilingUntil(12 * SECOND);
        assertTrue(run(window -> new double[] {7.0}));
        assertEquals(12, windows);
    }

    @Test
    void timeSpentCompilingKeepsItGoing() {
        clock.withoutQueue().compilingUntil(12 * SECOND);
        assertTrue(run(window -> new double[] {7.0}));
        assertEquals(13, windows, "the first window without compilation");
    }

    @Test
    void givesUpOnWindowsThatNeverAgree() {
        assertFalse(run(window -> new double[] {window % 2 + 1.0}));
        assertEquals(8, windows);
    }

    @Test
    void givesUpOnCompilersThatNeverRest() {
        clock.compilingUntil(Long.MAX_VALUE);
        assertFalse(run(window -> new double[] {7.0}));
        assertEquals(20, windows);
    }
}
