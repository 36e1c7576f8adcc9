package org.lanewise.kernel;

/**
 * Functions of single elements, the reference; {@code from} and {@code to} count elements.
 *
 * <p>{@code StrictMath}, because {@code Math.exp} and {@code Math.tanh} may give other bits on
 * another processor.
 */
public final class ActivationScalar {
    private ActivationScalar() {}

    /**
     * {@code dst = max(0, src)}; NaN stays.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to behind the last element
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
     * @param to behind the last element
     */
    public static void reluBackward(double[] dst, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            diffSrc[i] = dst[i] <= 0.0 ? 0.0 : diffDst[i];
        }
    }

    /**
     * {@code dst = 1 / (1 + exp(-src))}.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to behind the last element
     */
    public static void sigmoid(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = 1.0 / (1.0 + StrictMath.exp(-src[i]));
        }
    }

    /**
     * {@code diffSrc = diffDst * dst (1 - dst)}.
     *
     * @param dst read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to behind the last element
     */
    public static void sigmoidBackward(double[] dst, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            diffSrc[i] = diffDst[i] * (dst[i] * (1.0 - dst[i]));
        }
    }

    /**
     * {@code dst = tanh(src)}.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to behind the last element
     */
    public static void tanh(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = StrictMath.tanh(src[i]);
        }
    }

    /**
     * {@code diffSrc = diffDst * (1 - dst^2)}.
     *
     * @param dst read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to behind the last element
     */
    public static void tanhBackward(double[] dst, double[] diffDst, double[] diffSrc, int from,
            int to) {
        for (int i = from; i < to; i++) {
            diffSrc[i] = diffDst[i] * (1.0 - dst[i] * dst[i]);
        }
    }
}
