package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/** The sum of squares of gradients and their scaling; a sum runs in the order of the elements. */
public final class GradientNormScalar {
    private GradientNormScalar() {}

    /**
     * {@return a sum with the squares of more elements added}
     *
     * @param sum of the squares before
     * @param gradient not modified
     */
    //float public static double addSquares(double sum, float[] gradient) {
    public static double addSquares(double sum, double[] gradient) {
        double total = sum; // double
        for (int i = 0; i < gradient.length; i++) {
            total = fma(gradient[i], gradient[i], total);
        }
        return total;
    }

    /**
     * {@code gradient = factor * sum}.
     *
     * @param factor by what
     * @param sum read
     * @param gradient overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void scaled(double factor, double[] sum, double[] gradient, int from, int to) {
        for (int i = from; i < to; i++) {
            gradient[i] = factor * sum[i];
        }
    }

    /**
     * Multiplies every element.
     *
     * @param factor by what
     * @param gradient overwritten
     */
    public static void scale(double factor, double[] gradient) {
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= factor;
        }
    }
}
