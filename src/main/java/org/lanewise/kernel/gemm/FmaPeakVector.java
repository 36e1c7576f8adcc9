package org.lanewise.kernel.gemm;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** The chains of {@link FmaPeakScalar} on vectors of the preferred width. */
public final class FmaPeakVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Floating-point operations of one round. */
    public static final int FLOPS = FmaPeakScalar.FLOPS * SPECIES.length();

    private FmaPeakVector() {}

    /**
     * {@return a number that depends on every multiply-add}
     *
     * @param rounds multiply-adds of each chain
     */
    public static double run(int rounds) {
        DoubleVector factor = DoubleVector.broadcast(SPECIES, FmaPeakScalar.FACTOR);
        DoubleVector addend = DoubleVector.broadcast(SPECIES, FmaPeakScalar.ADDEND);
        DoubleVector a = DoubleVector.broadcast(SPECIES, 0.1);
        DoubleVector b = DoubleVector.broadcast(SPECIES, 0.2);
        DoubleVector c = DoubleVector.broadcast(SPECIES, 0.3);
        DoubleVector d = DoubleVector.broadcast(SPECIES, 0.4);
        DoubleVector e = DoubleVector.broadcast(SPECIES, 0.5);
        DoubleVector f = DoubleVector.broadcast(SPECIES, 0.6);
        DoubleVector g = DoubleVector.broadcast(SPECIES, 0.7);
        DoubleVector h = DoubleVector.broadcast(SPECIES, 0.8);
        DoubleVector i = DoubleVector.broadcast(SPECIES, 0.9);
        DoubleVector j = DoubleVector.broadcast(SPECIES, 1.1);
        DoubleVector k = DoubleVector.broadcast(SPECIES, 1.2);
        DoubleVector l = DoubleVector.broadcast(SPECIES, 1.3);
        for (int round = 0; round < rounds; round++) {
            a = a.fma(factor, addend);
            b = b.fma(factor, addend);
            c = c.fma(factor, addend);
            d = d.fma(factor, addend);
            e = e.fma(factor, addend);
            f = f.fma(factor, addend);
            g = g.fma(factor, addend);
            h = h.fma(factor, addend);
            i = i.fma(factor, addend);
            j = j.fma(factor, addend);
            k = k.fma(factor, addend);
            l = l.fma(factor, addend);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l)
                .lane(0);
    }
}
