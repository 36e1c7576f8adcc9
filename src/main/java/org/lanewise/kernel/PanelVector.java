package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Brings arrays into panels, whose rows are whole vectors, and back. */
final class PanelVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = Lanes.COUNT;

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

    private PanelVector() {}

    private static VectorShuffle<Double> moved(int by) {
        return VectorShuffle.fromOp(SPECIES, i -> Math.floorMod(i + by, L));
    }

    /**
     * Transposes: {@code to[at + places[j] * step + i] = from[start + i * row + j]} for i below
     * some rows and j below some columns.
     *
     * @param from read
     * @param start where the first row begins
     * @param row from one row to the next
     * @param rows rows, at most a vector
     * @param columns columns
     * @param to overwritten at the rows; the rest of a vector stays
     * @param at where the panel begins
     * @param places which row of the panel each column becomes
     * @param step from one row of the panel to the next
     */
    static void pack(double[] from, int start, int row, int rows, int columns, double[] to,
            int at, int[] places, int step) {
        if (L == 8 && rows == 8 && columns >= 8) {
            for (int j = 0; j < columns; j += 8) {
                // The last eight may have been there before.
                int first = Math.min(j, columns - 8);
                pack8(from, start + first, row, to, at, places, first, step);
            }
            return;
        }
        for (int j = 0; j < columns; j++) {
            int y = at + places[j] * step;
            int x = start + j;
            for (int i = 0; i < rows; i++) {
                to[y + i] = from[x + i * row];
            }
        }
    }

    /**
     * The way back: {@code to[start + i * row + j] = from[at + places[j] * step + i]}.
     *
     * @param from read
     * @param at where the panel begins
     * @param places which row of the panel each column is
     * @param step from one row of the panel to the next
     * @param to overwritten
     * @param start where the first row begins
     * @param row from one row to the next
     * @param rows rows, at most a vector
     * @param columns columns
     */
    static void unpack(double[] from, int at, int[] places, int step, double[] to, int start,
            int row, int rows, int columns) {
        if (L == 8 && rows == 8 && columns >= 8) {
            for (int j = 0; j < columns; j += 8) {
                int first = Math.min(j, columns - 8);
                unpack8(from, at, places, first, step, to, start + first, row);
            }
            return;
        }
        for (int j = 0; j < columns; j++) {
            int y = at + places[j] * step;
            int x = start + j;
            for (int i = 0; i < rows; i++) {
                to[x + i * row] = from[y + i];
            }
        }
    }

    /**
     * Copies: {@code to[at + i * lanes + j] = from[start + i * row + j]} for j below some lanes.
     *
     * @param from read
     * @param start where the first row begins
     * @param row from one row to the next
     * @param rows rows
     * @param valid elements of a row
     * @param to overwritten; the rest of a row becomes 0
     * @param at where the panel begins
     * @param vectors vectors of a row of the panel
     */
    static void copy(double[] from, int start, int row, int rows, int valid, double[] to, int at,
            int vectors) {
        int whole = valid / L;
        VectorMask<Double> last = VectorMask.fromLong(SPECIES, (1L << valid % L) - 1);
        for (int i = 0; i < rows; i++) {
            int x = start + i * row;
            int y = at + i * vectors * L;
            for (int v = 0; v < whole; v++) {
                DoubleVector.fromArray(SPECIES, from, x + v * L).intoArray(to, y + v * L);
            }
            if (whole < vectors) {
                DoubleVector.fromArray(SPECIES, from, x + whole * L, last).intoArray(to,
                        y + whole * L);
            }
        }
    }

    /**
     * Splits pixels into the panels of all blocks of lanes, pixel by pixel.
     *
     * @param from read
     * @param start where the first pixel stands
     * @param column from one pixel to the next
     * @param pixels pixels
     * @param lanes how lanes are cut into blocks
     * @param valid elements of a pixel
     * @param to overwritten; the rest of a last vector becomes 0
     * @param at where the panel of the first block begins
     * @param first which pixel of a panel the first one becomes
     * @param length pixels of a whole panel
     */
    static void split(double[] from, int start, int column, int pixels, LaneBlocks lanes,
            int valid, double[] to, int at, int first, int length) {
        int whole = valid / L;
        VectorMask<Double> last = VectorMask.fromLong(SPECIES, (1L << valid % L) - 1);
        for (int i = 0; i < pixels; i++) {
            int x = start + i * column;
            for (LaneBlocks.Block block : lanes.blocks()) {
                int y = at + block.first() * length + (first + i) * block.lanes();
                int vectors = Math.min(block.vectors(), whole - block.first() / L);
                for (int v = 0; v < vectors; v++) {
                    DoubleVector.fromArray(SPECIES, from, x + block.first() + v * L).intoArray(to,
                            y + v * L);
                }
                if (vectors < block.vectors()) {
                    DoubleVector.fromArray(SPECIES, from, x + whole * L, last).intoArray(to,
                            y + vectors * L);
                }
            }
        }
    }

    /**
     * Reads one element of every cache line, so that all are near.
     *
     * @param from read
     * @param start first element
     * @param end behind the last element
     * @return a sum of what was read, for the compiler to keep
     */
    static double read(double[] from, int start, int end) {
        double sum = 0.0;
        for (int i = start; i < Math.min(end, from.length); i += 8) {
            sum += from[i];
        }
        return sum;
    }

    private static void pack8(double[] from, int x, int row, double[] to, int at, int[] places,
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

    private static void unpack8(double[] from, int at, int[] places, int j, int step, double[] to,
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
