package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/**
 * The exponential function as one fixed sequence of multiply-adds and bit operations, the
 * reference; {@code Math.exp} may give other bits on another processor.
 *
 * <p>{@code x = k ln 2 + r} with a whole k and {@code |r| <= ln(2) / 2}, so {@code e^x = 2^k e^r},
 * and e^r is a series. The error is below 0.9 units in the last place, of subnormal results too.
 */
public final class ExponentialScalar {
    //float public static final float LOG2_E = 0x1.715476p0f;
    public static final double LOG2_E = 0x1.71547652b82fep0;

    /** The first 42 bits of ln 2; their product with a k of 11 bits is exact. */
    //float public static final float LN2_HIGH = 0x1.62e4p-1f;
    public static final double LN2_HIGH = 0x1.62e42fefa38p-1;
    /** What is left of ln 2. */
    //float public static final float LN2_LOW = 0x1.7f7d1cp-20f;
    public static final double LN2_LOW = 0x1.ef35793c7673p-45;

    /** Added to a number, it rounds it to a whole one, which the sum's lowest bits then show. */
    //float public static final float WHOLE = 0x1.8p23f;
    public static final double WHOLE = 0x1.8p52;
    /** Where the exponent begins in the bits of a double. */
    //float public static final int EXPONENT = 23;
    public static final int EXPONENT = 52;
    //float public static final int EXPONENT_BITS = 0xff << EXPONENT;
    public static final long EXPONENT_BITS = 0x7ffL << EXPONENT;
    /** The sign in the bits of a double. */
    //float public static final int SIGN = Integer.MIN_VALUE;
    public static final long SIGN = Long.MIN_VALUE;
    /** The biased exponent of 2^0. */
    //float public static final int BIAS = 127;
    public static final int BIAS = 1023;

    /** Makes the lowest bits k and twice the bias: 2^k is the product of two powers. */
    public static final double SHIFT = WHOLE + 2 * BIAS;
    /** Above this e^x is more than a double holds. */
    //float public static final float MOST = 89.0f;
    public static final double MOST = 710.0;
    /** Below this e^x is nearer to 0 than to any other double. */
    //float public static final float LEAST = -104.0f;
    public static final double LEAST = -746.0;

    // 1 / n!
    public static final double T2 = 1.0 / 2;
    public static final double T3 = 1.0 / 6;
    public static final double T4 = 1.0 / 24;
    public static final double T5 = 1.0 / 120;
    public static final double T6 = 1.0 / 720;
    public static final double T7 = 1.0 / 5_040;
    public static final double T8 = 1.0 / 40_320;
    public static final double T9 = 1.0 / 362_880;
    public static final double T10 = 1.0 / 3_628_800;
    public static final double T11 = 1.0 / 39_916_800;
    public static final double T12 = 1.0 / 479_001_600;
    public static final double T13 = 1.0 / 6_227_020_800.0;

    private ExponentialScalar() {}

    /** {@return e^x} */
    public static double exp(double x) {
        double shifted = fma(x, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double high = fma(k, -LN2_HIGH, x);
        double low = k * LN2_LOW;
        double r = high - low;
        double lost = high - r - low;
        double y = 1.0 + (r + fma(r * r, series(r), lost));
        // 2^k itself may be too small or too large for a double where e^x is not.
        var bits = Double.doubleToRawLongBits(shifted);
        var half = bits << EXPONENT - 1 & EXPONENT_BITS;
        var rest = (bits << EXPONENT) - half;
        y = y * Double.longBitsToDouble(half) * Double.longBitsToDouble(rest);
        y = x > MOST ? Double.POSITIVE_INFINITY : y;
        return x < LEAST ? 0.0 : y;
    }

    /**
     * {@return q of {@code e^r = 1 + r + r^2 q}}
     *
     * <p>Taylor's series to r^13; the next term is below 2^-57 of the sum.
     */
    static double series(double r) {
        double q = fma(T13, r, T12);
        q = fma(q, r, T11);
        q = fma(q, r, T10);
        q = fma(q, r, T9);
        q = fma(q, r, T8);
        q = fma(q, r, T7);
        q = fma(q, r, T6);
        q = fma(q, r, T5);
        q = fma(q, r, T4);
        q = fma(q, r, T3);
        return fma(q, r, T2);
    }
}
