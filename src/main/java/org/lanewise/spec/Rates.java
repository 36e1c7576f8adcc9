package org.lanewise.spec;

import java.util.List;
import java.util.stream.Collectors;

/** The arithmetic, the checks and the text that schedules and optimizers share. */
final class Rates {
    private Rates() {}

    /**
     * {@return a rate between two, as PyTorch's annealing}
     *
     * @param share of the way from the start to the end, 0 to 1
     */
    static double annealed(double start, double end, double share, boolean linear) {
        return linear
                ? (end - start) * share + start
                : end + (start - end) / 2.0 * (cosinePi(share) + 1.0);
    }

    /**
     * {@return cos(pi x) for x from 0 to 1, within one unit in the last place}
     *
     * <p>The polynomials are fdlibm's, {@code k_cos.c} and {@code k_sin.c}; {@code StrictMath.cos}
     * may allocate.
     */
    static double cosinePi(double x) {
        if (x > 0.75) {
            return -cosine(Math.PI * (1.0 - x));
        }
        return x <= 0.25 ? cosine(Math.PI * x) : sine(Math.PI * (0.5 - x));
    }

    /** The cosine of an angle from 0 to pi / 4. */
    private static double cosine(double x) {
        double z = x * x;
        double r = z * (0x1.555555555554cp-5 + z * (-0x1.6c16c16c15177p-10
                + z * (0x1.a01a019cb159p-16 + z * (-0x1.27e4f809c52adp-22
                        + z * (0x1.1ee9ebdb4b1c4p-29 + z * -0x1.8fae9be8838d4p-37)))));
        double w = 1.0 - 0.5 * z;
        return w + (1.0 - w - 0.5 * z + z * r);
    }

    /** The sine of an angle from -pi / 4 to pi / 4. */
    private static double sine(double x) {
        double z = x * x;
        double r = 0x1.111111110f8a6p-7 + z * (-0x1.a01a019c161d5p-13
                + z * (0x1.71de357b1fe7dp-19 + z * (-0x1.ae5e68a2b9cebp-26
                        + z * 0x1.5d93a5acfd57cp-33)));
        return x + z * x * (-0x1.5555555555549p-3 + z * r);
    }

    /**
     * {@return base to the power n, rounded to the nearest double but for rare cases}
     *
     * <p>By squaring, in pairs of doubles: plain products would lose digits of 1 - power, and
     * {@code StrictMath.pow} allocates.
     */
    static double power(double base, long n) {
        double high = 1.0;
        double low = 0.0;
        double squareHigh = base;
        double squareLow = 0.0;
        for (long bits = n; bits != 0; bits >>>= 1) {
            if ((bits & 1) != 0) {
                double product = high * squareHigh;
                double rest = Math.fma(high, squareHigh, -product)
                        + (high * squareLow + low * squareHigh);
                high = product + rest;
                low = rest - (high - product);
            }
            double product = squareHigh * squareHigh;
            double rest = Math.fma(squareHigh, squareHigh, -product)
                    + 2.0 * squareHigh * squareLow;
            squareHigh = product + rest;
            squareLow = rest - (squareHigh - product);
        }
        // The rest of an infinite product is not a number.
        return Double.isNaN(high) ? Double.POSITIVE_INFINITY : high;
    }

    static void atLeastZero(String name, double value) {
        require(value >= 0 && value <= Double.MAX_VALUE, name, value, "finite and at least 0");
    }

    static void belowOne(String name, double value) {
        require(value >= 0 && value < 1, name, value, "at least 0 and below 1");
    }

    static void aboveZero(String name, double value) {
        require(value > 0 && value <= Double.MAX_VALUE, name, value, "finite and above 0");
    }

    static void require(boolean condition, String name, Object value, String range) {
        if (!condition) {
            throw new IllegalArgumentException(name + " " + value + " must be " + range);
        }
    }

    static String joined(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining("/"));
    }

    /** {@return as {@code step:step_size=30,gamma=0.1}, of names and values by turns} */
    static String text(String type, Object... fields) {
        StringBuilder text = new StringBuilder(type);
        for (int i = 0; i < fields.length; i += 2) {
            text.append(i == 0 ? ':' : ',').append(fields[i]).append('=').append(fields[i + 1]);
        }
        return text.toString();
    }

    /** {@return the text of a schedule with more fields} */
    static String with(Schedule schedule, String fields) {
        String text = schedule.toString();
        return text + (text.indexOf(':') < 0 ? ':' : ',') + fields;
    }
}
