package org.lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.PiecewiseLinear.Point;

/** Rates where they are exact, and at the ends of ranges. */
class ScheduleTest {
    private static final double BASE = 0.5;

    static Stream<Arguments> powers() {
        return Stream.of(0.0, 0.5, 0.9, 0.999, 0.99999, 1.0, 1.25)
                .flatMap(base -> Stream.of(1, 2, 3, 17, 100, 1023, 3000)
                        .map(n -> Arguments.of(base, n)));
    }

    @ParameterizedTest
    @MethodSource("powers")
    void aPowerIsTheNearestDouble(double base, int n) {
        assertEquals(new BigDecimal(base).pow(n).doubleValue(), Rates.power(base, n));
    }

    @Test
    void aPowerBeyondTheRangeIsInfiniteOrZero() {
        assertEquals(Double.POSITIVE_INFINITY, Rates.power(2, 1L << 40));
        assertEquals(0, Rates.power(0.5, Long.MAX_VALUE));
        assertEquals(1, Rates.power(0, 0));
    }

    /** StrictMath's argument is rounded, by half a unit in the last place of at most pi. */
    @Test
    void aCosineIsThatOfStrictMath() {
        for (int i = 0; i <= 4000; i++) {
            double x = i / 4000.0;
            double expected = StrictMath.cos(Math.PI * x);
            assertTrue(Math.abs(Rates.cosinePi(x) - expected) <= 0x1p-51,
                    x + ": " + Rates.cosinePi(x) + ", expected " + expected);
        }
        assertEquals(1.0, Rates.cosinePi(0));
        assertEquals(0.0, Rates.cosinePi(0.5));
        assertEquals(-1.0, Rates.cosinePi(1));
        assertEquals(0.5, Rates.cosinePi(1.0 / 3), 0x1p-53);
    }

    private static void assertRates(Schedule schedule, List<Long> steps, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], schedule.rate(BASE, steps.get(i)),
                    schedule + " at step " + steps.get(i));
        }
    }

    @Test
    void ratesChangeAtTheStepThatIsSaid() {
        assertRates(Schedule.CONSTANT, List.of(0L, Long.MAX_VALUE), BASE, BASE);
        assertRates(new Schedule.Step(3, 0.5), List.of(0L, 2L, 3L, 5L, 6L), BASE, BASE, 0.25, 0.25,
                0.125);
        assertRates(new Schedule.MultiStep(List.of(1, 4), 0.5), List.of(0L, 1L, 3L, 4L, 99L), BASE,
                0.25, 0.25, 0.125, 0.125);
        assertRates(new Schedule.Exponential(0.5), List.of(0L, 1L, 2L), BASE, 0.25, 0.125);
        assertRates(new Schedule.Cosine(4, 0.25), List.of(0L, 2L, 4L, 6L, 8L, 12L), BASE, 0.375,
                0.25, 0.375, BASE, 0.25);
        assertRates(new Schedule.CosineWarmRestarts(2, 3, 0.25), List.of(0L, 1L, 2L, 5L, 8L), BASE,
                0.375, BASE, 0.375, BASE);
        assertRates(new PiecewiseLinear(List.of(new Point(2, 0.5), new Point(4, 1),
                new Point(5, 0))), List.of(0L, 2L, 3L, 4L, 5L, 1L << 40), 0.25, 0.25, 0.375, BASE,
                0, 0);
        assertRates(new Schedule.PerEpoch(new Schedule.Step(1, 0.5), 3), List.of(0L, 2L, 3L, 6L),
                BASE, BASE, 0.25, 0.125);
    }

    @Test
    void aWarmUpIsFollowedByTheBeginning() {
        Schedule warm = new Schedule.Step(2, 0.5).warmUp(4, 0.5);
        assertRates(warm, List.of(0L, 2L, 4L, 5L, 6L), 0.25, 0.375, BASE, BASE, 0.25);
        Schedule cycle = new OneCycle(1, 4, 0.5, 2, 2, true).warmUp(2, 0.5);
        assertRates(cycle, List.of(0L, 1L, 2L, 3L, 5L), 0.25, 0.375, BASE, 1, 0.25);
        assertEquals(6, cycle.updates());
        assertThrows(IllegalArgumentException.class, () -> cycle.rate(BASE, 6));
    }

    @Test
    void aCycleEndsAtItsLastStep() {
        Schedule cycle = new OneCycle(1, 10, 0.3, 4, 8, false);
        assertRates(cycle, List.of(0L, 1L, 2L, 9L), 0.25, 0.625, 1, 1.0 / 32);
        assertEquals("one_cycle ended after its 10 steps; there is no rate for step 11",
                assertThrows(IllegalArgumentException.class, () -> cycle.rate(BASE, 10))
                        .getMessage());
        // A way up of one step, where PyTorch divides by 0.
        assertRates(new OneCycle(1, 5, 0.2, 4, 4, false), List.of(0L, 4L), 1, 1.0 / 16);
        assertRates(new OneCycle(1, 1, 0.3, 4, 4, false), List.of(0L), 1.0 / 16);
        assertRates(new OneCycle(1, 4, 1, 4, 4, true), List.of(0L, 3L), 0.25, 1);
        assertRates(new OneCycle(1, 4, 0, 4, 4, true), List.of(3L), 1.0 / 16);
    }

    @Test
    void numbersOfStepsDoNotOverflow() {
        Schedule restarts = new Schedule.CosineWarmRestarts(Integer.MAX_VALUE, Integer.MAX_VALUE,
                0);
        for (long step : new long[] {1L << 31, 1L << 62, Long.MAX_VALUE}) {
            double rate = restarts.rate(BASE, step);
            assertTrue(rate >= 0 && rate <= BASE, "rate " + rate);
            rate = new Schedule.Cosine(Integer.MAX_VALUE, 0).rate(BASE, step);
            assertTrue(rate >= 0 && rate <= BASE, "rate " + rate);
        }
        assertEquals(Long.MAX_VALUE, Schedule.CONSTANT.warmUp(9, 1).updates());
        assertEquals((long) Integer.MAX_VALUE * Integer.MAX_VALUE + Integer.MAX_VALUE,
                new Schedule.PerEpoch(Schedule.oneCycle(1, Integer.MAX_VALUE), Integer.MAX_VALUE)
                        .warmUp(Integer.MAX_VALUE, 1).updates());
    }

    static Stream<Arguments> refused() {
        double nan = Double.NaN;
        double infinite = Double.POSITIVE_INFINITY;
        return Stream.of(
                refused("step_size 0 must be at least 1", () -> new Schedule.Step(0, 1)),
                refused("gamma NaN must be finite", () -> new Schedule.Step(1, nan)),
                refused("gamma -0.1 must be finite", () -> new Schedule.Exponential(-0.1)),
                refused("gamma Infinity must", () -> new Schedule.Exponential(infinite)),
                refused("milestones [] must be at least one",
                        () -> new Schedule.MultiStep(List.of(), 1)),
                refused("milestones [3, 3] must be at least 1 and ascending",
                        () -> new Schedule.MultiStep(List.of(3, 3), 1)),
                refused("milestones [0]", () -> new Schedule.MultiStep(List.of(0), 1)),
                refused("t_max 0", () -> new Schedule.Cosine(0, 0)),
                refused("eta_min -1.0", () -> new Schedule.Cosine(1, -1)),
                refused("t_0 0", () -> new Schedule.CosineWarmRestarts(0, 1, 0)),
                refused("t_mult 0", () -> new Schedule.CosineWarmRestarts(1, 0, 0)),
                refused("max_lr NaN", () -> Schedule.oneCycle(nan, 1)),
                refused("total_steps 0", () -> Schedule.oneCycle(1, 0)),
                refused("pct_start 1.5 must be from 0 to 1",
                        () -> new OneCycle(1, 1, 1.5, 1, 1, true)),
                refused("div_factor 0.0 must be finite and above 0",
                        () -> new OneCycle(1, 1, 1, 0, 1, true)),
                refused("final_div_factor NaN", () -> new OneCycle(1, 1, 1, 1, nan, true)),
                refused("points [] must be at least one", () -> new PiecewiseLinear(List.of())),
                refused("ascending in their steps", () -> new PiecewiseLinear(
                        List.of(new Point(2, 1), new Point(2, 1)))),
                refused("ascending in their steps", () -> new PiecewiseLinear(
                        List.of(new Point(-1, 1)))),
                refused("factor NaN must be finite", () -> new PiecewiseLinear(
                        List.of(new Point(0, nan)))),
                refused("steps_per_epoch 0",
                        () -> new Schedule.PerEpoch(Schedule.CONSTANT, 0)),
                refused("neither a warm-up nor in epochs",
                        () -> new Schedule.PerEpoch(Schedule.CONSTANT.warmUp(1, 1), 1)),
                refused("warm_up 0 must be at least 1", () -> Schedule.CONSTANT.warmUp(0, 1)),
                refused("warm_up_start 0.0 must be above 0",
                        () -> Schedule.CONSTANT.warmUp(1, 0)),
                refused("warm_up_start NaN", () -> Schedule.CONSTANT.warmUp(1, nan)),
                refused("no warm-up after a warm-up",
                        () -> Schedule.CONSTANT.warmUp(1, 1).warmUp(1, 1)));
    }

    private static Arguments refused(String said, Executable make) {
        return Arguments.of(said, make);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsOutOfRangeIsRefused(String said, Executable make) {
        String message = assertThrows(IllegalArgumentException.class, make).getMessage();
        assertTrue(message.contains(said), message);
    }
}
