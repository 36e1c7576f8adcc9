package org.lanewise.kernel.reference;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Twice the digits of a double, as the unrounded sum of two (Dekker 1971), to measure errors with;
 * {@link ExponentialScalarTest} compares it with decimal arithmetic.
 */
record Precise(double high, double low) {
    /** Terms of the series of e^r: the first one left out is below 2^-110. */
    private static final int TERMS = 25;
    private static final MathContext DIGITS = new MathContext(50);
    /** ln 2 in parts of at most 40 bits, so that their products with a k are exact. */
    private static final double[] LN2 = {0x1.62e42fefap-1, 0x1.cf79abc9cp-40, 0x1.1d9cc01f9p-75,
            0x1.ed5e81e68p-113};

    static Precise of(double value) {
        return new Precise(value, 0);
    }

    private static Precise normalised(double sum, double rest) {
        double high = sum + rest;
        return new Precise(high, rest - (high - sum));
    }

    Precise plus(Precise other) {
        double sum = high + other.high;
        double part = sum - high;
        double rest = high - (sum - part) + (other.high - part);
        Precise first = normalised(sum, rest);
        double lowSum = low + other.low;
        double lowPart = lowSum - low;
        double lowRest = low - (lowSum - lowPart) + (other.low - lowPart);
        Precise second = normalised(first.high, first.low + lowSum);
        return normalised(second.high, second.low + lowRest);
    }

    Precise times(Precise other) {
        double product = high * other.high;
        double rest = Math.fma(high, other.high, -product);
        return normalised(product, rest + (high * other.low + low * other.high));
    }

    Precise over(Precise other) {
        double quotient = high / other.high;
        Precise remainder = plus(other.times(of(-quotient)));
        return normalised(quotient, remainder.high / other.high);
    }

    Precise scaled(int exponent) {
        return new Precise(Math.scalb(high, exponent), Math.scalb(low, exponent));
    }

    /** {@return k of {@code x = k ln 2 + r}} */
    static int power(double x) {
        return (int) Math.rint(x / LN2[0]);
    }

    /** {@return e^r - 1 of {@code x = k ln 2 + r}} */
    static Precise fraction(double x) {
        Precise r = of(x);
        for (double index : LN2) {
            r = r.plus(of(-power(x) * index));
        }
        Precise sum = of(0);
        for (int n = TERMS; n > 0; n--) {
            sum = sum.plus(of(1)).times(r).over(of(n));
        }
        return sum;
    }

    /** {@return e^x - 1, for an x whose e^x is well inside what a double holds} */
    static Precise expm1(double x) {
        return fraction(x).scaled(power(x)).plus(of(Math.scalb(1.0, power(x))).plus(of(-1)));
    }

    BigDecimal decimal() {
        return new BigDecimal(high).add(new BigDecimal(low));
    }

    /** {@return e^x - 1 to some 50 digits} */
    static BigDecimal decimalExpm1(double x) {
        // (1 + e)^2 - 1 = 2 e + e^2, twenty times over.
        BigDecimal small = new BigDecimal(x).divide(new BigDecimal(1 << 20), DIGITS);
        BigDecimal term = BigDecimal.ONE;
        BigDecimal e = BigDecimal.ZERO;
        MathContext digits = new MathContext(70, RoundingMode.HALF_EVEN);
        for (int n = 1; n <= 20; n++) {
            term = term.multiply(small).divide(BigDecimal.valueOf(n), digits);
            e = e.add(term, digits);
        }
        for (int i = 0; i < 20; i++) {
            e = e.multiply(e, digits).add(e).add(e, digits);
        }
        return e;
    }
}
