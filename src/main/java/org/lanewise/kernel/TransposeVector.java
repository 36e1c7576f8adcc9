package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Transposes 8 by 8 elements in vectors of 8, for {@link Transpose}. */
final class TransposeVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Lanes moved up and down by 1, 2 and 4 places, for an 8 by 8 transposition in three turns. */
    private static final VectorShuffle<Double> UP1 = moved(-1);
    private static final VectorShuffle<Double> DOWN1 = moved(1);
    private static final VectorShuffle<Double> UP2 = moved(-2);
    private static final VectorShuffle<Double> DOWN2 = moved(2);
    private static final VectorShuffle<Double> UP4 = moved(-4);
    private static final VectorShuffle<Double> DOWN4 = moved(4);
    private static final VectorMask<Double> ODD1 = VectorMask.fromLong(SPECIES, 0xAA);
    private static final VectorMask<Double> ODD2 = VectorMask.fromLong(SPECIES, 0xCC);
    private static final VectorMask<Double> ODD4 = VectorMask.fromLong(SPECIES, 0xF0);

    private TransposeVector() {}

    private static VectorShuffle<Double> moved(int by) {
        return VectorShuffle.fromOp(SPECIES, i -> Math.floorMod(i + by, SPECIES.length()));
    }

    /** Packs eight columns, from {@code places[j]} on. */
    static void pack(double[] from, int x, int row, double[] to, int at, int[] places,
            int j, int step) {
        DoubleVector a0 = DoubleVector.fromArray(SPECIES, from, x);
        DoubleVector a1 = DoubleVector.fromArray(SPECIES, from, x + row);
        DoubleVector a2 = DoubleVector.fromArray(SPECIES, from, x + 2 * row);
        DoubleVector a3 = DoubleVector.fromArray(SPECIES, from, x + 3 * row);
        DoubleVector a4 = DoubleVector.fromArray(SPECIES, from, x + 4 * row);
        DoubleVector a5 = DoubleVector.fromArray(SPECIES, from, x + 5 * row);
        DoubleVector a6 = DoubleVector.fromArray(SPECIES, from, x + 6 * row);
        DoubleVector a7 = DoubleVector.fromArray(SPECIES, from, x + 7 * row);
        DoubleVector b0 = a0.blend(a1.rearrange(UP1), ODD1);
        DoubleVector b1 = a0.rearrange(DOWN1).blend(a1, ODD1);
        DoubleVector b2 = a2.blend(a3.rearrange(UP1), ODD1);
        DoubleVector b3 = a2.rearrange(DOWN1).blend(a3, ODD1);
        DoubleVector b4 = a4.blend(a5.rearrange(UP1), ODD1);
        DoubleVector b5 = a4.rearrange(DOWN1).blend(a5, ODD1);
        DoubleVector b6 = a6.blend(a7.rearrange(UP1), ODD1);
        DoubleVector b7 = a6.rearrange(DOWN1).blend(a7, ODD1);
        a0 = b0.blend(b2.rearrange(UP2), ODD2);
        a2 = b0.rearrange(DOWN2).blend(b2, ODD2);
        a1 = b1.blend(b3.rearrange(UP2), ODD2);
        a3 = b1.rearrange(DOWN2).blend(b3, ODD2);
        a4 = b4.blend(b6.rearrange(UP2), ODD2);
        a6 = b4.rearrange(DOWN2).blend(b6, ODD2);
        a5 = b5.blend(b7.rearrange(UP2), ODD2);
        a7 = b5.rearrange(DOWN2).blend(b7, ODD2);
        a0.blend(a4.rearrange(UP4), ODD4).intoArray(to, at + places[j] * step);
        a1.blend(a5.rearrange(UP4), ODD4).intoArray(to, at + places[j + 1] * step);
        a2.blend(a6.rearrange(UP4), ODD4).intoArray(to, at + places[j + 2] * step);
        a3.blend(a7.rearrange(UP4), ODD4).intoArray(to, at + places[j + 3] * step);
        a0.rearrange(DOWN4).blend(a4, ODD4).intoArray(to, at + places[j + 4] * step);
        a1.rearrange(DOWN4).blend(a5, ODD4).intoArray(to, at + places[j + 5] * step);
        a2.rearrange(DOWN4).blend(a6, ODD4).intoArray(to, at + places[j + 6] * step);
        a3.rearrange(DOWN4).blend(a7, ODD4).intoArray(to, at + places[j + 7] * step);
    }

    /** The inverse. */
    static void unpack(double[] from, int at, int[] places, int j, int step, double[] to,
            int x, int row) {
        DoubleVector a0 = DoubleVector.fromArray(SPECIES, from, at + places[j] * step);
        DoubleVector a1 = DoubleVector.fromArray(SPECIES, from, at + places[j + 1] * step);
        DoubleVector a2 = DoubleVector.fromArray(SPECIES, from, at + places[j + 2] * step);
        DoubleVector a3 = DoubleVector.fromArray(SPECIES, from, at + places[j + 3] * step);
        DoubleVector a4 = DoubleVector.fromArray(SPECIES, from, at + places[j + 4] * step);
        DoubleVector a5 = DoubleVector.fromArray(SPECIES, from, at + places[j + 5] * step);
        DoubleVector a6 = DoubleVector.fromArray(SPECIES, from, at + places[j + 6] * step);
        DoubleVector a7 = DoubleVector.fromArray(SPECIES, from, at + places[j + 7] * step);
        DoubleVector b0 = a0.blend(a1.rearrange(UP1), ODD1);
        DoubleVector b1 = a0.rearrange(DOWN1).blend(a1, ODD1);
        DoubleVector b2 = a2.blend(a3.rearrange(UP1), ODD1);
        DoubleVector b3 = a2.rearrange(DOWN1).blend(a3, ODD1);
        DoubleVector b4 = a4.blend(a5.rearrange(UP1), ODD1);
        DoubleVector b5 = a4.rearrange(DOWN1).blend(a5, ODD1);
        DoubleVector b6 = a6.blend(a7.rearrange(UP1), ODD1);
        DoubleVector b7 = a6.rearrange(DOWN1).blend(a7, ODD1);
        a0 = b0.blend(b2.rearrange(UP2), ODD2);
        a2 = b0.rearrange(DOWN2).blend(b2, ODD2);
        a1 = b1.blend(b3.rearrange(UP2), ODD2);
        a3 = b1.rearrange(DOWN2).blend(b3, ODD2);
        a4 = b4.blend(b6.rearrange(UP2), ODD2);
        a6 = b4.rearrange(DOWN2).blend(b6, ODD2);
        a5 = b5.blend(b7.rearrange(UP2), ODD2);
        a7 = b5.rearrange(DOWN2).blend(b7, ODD2);
        a0.blend(a4.rearrange(UP4), ODD4).intoArray(to, x);
        a1.blend(a5.rearrange(UP4), ODD4).intoArray(to, x + row);
        a2.blend(a6.rearrange(UP4), ODD4).intoArray(to, x + 2 * row);
        a3.blend(a7.rearrange(UP4), ODD4).intoArray(to, x + 3 * row);
        a0.rearrange(DOWN4).blend(a4, ODD4).intoArray(to, x + 4 * row);
        a1.rearrange(DOWN4).blend(a5, ODD4).intoArray(to, x + 5 * row);
        a2.rearrange(DOWN4).blend(a6, ODD4).intoArray(to, x + 6 * row);
        a3.rearrange(DOWN4).blend(a7, ODD4).intoArray(to, x + 7 * row);
    }
}
