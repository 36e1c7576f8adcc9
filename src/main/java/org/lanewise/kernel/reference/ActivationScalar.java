package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/** Functions of single elements, the reference; {@code from} and {@code to} count elements. */
public final class ActivationScalar {
    /** Makes the lowest bits of the sum k and the bias, the exponent of 2^k. */
    public static final double SHIFT = ExponentialScalar.WHOLE + ExponentialScalar.BIAS;
    /** Half of it, and all that is further from 0, has the tangent 1 as a double. */
    public static final double ENOUGH = -40.0;

    private ActivationScalar() {}

    /**
     * {@code dst = max(0, src)}; NaN stays.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void relu(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = src[i] <= 0.0 ? 0.0 : src[i];
        }
    }

    /**
     * {@code diffSrc = diffDst} where {@code dst} is above 0 (or NaN), else 0.
     *
     * @param dst read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void reluBackward(double[] dst, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            diffSrc[i] = dst[i] <= 0.0 ? 0.0 : diffDst[i];
        }
    }

    /**
     * {@code dst = 1 / (1 + exp(-src))}, with an error below 2 units in the last place.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void sigmoid(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = sigmoid(src[i]);
        }
    }

    /**
     * With {@code e = exp(-|x|)}, which is at most 1, {@code 1 / (1 + e)}, or {@code e / (1 + e)}
     * below 0.
     */
    private static double sigmoid(double x) {
        double e = ExponentialScalar.exp(-Math.abs(x));
        double dividend = x < 0.0 ? e : 1.0;
        double divisor = 1.0 + e;
        double lost = e - (divisor - 1.0);
        double y = dividend / divisor;
        // What two roundings took; 1 / (1 + e) is y, or 1 - y below 0.
        double remainder = fma(-y, lost, fma(-y, divisor, dividend));
        return fma(remainder, x < 0.0 ? 1.0 - y : y, y);
    }

    /**
     * {@code diffSrc = diffDst * dst (1 - dst)}.
     *
     * @param dst read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void sigmoidBackward(double[] dst, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            diffSrc[i] = diffDst[i] * (dst[i] * (1.0 - dst[i]));
        }
    }

    /**
     * {@code dst = tanh(src)}, with an error below 2 units in the last place; odd.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void tanh(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = tanh(src[i]);
        }
    }

    /**
     * With {@code e = exp(-2 |x|) - 1}, {@code -e / (2 + e)}, and the sign of x.
     *
     * <p>As in {@link ExponentialScalar}, {@code -2 |x| = k ln 2 + r} and
     * {@code exp(r) = 1 + r + w}; so {@code e = (2^k - 1) + 2^k r + 2^k w}, of which near 0, where
     * k is 0, r is left and the small w.
     */
    private static double tanh(double x) {
        double u = -2.0 * Math.abs(x);
        u = u < ENOUGH ? ENOUGH : u;
        double shifted = fma(u, ExponentialScalar.LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double high = fma(k, -ExponentialScalar.LN2_HIGH, u);
        double low = k * ExponentialScalar.LN2_LOW;
        double r = high - low;
        double w = fma(r * r, ExponentialScalar.series(r), high - r - low);
        double power = Double.longBitsToDouble(
                Double.doubleToRawLongBits(shifted) << ExponentialScalar.EXPONENT);
        double whole = power - 1.0;
        double part = power * r;
        double sum = whole + part;
        double e = sum + fma(power, w, part - (sum - whole));
        double divisor = 2.0 + e;
        double lost = e - (divisor - 2.0);
        double y = e / divisor;
        // What two roundings took; 1 / (2 + e) is (1 - y) / 2.
        double remainder = fma(-y, lost, fma(-y, divisor, e));
        return Math.copySign(fma(remainder, 0.5 * (1.0 - y), y), x);
    }

    /**
     * {@code diffSrc = diffDst * (1 - dst^2)}.
     *
     * @param dst read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void tanhBackward(double[] dst, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            diffSrc[i] = diffDst[i] * (1.0 - dst[i] * dst[i]);
        }
    }
}
