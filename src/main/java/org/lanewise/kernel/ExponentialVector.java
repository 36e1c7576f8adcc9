package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential function on vectors, bit for bit as {@link ExponentialScalar}.
 *
 * <p>All of it is written out in one method, here, in {@link SigmoidVector} and in
 * {@link TanhVector}: a vector that a method returns becomes an object wherever the compiler does
 * not inline that method, as late in a long loop or where the method itself has 1000 bytes of code.
 *
 * <p>That method computes one vector. With the loop inside it would be faster by a third, but compiled
 * later: HotSpot waits for 5000 calls of the one or for 40,000 iterations of the other, and a batch of
 * 64 samples and 10 classes has 80 vectors.
 */
final class ExponentialVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private ExponentialVector() {}

    /**
     * {@code values = e^values}.
     *
     * @param values overwritten
     * @param from first element
     * @param to end, exclusive
     */
    static void exp(double[] values, int from, int to) {
        int i = from;
        for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
            exp(values, i);
        }
        for (; i < to; i++) {
            values[i] = ExponentialScalar.exp(values[i]);
        }
    }

    /** Computes one vector. */
    private static void exp(double[] values, int i) {
        DoubleVector log2e = DoubleVector.broadcast(SPECIES, ExponentialScalar.LOG2_E);
        DoubleVector shift = DoubleVector.broadcast(SPECIES, ExponentialScalar.SHIFT);
        DoubleVector ln2 = DoubleVector.broadcast(SPECIES, -ExponentialScalar.LN2_HIGH);
        DoubleVector x = DoubleVector.fromArray(SPECIES, values, i);
        DoubleVector shifted = x.fma(log2e, shift);
        DoubleVector k = shifted.sub(shift);
        DoubleVector high = k.fma(ln2, x);
        DoubleVector low = k.mul(ExponentialScalar.LN2_LOW);
        DoubleVector r = high.sub(low);
        DoubleVector q = r.fma(DoubleVector.broadcast(SPECIES, ExponentialScalar.T13),
                DoubleVector.broadcast(SPECIES, ExponentialScalar.T12));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T11));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T10));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T9));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T8));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T7));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T6));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T5));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T4));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T3));
        q = q.fma(r, DoubleVector.broadcast(SPECIES, ExponentialScalar.T2));
        DoubleVector w = r.mul(r).fma(q, high.sub(r).sub(low));
        LongVector bits = shifted.reinterpretAsLongs();
        LongVector half = bits.lanewise(VectorOperators.LSHL, ExponentialScalar.EXPONENT - 1)
                .and(ExponentialScalar.EXPONENT_BITS);
        LongVector rest = bits.lanewise(VectorOperators.LSHL, ExponentialScalar.EXPONENT)
                .sub(half);
        r.add(w).add(1.0).mul(half.reinterpretAsDoubles())
                .mul(rest.reinterpretAsDoubles())
                .blend(Double.POSITIVE_INFINITY,
                        x.compare(VectorOperators.GT, ExponentialScalar.MOST))
                .blend(0.0, x.compare(VectorOperators.LT, ExponentialScalar.LEAST))
                .intoArray(values, i);
    }
}
