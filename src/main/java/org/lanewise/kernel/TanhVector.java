package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The hyperbolic tangent on vectors, bit for bit as {@link ActivationScalar}. */
public final class TanhVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /**
     * Elements of one call of the loop: HotSpot counts calls, and compiles it three times as early as
     * one that runs once per batch.
     */
    private static final int CALL = 16 * SPECIES.length();

    private TanhVector() {}

    /**
     * {@code dst = tanh(src)}.
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
        ActivationScalar.tanh(src, dst, end, to);
    }

    private static void vectors(double[] src, double[] dst, int from, int end) {
        DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
        DoubleVector log2e = DoubleVector.broadcast(SPECIES, ExponentialScalar.LOG2_E);
        DoubleVector shift = DoubleVector.broadcast(SPECIES, ActivationScalar.SHIFT);
        DoubleVector ln2 = DoubleVector.broadcast(SPECIES, -ExponentialScalar.LN2_HIGH);
        for (int i = from; i < end; i += SPECIES.length()) {
            DoubleVector x = DoubleVector.fromArray(SPECIES, src, i);
            DoubleVector u = x.abs().mul(-2.0);
            u = u.blend(ActivationScalar.ENOUGH,
                    u.compare(VectorOperators.LT, ActivationScalar.ENOUGH));
            DoubleVector shifted = u.fma(log2e, shift);
            DoubleVector k = shifted.sub(shift);
            DoubleVector high = k.fma(ln2, u);
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
            DoubleVector power = shifted.reinterpretAsLongs()
                    .lanewise(VectorOperators.LSHL, ExponentialScalar.EXPONENT)
                    .reinterpretAsDoubles();
            DoubleVector whole = power.sub(1.0);
            DoubleVector part = power.mul(r);
            DoubleVector sum = whole.add(part);
            DoubleVector e = power.fma(w, part.sub(sum.sub(whole))).add(sum);
            DoubleVector divisor = e.add(2.0);
            DoubleVector lost = e.sub(divisor.sub(2.0));
            DoubleVector y = e.div(divisor);
            DoubleVector remainder = y.neg().fma(lost, y.neg().fma(divisor, e));
            DoubleVector size = remainder.fma(one.sub(y).mul(0.5), y).abs();
            LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
            size.reinterpretAsLongs().or(sign).reinterpretAsDoubles().intoArray(dst, i);
        }
    }
}
