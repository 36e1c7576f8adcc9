package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The errors of exp, sigmoid and tanh in units of the last place, against twice the digits. */
class ExponentialScalarTest {
    private static final int POINTS = 100_000;
    private static final long SEED = 1;

    private static double exp(double x) {
        return ExponentialScalar.exp(x);
    }

    private static double sigmoid(double x) {
        double[] y = {x};
        ActivationScalar.sigmoid(y, y, 0, 1);
        return y[0];
    }

    private static double tanh(double x) {
        double[] y = {x};
        ActivationScalar.tanh(y, y, 0, 1);
        return y[0];
    }

    /** Calls the check with numbers from a range, every one of another size. */
    private static double largest(double from, double to, DoubleUnaryOperator error) {
        Random random = new Random(SEED);
        double largest = 0;
        for (int i = 0; i < POINTS; i++) {
            double x = random.nextDouble(from, to);
            double found = error.applyAsDouble(x);
            assertTrue(found <= 2, () -> "an error of " + found + " at " + x + ", seed " + SEED);
            largest = Math.max(largest, found);
        }
        return largest;
    }

    private static double units(double found, Precise exact) {
        return Math.abs(found - exact.high() - exact.low()) / Math.ulp(exact.high());
    }

    @Test
    void theMeasureHas100Bits() {
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            double x = random.nextGaussian() * Math.pow(10, random.nextInt(-9, 3));
            if (Math.abs(x) < 700) {
                BigDecimal expected = Precise.decimalExpm1(x);
                BigDecimal difference = Precise.expm1(x).decimal().subtract(expected);
                double relative = Math.abs(difference.doubleValue() / expected.doubleValue());
                assertTrue(relative <= 0x1p-100, () -> relative + " at " + x + ", seed " + SEED);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"-1e-3, 1e-3", "-1, 1", "-20, 20", "-708, 709.7", "-745.2, -708"})
    void theExponentialErrsByLessThanAUnit(double from, double to) {
        double largest = largest(from, to, x -> {
            // e^r compared with e^x / 2^k, in units in the last place of the result.
            int k = Precise.power(x);
            Precise exact = Precise.fraction(x).plus(Precise.of(1));
            double unit = Math.max(Math.ulp(exact.high()),
                    Math.scalb(1.0, Double.MIN_EXPONENT - 52 - k));
            double found = Math.scalb(Math.scalb(exp(x), -k / 2), -(k - k / 2));
            return Math.abs(found - exact.high() - exact.low()) / unit;
        });
        assertTrue(largest <= 0.9, () -> "an error of " + largest);
    }

    @ParameterizedTest
    @CsvSource({"-1e-3, 1e-3", "-1, 1", "-20, 20", "-708, -20"})
    void theSigmoidErrsByLessThanTwoUnits(double from, double to) {
        largest(from, to, x -> {
            Precise one = Precise.of(1);
            Precise e = Precise.fraction(-Math.abs(x)).plus(one)
                    .scaled(Precise.power(-Math.abs(x)));
            return units(sigmoid(x), (x < 0 ? e : one).over(e.plus(one)));
        });
    }

    @ParameterizedTest
    @CsvSource({"-1e-5, 1e-5", "-0.18, 0.18", "-0.35, 0.35", "-1, 1", "-3, 3", "-22, 22"})
    void theTangentErrsByLessThanTwoUnits(double from, double to) {
        largest(from, to, x -> {
            Precise e = Precise.expm1(2 * x);
            return units(tanh(x), e.over(e.plus(Precise.of(2))));
        });
    }

    @Test
    void theExponentialEndsInZeroAndInfinity() {
        assertEquals(1.0, exp(0.0));
        assertEquals(1.0, exp(-0.0));
        assertEquals(1.0, exp(Double.MIN_VALUE));
        assertEquals(Double.MAX_VALUE, exp(0x1.62e42fefa39efp9), Double.MAX_VALUE * 0x1p-42);
        for (double x : new double[] {0x1.62e42fefa39f0p9, 710, 711, 5000, 1e300,
                Double.POSITIVE_INFINITY}) {
            assertEquals(Double.POSITIVE_INFINITY, exp(x), () -> "e^" + x);
        }
        assertEquals(Double.MIN_NORMAL, exp(-708.3964185322641), Double.MIN_NORMAL * 0x1p-42);
        assertEquals(Double.MIN_VALUE, exp(-745.1332191019411));
        for (double x : new double[] {-745.1332191019412, -746, -747, -5000, -1e300,
                Double.NEGATIVE_INFINITY}) {
            assertEquals(0.0, exp(x), () -> "e^" + x);
        }
        assertEquals(Double.NaN, exp(Double.NaN));
    }

    @Test
    void theSigmoidIsSubnormalBeforeItIsZero() {
        assertEquals(exp(-720), sigmoid(-720));
        assertEquals(Double.MIN_VALUE, sigmoid(-745.1332191019411));
        assertEquals(0.0, sigmoid(-746));
    }

    @Test
    void theTangentIsOddAndTheNumberItselfNearZero() {
        Random random = new Random(SEED);
        for (int i = 0; i < POINTS; i++) {
            double x = Double.longBitsToDouble(random.nextLong());
            assertEquals(-tanh(x), tanh(-x), () -> "at " + x + ", seed " + SEED);
        }
        for (double x : new double[] {0.0, -0.0, Double.MIN_VALUE, -Double.MIN_NORMAL, 1e-300,
                0x1p-28}) {
            assertEquals(x, tanh(x));
        }
    }

    @Test
    void theTangentIsOneFromNineteenOn() {
        for (double x : new double[] {19.1, 20, 20.1, 1e300, Double.POSITIVE_INFINITY}) {
            assertEquals(1.0, tanh(x), () -> "at " + x);
        }
        assertTrue(tanh(18) < 1);
    }
}
