package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The sigmoid on vectors, bit for bit as {@link ActivationScalar}; bounds count elements. */
public final class SigmoidVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /**
     * Elements of one call of the loop: HotSpot counts calls, and compiles it three times as early as
     * one that runs once per batch.
     */
    private static final int CALL = 16 * SPECIES.length();

    private SigmoidVector() {}

    /**
     * {@code dst = 1 / (1 + exp(-src))}.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void forward(double[] src, double[] dst, int from, int to) {
        int end = to - (to - from) % SPECIES.length();
        for (int i = from; i < end; i += CALL) {
            vectors(src, dst, i, Math.min(end, i + CALL));
        }
        ActivationScalar.sigmoid(src, dst, end, to);
    }

    private static void vectors(double[] src, double[] dst, int from, int end) {
        DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
        DoubleVector log2e = DoubleVector.broadcast(SPECIES, ExponentialScalar.LOG2_E);
        DoubleVector shift = DoubleVector.broadcast(SPECIES, ExponentialScalar.SHIFT);
        DoubleVector ln2 = DoubleVector.broadcast(SPECIES, -ExponentialScalar.LN2_HIGH);
        for (int i = from; i < end; i += SPECIES.length()) {
            DoubleVector x = DoubleVector.fromArray(SPECIES, src, i);
            DoubleVector z = x.abs().neg();
            DoubleVector shifted = z.fma(log2e, shift);
            DoubleVector k = shifted.sub(shift);
            DoubleVector high = k.fma(ln2, z);
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
            DoubleVector e = r.add(w).add(1.0).mul(half.reinterpretAsDoubles())
                    .mul(rest.reinterpretAsDoubles())
                    .blend(0.0, z.compare(VectorOperators.LT, ExponentialScalar.LEAST));
            VectorMask<Double> below = x.compare(VectorOperators.LT, 0.0);
            DoubleVector dividend = one.blend(e, below);
            DoubleVector divisor = e.add(1.0);
            DoubleVector lost = e.sub(divisor.sub(1.0));
            DoubleVector y = dividend.div(divisor);
            DoubleVector remainder = y.neg().fma(lost, y.neg().fma(divisor, dividend));
            remainder.fma(y.blend(one.sub(y), below), y).intoArray(dst, i);
        }
    }
}
