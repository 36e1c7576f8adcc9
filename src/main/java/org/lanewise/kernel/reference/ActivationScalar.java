package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/** Functions of single elements, the reference; {@code from} and {@code to} count elements. */
public final class ActivationScalar {
    /** Makes the lowest bits of the sum k and the bias, the exponent of 2^k. */
    public static final double SHIFT = ExponentialScalar.WHOLE + ExponentialScalar.BIAS;
    /** Here and below, {@code exp(x) - 1} is -1 as a double; and the tangent of half of it is. */
    //float public static final float ENOUGH = -20.0f;
    public static final double ENOUGH = -40.0;
    /** PyTorch's: above it the function is its input. */
    private static final double SOFTPLUS_THRESHOLD = 20.0;

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
    static double sigmoid(double x) {
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

    /** With {@code e = exp(-2 |x|) - 1}, {@code -e / (2 + e)}, and the sign of x. */
    private static double tanh(double x) {
        double e = expm1(-2.0 * Math.abs(x));
        double divisor = 2.0 + e;
        double lost = e - (divisor - 2.0);
        double y = e / divisor;
        // What two roundings took; 1 / (2 + e) is (1 - y) / 2.
        double remainder = fma(-y, lost, fma(-y, divisor, e));
        return Math.copySign(fma(remainder, 0.5 * (1.0 - y), y), x);
    }

    /**
     * {@return {@code exp(u) - 1} of a number that is not above 0}
     *
     * <p>As in {@link ExponentialScalar}, {@code u = k ln 2 + r} and {@code exp(r) = 1 + r + w}; so
     * it is {@code (2^k - 1) + 2^k r + 2^k w}, of which near 0, where k is 0, r is left and the
     * small w. The error is below 1 unit in the last place.
     */
    private static double expm1(double u) {
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
        return sum + fma(power, w, part - (sum - whole));
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

    /**
     * {@code dst = min(max(src, 0), 6)}; NaN stays.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void relu6(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = Math.min(Math.max(src[i], 0.0), 6.0);
        }
    }

    /**
     * {@code dst = src} above 0, else {@code slope * src}.
     *
     * @param slope any finite number
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void leakyRelu(double slope, double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = Math.max(src[i], 0.0) + slope * Math.min(src[i], 0.0);
        }
    }

    /**
     * {@code dst = src * min(max(src + 3, 0), 6) / 6}.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void hardswish(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = src[i] * (Math.min(Math.max(src[i] + 3.0, 0.0), 6.0) / 6.0);
        }
    }

    /**
     * {@code diffSrc = diffDst * slope(x)}, with a slope that is constant up to a number and from
     * another one on, and a line between them.
     *
     * @param segments the two numbers, the slope up to the first, the slope from the second on, and
     *        factor and addend of the line; not modified
     * @param x inputs or outputs of the function, whichever the segments are of; read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void piecewiseBackward(double[] segments, double[] x, double[] diffDst,
            double[] diffSrc, int from, int to) {
        for (int i = from; i < to; i++) {
            double slope = x[i] <= segments[0]
                    ? segments[2]
                    : x[i] >= segments[1] ? segments[3] : fma(x[i], segments[4], segments[5]);
            diffSrc[i] = diffDst[i] * slope;
        }
    }

    /**
     * {@code dst = src} above 0, else {@code alpha * (exp(src) - 1)}.
     *
     * @param alpha at least 0: the backward pass reads the sign of outputs
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void elu(double alpha, double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = src[i] <= 0.0 ? alpha * expm1(src[i]) : src[i];
        }
    }

    /**
     * {@code dst = log(1 + exp(src))}, or {@code src} where that is above 20. No vectors compute
     * it: the logarithm is {@code StrictMath}'s.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void softplus(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            double x = src[i];
            dst[i] = x > SOFTPLUS_THRESHOLD
                    ? x
                    : Math.max(x, 0.0)
                            + StrictMath.log1p(ExponentialScalar.exp(-Math.abs(x)));
        }
    }

    /**
     * {@code diffSrc = diffDst / (1 + exp(-src))}, or {@code diffDst} where {@code src} is above 20.
     *
     * @param src read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void softplusBackward(double[] src, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            diffSrc[i] = src[i] > SOFTPLUS_THRESHOLD ? diffDst[i] : diffDst[i] * sigmoid(src[i]);
        }
    }

    /**
     * {@code dst = factor * src}.
     *
     * @param factor any finite number
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void scale(double factor, double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = factor * src[i];
        }
    }
}
