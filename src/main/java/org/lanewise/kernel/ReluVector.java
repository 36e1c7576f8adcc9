package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** ReLU on vectors, bit for bit as {@link ActivationScalar}; bounds count elements. */
public final class ReluVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private ReluVector() {}

    /**
     * {@code dst = max(0, src)}; NaN stays.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to behind the last element
     */
    public static void forward(double[] src, double[] dst, int from, int to) {
        int i = from;
        for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
            DoubleVector x = DoubleVector.fromArray(SPECIES, src, i);
            x.blend(0.0, x.compare(VectorOperators.LE, 0.0)).intoArray(dst, i);
        }
        ActivationScalar.relu(src, dst, i, to);
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
    public static void backward(double[] dst, double[] diffDst, double[] diffSrc, int from,
            int to) {
        int i = from;
        for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, dst, i);
            DoubleVector.fromArray(SPECIES, diffDst, i)
                    .blend(0.0, y.compare(VectorOperators.LE, 0.0)).intoArray(diffSrc, i);
        }
        ActivationScalar.reluBackward(dst, diffDst, diffSrc, i, to);
    }
}
