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
    public static double addSquares(double sum, double[] gradient) {
        double total = sum;
        for (int i = 0; i < gradient.length; i++) {
            total = fma(gradient[i], gradient[i], total);
        }
        return total;
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
