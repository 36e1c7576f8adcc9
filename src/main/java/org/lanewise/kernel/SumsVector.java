package org.lanewise.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** How rows of sums, as the tiles add to them, begin and where they go. */
final class SumsVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = Lanes.COUNT;

    private SumsVector() {}

    /**
     * Sets every row to the same values.
     *
     * @param sums overwritten, from {@link Lanes#LEAD} on
     * @param rows how many rows
     * @param vectors vectors of a row
     * @param start read
     * @param at where the values begin
     */
    static void begin(double[] sums, int rows, int vectors, double[] start, int at) {
        int whole = wholeTiles(rows, vectors);
        for (int v = 0; v < vectors; v++) {
            DoubleVector value = DoubleVector.fromArray(SPECIES, start, at + v * L);
            for (int i = 0; i < whole; i++) {
                value.intoArray(sums, Lanes.LEAD + (i * vectors + v) * L);
            }
        }
    }

    /**
     * Sets rows that stand anywhere to the same values.
     *
     * @param sums overwritten
     * @param out where each row stands
     * @param from first row
     * @param to behind the last row
     * @param shift added to where each row stands
     * @param vectors vectors of a row
     * @param start read
     * @param at where the values begin
     */
    static void begin(double[] sums, int[] out, int from, int to, int shift, int vectors,
            double[] start, int at) {
        for (int v = 0; v < vectors; v++) {
            DoubleVector value = DoubleVector.fromArray(SPECIES, start, at + v * L);
            for (int row = from; row < to; row++) {
                value.intoArray(sums, out[row] + shift + v * L);
            }
        }
    }

    /**
     * Sets every row to 0.
     *
     * @param sums overwritten, from {@link Lanes#LEAD} on
     * @param rows how many rows
     * @param vectors vectors of a row
     */
    static void zero(double[] sums, int rows, int vectors) {
        Arrays.fill(sums, Lanes.LEAD, Lanes.LEAD + wholeTiles(rows, vectors) * vectors * L, 0.0);
    }

    /** Rows that only fill a tile begin as well, so that they never grow. */
    private static int wholeTiles(int rows, int vectors) {
        int tile = Lanes.tileRows(vectors);
        return Math.ceilDiv(rows, tile) * tile;
    }

    /**
     * Writes rows to where they belong.
     *
     * @param sums read, from {@link Lanes#LEAD} on
     * @param vectors vectors of a row
     * @param valid elements of a row that are written
     * @param dst overwritten
     * @param out where each row goes
     * @param from first row
     * @param to behind the last row
     * @param shift added to where each row goes
     * @param rectify whether {@code max(0, x)} is written
     */
    static void store(double[] sums, int vectors, int valid, double[] dst, int[] out, int from,
            int to, int shift, boolean rectify) {
        // Nothing is at most NaN: one path for both, for a vector that comes by two is allocated.
        double bound = rectify ? 0.0 : Double.NaN;
        VectorMask<Double> last = VectorMask.fromLong(SPECIES, (1L << valid % L) - 1);
        int count = to - from;
        if (valid == L) {
            for (int i = 0; i < count; i++) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, sums, Lanes.LEAD + i * L);
                value.blend(0.0, value.compare(VectorOperators.LE, bound)).intoArray(dst,
                        out[from + i] + shift);
            }
            return;
        }
        if (valid < L) {
            for (int i = 0; i < count; i++) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, sums, Lanes.LEAD + i * L);
                value.blend(0.0, value.compare(VectorOperators.LE, bound)).intoArray(dst,
                        out[from + i] + shift, last);
            }
            return;
        }
        int whole = valid / L;
        for (int i = 0; i < count; i++) {
            int x = Lanes.LEAD + i * vectors * L;
            int y = out[from + i] + shift;
            for (int v = 0; v < whole; v++) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, sums, x + v * L);
                value.blend(0.0, value.compare(VectorOperators.LE, bound)).intoArray(dst,
                        y + v * L);
            }
            if (whole < vectors) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, sums, x + whole * L);
                value.blend(0.0, value.compare(VectorOperators.LE, bound)).intoArray(dst,
                        y + whole * L, last);
            }
        }
    }

    /**
     * Writes a gradient by what a ReLU made: 0 where that is not above 0.
     *
     * @param sums read, from {@link Lanes#LEAD} on
     * @param vectors vectors of a row
     * @param valid elements of a row that are written
     * @param rectified read, at the places that are written
     * @param dst overwritten
     * @param out where each row goes
     * @param from first row
     * @param to behind the last row
     * @param shift added to where each row goes
     */
    static void storeWhereAboveZero(double[] sums, int vectors, int valid, double[] rectified,
            double[] dst, int[] out, int from, int to, int shift) {
        int whole = valid / L;
        VectorMask<Double> last = VectorMask.fromLong(SPECIES, (1L << valid % L) - 1);
        for (int row = from; row < to; row++) {
            int x = Lanes.LEAD + (row - from) * vectors * L;
            int y = out[row] + shift;
            for (int v = 0; v < whole; v++) {
                DoubleVector sign = DoubleVector.fromArray(SPECIES, rectified, y + v * L);
                DoubleVector.fromArray(SPECIES, sums, x + v * L)
                        .blend(0.0, sign.compare(VectorOperators.LE, 0.0))
                        .intoArray(dst, y + v * L);
            }
            if (whole < vectors) {
                DoubleVector sign = DoubleVector.fromArray(SPECIES, rectified, y + whole * L,
                        last);
                DoubleVector.fromArray(SPECIES, sums, x + whole * L)
                        .blend(0.0, sign.compare(VectorOperators.LE, 0.0))
                        .intoArray(dst, y + whole * L, last);
            }
        }
    }

    /**
     * Writes a vector of channels of a tile's pixels.
     *
     * @param sums read
     * @param x where the first pixel's vector stands
     * @param side vectors from one row of pixels to the next
     * @param down rows of pixels
     * @param across pixels of a row
     * @param bias read
     * @param at where the vector stands that is added to all
     * @param floor values up to this are written as 0; NaN for none
     * @param dst overwritten
     * @param y where the first pixel goes
     * @param row from one row of pixels to the next
     * @param column from one pixel to the next
     */
    static void storeTile(double[] sums, int x, int side, int down, int across, double[] bias,
            int at, double floor, double[] dst, int y, int row, int column) {
        DoubleVector first = DoubleVector.fromArray(SPECIES, bias, at);
        for (int i = 0; i < down; i++) {
            int p = x + i * side * L;
            int q = y + i * row;
            for (int j = 0; j < across; j++) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, sums, p).add(first);
                value.blend(0.0, value.compare(VectorOperators.LE, floor)).intoArray(dst, q);
                p += L;
                q += column;
            }
        }
    }

    /**
     * The same for the gradient by what a ReLU made: 0 where that is not above 0.
     *
     * @param sums read
     * @param x where the first pixel's vector stands
     * @param side vectors from one row of pixels to the next
     * @param down rows of pixels
     * @param across pixels of a row
     * @param rectified read, at the places that are written
     * @param dst overwritten
     * @param y where the first pixel goes
     * @param row from one row of pixels to the next
     * @param column from one pixel to the next
     */
    static void storeTileWhereAboveZero(double[] sums, int x, int side, int down, int across,
            double[] rectified, double[] dst, int y, int row, int column) {
        for (int i = 0; i < down; i++) {
            int p = x + i * side * L;
            int q = y + i * row;
            for (int j = 0; j < across; j++) {
                DoubleVector sign = DoubleVector.fromArray(SPECIES, rectified, q);
                DoubleVector.fromArray(SPECIES, sums, p)
                        .blend(0.0, sign.compare(VectorOperators.LE, 0.0)).intoArray(dst, q);
                p += L;
                q += column;
            }
        }
    }

    /**
     * Adds rows up, lane by lane, in their order.
     *
     * @param rows read
     * @param from where the rows begin
     * @param count how many rows
     * @param vectors vectors of a row
     * @param sums added to
     * @param at where the sums begin
     */
    static void addUp(double[] rows, int from, int count, int vectors, double[] sums, int at) {
        for (int v = 0; v < vectors; v++) {
            DoubleVector sum = DoubleVector.fromArray(SPECIES, sums, at + v * L);
            for (int i = 0; i < count; i++) {
                sum = sum.add(DoubleVector.fromArray(SPECIES, rows,
                        from + (i * vectors + v) * L));
            }
            sum.intoArray(sums, at + v * L);
        }
    }
}
