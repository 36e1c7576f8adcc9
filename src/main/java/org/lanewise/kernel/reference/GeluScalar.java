package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/**
 * GELU and SiLU, the reference; {@code from} and {@code to} count elements.
 *
 * <p>GELU is {@code x P(x)} with the normal distribution function {@code P(x) = (1 + erf(x / sqrt 2)) / 2}. It is
 * computed from its tail, {@code P(-t) = exp(-t^2 / 2) g(t)} for t from 0 on; g is smooth, falls from 1/2 as 1/t
 * does, and {@code (t + 4) g(t)} is a polynomial in {@code (t - 4) / (t + 4)}: Chebyshev's series to the power 22,
 * which is exact to 4e-17, as Schonfelder (1978) approximates erfc. The error of P(-t) is below 4 units in the last
 * place for every t, so that GELU of negative numbers is as exact as of positive ones; that of P(t) is below 2e-16.
 *
 * <p>SiLU is {@code x s(x)} with the sigmoid s, and GELU's approximation by a tangent is
 * {@code x s(2 u)}, because {@code (1 + tanh u) / 2} is {@code s(2 u)}: both are
 * {@code x s(x (linear + cubic x^2))}.
 */
public final class GeluScalar {
    /** Of the variable of the series, {@code (t - MIDDLE) / (t + MIDDLE)}. */
    public static final double MIDDLE = 4.0;
    /** Here and above, {@code exp(-t^2 / 2)} is 0 as a double. */
    //float public static final float MOST = 15.0f;
    public static final double MOST = 39.0;
    /** The normal density at 0, 1 / sqrt(2 pi). */
    public static final double DENSITY = 0.3989422804014327;
    /** {@code (t + MIDDLE) g(t)} as a series, the constant first; not modified. */
    public static final double[] SERIES = {0x1.82b4bb8c94dcep-1, -0x1.373e3a893c287p-1,
            0x1.8c6dbf2cfc2fap-2, -0x1.7dff2bff6886fp-3, 0x1.eec4cc3e45a10p-5,
            -0x1.ee2761035495fp-8, -0x1.c81719cb05950p-9, 0x1.ab825f80112b8p-10,
            0x1.17a4a6e3ba156p-13, -0x1.e4a416416730ap-13, -0x1.00120539f52d5p-19,
            0x1.26cf91931aaddp-15, 0x1.7fe0a6f066493p-21, -0x1.8d3603d6a0fbfp-18,
            -0x1.4fa3e33833c8ep-21, 0x1.11c12c2679292p-20, 0x1.1b30fd839573fp-22,
            -0x1.4b4640d20d481p-23, -0x1.483dfd2efa358p-24, 0x1.f49a93a2a1689p-27,
            0x1.deef0f2d5c024p-27, 0x1.540d685f73c0cp-34, -0x1.09934b372409ap-30};

    /** The approximation's {@code 2 sqrt(2 / pi)}; SiLU's is 1. */
    public static final double LINEAR = 1.5957691216057308;
    /** The approximation's {@code 2 sqrt(2 / pi) 0.044715}; SiLU's is 0. */
    public static final double CUBIC = 0.044715 * LINEAR;
    /** From this square on, the sigmoid is 0 or 1; a larger one could be infinite, and 0 times it NaN. */
    public static final double MOST_SQUARE = 1e4;

    private GeluScalar() {}

    /**
     * {@code dst = src P(src)}.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void gelu(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            double x = src[i];
            double t = Math.abs(x);
            double tail = power(t) * ratio(t);
            dst[i] = x * (x < 0.0 ? tail : 1.0 - tail);
        }
    }

    /**
     * {@code diffSrc = diffDst * (P(src) + src p(src))} with the normal density p.
     *
     * @param src read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void geluBackward(double[] src, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            double x = src[i];
            double t = Math.abs(x);
            double slope = power(t) * fma(t, -DENSITY, ratio(t));
            diffSrc[i] = diffDst[i] * (x < 0.0 ? slope : 1.0 - slope);
        }
    }

    /** {@return exp(-t^2 / 2), with what rounding took from the square} */
    private static double power(double t) {
        t = t > MOST ? MOST : t;
        double square = t * t;
        double e = ExponentialScalar.exp(-0.5 * square);
        return fma(e, -0.5 * fma(t, t, -square), e);
    }

    /** {@return g(t), by the even and the odd powers of its series} */
    private static double ratio(double t) {
        t = t > MOST ? MOST : t;
        double d = 1.0 / (t + MIDDLE);
        double s = (t - MIDDLE) * d;
        double square = s * s;
        double even = SERIES[22];
        double odd = SERIES[21];
        for (int n = 20; n > 0; n -= 2) {
            even = fma(even, square, SERIES[n]);
            odd = fma(odd, square, SERIES[n - 1]);
        }
        return fma(odd, s, fma(even, square, SERIES[0])) * d;
    }

    /**
     * {@code dst = src s(src (linear + cubic src^2))} with the sigmoid s.
     *
     * @param linear 1 for SiLU
     * @param cubic 0 for SiLU
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void gate(double linear, double cubic, double[] src, double[] dst, int from,
            int to) {
        for (int i = from; i < to; i++) {
            double x = src[i];
            dst[i] = x * ActivationScalar.sigmoid(x * fma(square(x), cubic, linear));
        }
    }

    /**
     * {@code diffSrc = diffDst * s (1 + src (linear + 3 cubic src^2) (1 - s))} with the sigmoid of
     * {@link #gate}.
     *
     * @param linear 1 for SiLU
     * @param cubic 0 for SiLU
     * @param src read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void gateBackward(double linear, double cubic, double[] src, double[] diffDst,
            double[] diffSrc, int from, int to) {
        for (int i = from; i < to; i++) {
            double x = src[i];
            double square = square(x);
            double u = x * fma(square, cubic, linear);
            double s = ActivationScalar.sigmoid(u);
            // 1 - s would lose digits where s is nearly 1.
            double rest = u < 0.0 ? 1.0 - s : ExponentialScalar.exp(-Math.abs(u)) * s;
            double slope = x * fma(square, 3.0 * cubic, linear);
            diffSrc[i] = diffDst[i] * (s * fma(slope, rest, 1.0));
        }
    }

    private static double square(double x) {
        double square = x * x;
        return square > MOST_SQUARE ? MOST_SQUARE : square;
    }
}
