package org.lanewise.kernel;

import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner kernel of most passes: rows of sums whose factors stand side by side. A tile of some
 * rows and vectors is held in registers while a run of products is added.
 *
 * <p>{@code c[i][j] += sum over t of a[rows[i] + shift + t] * b[t][j]}, t ascending, where j counts
 * the lanes of some vectors. A tile of m rows and v vectors needs m v accumulators, v vectors of b
 * and up to m broadcasts, because the compiler starts the broadcasts of a turn together. The step
 * through b and c is a variable on purpose: were it a constant, the compiler would unroll the loop
 * or move the accumulators out of the registers. And bounds of what is stored behind a loop are
 * asked for before it: if not, or if the room is worked out later, the loop runs 15 % slower.
 */
final class RunTilesVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = Lanes.COUNT;

    private RunTilesVector() {}

    /**
     * Adds a run to some rows.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks} cuts them
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param from first row
     * @param to behind the last row; those that fill the last tile are computed as well
     * @param shift added to every row's beginning
     * @param b read, some vectors at a time
     * @param w where b begins
     * @param step from one element of the run to the next, in b
     * @param length elements of the run
     * @param c added to: rows of some vectors
     * @param y where the first of them stands
     */
    static void multiply(int vectors, double[] a, int[] rows, int from, int to, int shift,
            double[] b, int w, int step, int length, double[] c, int y) {
        multiply(vectors, a, rows, from, to, shift, b, w, step, length, c, y, vectors * L, c, y);
    }

    /**
     * Adds a run to what stands elsewhere: {@code c[i][j] = begin[i][j] + sum over t}.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks} cuts them
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param from first row
     * @param to behind the last row; those that fill the last tile are computed as well
     * @param shift added to every row's beginning
     * @param b read, some vectors at a time
     * @param w where b begins
     * @param step from one element of the run to the next, in b
     * @param length elements of the run
     * @param begin read: what the sums begin with
     * @param z where the first row of that stands
     * @param apart from one row of that to the next; 0 where all rows begin alike
     * @param c overwritten: rows of some vectors
     * @param y where the first of them stands
     */
    static void multiply(int vectors, double[] a, int[] rows, int from, int to, int shift,
            double[] b, int w, int step, int length, double[] begin, int z, int apart, double[] c,
            int y) {
        int pitch = vectors * L;
        int above = z;
        int tile = Lanes.tileRows(vectors);
        int place = y;
        for (int row = from; row < to; row += tile) {
            switch (vectors) {
                case 1 ->
                    tile8x1(a, rows, row, shift, b, w, step, length, begin, above, apart, c, place,
                            pitch);
                case 2 -> {
                    if (Lanes.MANY_REGISTERS) {
                        tile9x2(a, rows, row, shift, b, w, step, length, begin, above, apart, c,
                                place,
                                pitch);
                    } else {
                        tile4x2(a, rows, row, shift, b, w, step, length, begin, above, apart, c,
                                place,
                                pitch);
                    }
                }
                case 3 ->
                    tile7x3(a, rows, row, shift, b, w, step, length, begin, above, apart, c, place,
                            pitch);
                default ->
                    tile5x4(a, rows, row, shift, b, w, step, length, begin, above, apart, c, place,
                            pitch);
            }
            place += tile * pitch;
            above += tile * apart;
        }
    }

    private static void tile5x4(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] begin, int z, int apart, double[] c, int y,
            int pitch) {
        int room = c.length - L + 1;
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, begin, z);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, begin, z + L);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, begin, z + 2 * L);
        DoubleVector c03 = DoubleVector.fromArray(SPECIES, begin, z + 3 * L);
        int y1 = y + pitch;
        int z1 = z + apart;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, begin, z1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, begin, z1 + L);
        DoubleVector c12 = DoubleVector.fromArray(SPECIES, begin, z1 + 2 * L);
        DoubleVector c13 = DoubleVector.fromArray(SPECIES, begin, z1 + 3 * L);
        int y2 = y + 2 * pitch;
        int z2 = z + 2 * apart;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, begin, z2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, begin, z2 + L);
        DoubleVector c22 = DoubleVector.fromArray(SPECIES, begin, z2 + 2 * L);
        DoubleVector c23 = DoubleVector.fromArray(SPECIES, begin, z2 + 3 * L);
        int y3 = y + 3 * pitch;
        int z3 = z + 3 * apart;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, begin, z3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, begin, z3 + L);
        DoubleVector c32 = DoubleVector.fromArray(SPECIES, begin, z3 + 2 * L);
        DoubleVector c33 = DoubleVector.fromArray(SPECIES, begin, z3 + 3 * L);
        int y4 = y + 4 * pitch;
        int z4 = z + 4 * apart;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, begin, z4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, begin, z4 + L);
        DoubleVector c42 = DoubleVector.fromArray(SPECIES, begin, z4 + 2 * L);
        DoubleVector c43 = DoubleVector.fromArray(SPECIES, begin, z4 + 3 * L);
        Objects.checkIndex(y0, room);
        Objects.checkIndex(y0 + L, room);
        Objects.checkIndex(y0 + 2 * L, room);
        Objects.checkIndex(y0 + 3 * L, room);
        Objects.checkIndex(y1, room);
        Objects.checkIndex(y1 + L, room);
        Objects.checkIndex(y1 + 2 * L, room);
        Objects.checkIndex(y1 + 3 * L, room);
        Objects.checkIndex(y2, room);
        Objects.checkIndex(y2 + L, room);
        Objects.checkIndex(y2 + 2 * L, room);
        Objects.checkIndex(y2 + 3 * L, room);
        Objects.checkIndex(y3, room);
        Objects.checkIndex(y3 + L, room);
        Objects.checkIndex(y3 + 2 * L, room);
        Objects.checkIndex(y3 + 3 * L, room);
        Objects.checkIndex(y4, room);
        Objects.checkIndex(y4 + L, room);
        Objects.checkIndex(y4 + 2 * L, room);
        Objects.checkIndex(y4 + 3 * L, room);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, w + 2 * L);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, w + 3 * L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
            w += step;
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c02.intoArray(c, y0 + 2 * L);
        c03.intoArray(c, y0 + 3 * L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c12.intoArray(c, y1 + 2 * L);
        c13.intoArray(c, y1 + 3 * L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c22.intoArray(c, y2 + 2 * L);
        c23.intoArray(c, y2 + 3 * L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c32.intoArray(c, y3 + 2 * L);
        c33.intoArray(c, y3 + 3 * L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c42.intoArray(c, y4 + 2 * L);
        c43.intoArray(c, y4 + 3 * L);
    }

    private static void tile7x3(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] begin, int z, int apart, double[] c, int y,
            int pitch) {
        int room = c.length - L + 1;
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, begin, z);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, begin, z + L);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, begin, z + 2 * L);
        int y1 = y + pitch;
        int z1 = z + apart;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, begin, z1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, begin, z1 + L);
        DoubleVector c12 = DoubleVector.fromArray(SPECIES, begin, z1 + 2 * L);
        int y2 = y + 2 * pitch;
        int z2 = z + 2 * apart;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, begin, z2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, begin, z2 + L);
        DoubleVector c22 = DoubleVector.fromArray(SPECIES, begin, z2 + 2 * L);
        int y3 = y + 3 * pitch;
        int z3 = z + 3 * apart;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, begin, z3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, begin, z3 + L);
        DoubleVector c32 = DoubleVector.fromArray(SPECIES, begin, z3 + 2 * L);
        int y4 = y + 4 * pitch;
        int z4 = z + 4 * apart;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, begin, z4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, begin, z4 + L);
        DoubleVector c42 = DoubleVector.fromArray(SPECIES, begin, z4 + 2 * L);
        int y5 = y + 5 * pitch;
        int z5 = z + 5 * apart;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, begin, z5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, begin, z5 + L);
        DoubleVector c52 = DoubleVector.fromArray(SPECIES, begin, z5 + 2 * L);
        int y6 = y + 6 * pitch;
        int z6 = z + 6 * apart;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, begin, z6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, begin, z6 + L);
        DoubleVector c62 = DoubleVector.fromArray(SPECIES, begin, z6 + 2 * L);
        Objects.checkIndex(y0, room);
        Objects.checkIndex(y0 + L, room);
        Objects.checkIndex(y0 + 2 * L, room);
        Objects.checkIndex(y1, room);
        Objects.checkIndex(y1 + L, room);
        Objects.checkIndex(y1 + 2 * L, room);
        Objects.checkIndex(y2, room);
        Objects.checkIndex(y2 + L, room);
        Objects.checkIndex(y2 + 2 * L, room);
        Objects.checkIndex(y3, room);
        Objects.checkIndex(y3 + L, room);
        Objects.checkIndex(y3 + 2 * L, room);
        Objects.checkIndex(y4, room);
        Objects.checkIndex(y4 + L, room);
        Objects.checkIndex(y4 + 2 * L, room);
        Objects.checkIndex(y5, room);
        Objects.checkIndex(y5 + L, room);
        Objects.checkIndex(y5 + 2 * L, room);
        Objects.checkIndex(y6, room);
        Objects.checkIndex(y6 + L, room);
        Objects.checkIndex(y6 + 2 * L, room);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, w + 2 * L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
            DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
            c60 = a6.fma(b0, c60);
            c61 = a6.fma(b1, c61);
            c62 = a6.fma(b2, c62);
            w += step;
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c02.intoArray(c, y0 + 2 * L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c12.intoArray(c, y1 + 2 * L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c22.intoArray(c, y2 + 2 * L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c32.intoArray(c, y3 + 2 * L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c42.intoArray(c, y4 + 2 * L);
        c50.intoArray(c, y5);
        c51.intoArray(c, y5 + L);
        c52.intoArray(c, y5 + 2 * L);
        c60.intoArray(c, y6);
        c61.intoArray(c, y6 + L);
        c62.intoArray(c, y6 + 2 * L);
    }

    private static void tile9x2(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] begin, int z, int apart, double[] c, int y,
            int pitch) {
        int room = c.length - L + 1;
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int x7 = rows[row + 7] + shift;
        int x8 = rows[row + 8] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, begin, z);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, begin, z + L);
        int y1 = y + pitch;
        int z1 = z + apart;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, begin, z1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, begin, z1 + L);
        int y2 = y + 2 * pitch;
        int z2 = z + 2 * apart;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, begin, z2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, begin, z2 + L);
        int y3 = y + 3 * pitch;
        int z3 = z + 3 * apart;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, begin, z3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, begin, z3 + L);
        int y4 = y + 4 * pitch;
        int z4 = z + 4 * apart;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, begin, z4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, begin, z4 + L);
        int y5 = y + 5 * pitch;
        int z5 = z + 5 * apart;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, begin, z5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, begin, z5 + L);
        int y6 = y + 6 * pitch;
        int z6 = z + 6 * apart;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, begin, z6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, begin, z6 + L);
        int y7 = y + 7 * pitch;
        int z7 = z + 7 * apart;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, begin, z7);
        DoubleVector c71 = DoubleVector.fromArray(SPECIES, begin, z7 + L);
        int y8 = y + 8 * pitch;
        int z8 = z + 8 * apart;
        DoubleVector c80 = DoubleVector.fromArray(SPECIES, begin, z8);
        DoubleVector c81 = DoubleVector.fromArray(SPECIES, begin, z8 + L);
        Objects.checkIndex(y0, room);
        Objects.checkIndex(y0 + L, room);
        Objects.checkIndex(y1, room);
        Objects.checkIndex(y1 + L, room);
        Objects.checkIndex(y2, room);
        Objects.checkIndex(y2 + L, room);
        Objects.checkIndex(y3, room);
        Objects.checkIndex(y3 + L, room);
        Objects.checkIndex(y4, room);
        Objects.checkIndex(y4 + L, room);
        Objects.checkIndex(y5, room);
        Objects.checkIndex(y5 + L, room);
        Objects.checkIndex(y6, room);
        Objects.checkIndex(y6 + L, room);
        Objects.checkIndex(y7, room);
        Objects.checkIndex(y7 + L, room);
        Objects.checkIndex(y8, room);
        Objects.checkIndex(y8 + L, room);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
            c60 = a6.fma(b0, c60);
            c61 = a6.fma(b1, c61);
            DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[x7 + t]);
            c70 = a7.fma(b0, c70);
            c71 = a7.fma(b1, c71);
            DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[x8 + t]);
            c80 = a8.fma(b0, c80);
            c81 = a8.fma(b1, c81);
            w += step;
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c50.intoArray(c, y5);
        c51.intoArray(c, y5 + L);
        c60.intoArray(c, y6);
        c61.intoArray(c, y6 + L);
        c70.intoArray(c, y7);
        c71.intoArray(c, y7 + L);
        c80.intoArray(c, y8);
        c81.intoArray(c, y8 + L);
    }

    private static void tile8x1(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] begin, int z, int apart, double[] c, int y,
            int pitch) {
        int room = c.length - L + 1;
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int x4 = rows[row + 4] + shift;
        int x5 = rows[row + 5] + shift;
        int x6 = rows[row + 6] + shift;
        int x7 = rows[row + 7] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, begin, z);
        int y1 = y + pitch;
        int z1 = z + apart;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, begin, z1);
        int y2 = y + 2 * pitch;
        int z2 = z + 2 * apart;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, begin, z2);
        int y3 = y + 3 * pitch;
        int z3 = z + 3 * apart;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, begin, z3);
        int y4 = y + 4 * pitch;
        int z4 = z + 4 * apart;
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, begin, z4);
        int y5 = y + 5 * pitch;
        int z5 = z + 5 * apart;
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, begin, z5);
        int y6 = y + 6 * pitch;
        int z6 = z + 6 * apart;
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, begin, z6);
        int y7 = y + 7 * pitch;
        int z7 = z + 7 * apart;
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, begin, z7);
        Objects.checkIndex(y0, room);
        Objects.checkIndex(y1, room);
        Objects.checkIndex(y2, room);
        Objects.checkIndex(y3, room);
        Objects.checkIndex(y4, room);
        Objects.checkIndex(y5, room);
        Objects.checkIndex(y6, room);
        Objects.checkIndex(y7, room);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
            c40 = a4.fma(b0, c40);
            DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
            c50 = a5.fma(b0, c50);
            DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
            c60 = a6.fma(b0, c60);
            DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[x7 + t]);
            c70 = a7.fma(b0, c70);
            w += step;
        }
        c00.intoArray(c, y0);
        c10.intoArray(c, y1);
        c20.intoArray(c, y2);
        c30.intoArray(c, y3);
        c40.intoArray(c, y4);
        c50.intoArray(c, y5);
        c60.intoArray(c, y6);
        c70.intoArray(c, y7);
    }

    private static void tile4x2(double[] a, int[] rows, int row, int shift, double[] b, int w,
            int step, int length, double[] begin, int z, int apart, double[] c, int y,
            int pitch) {
        int room = c.length - L + 1;
        int x0 = rows[row] + shift;
        int x1 = rows[row + 1] + shift;
        int x2 = rows[row + 2] + shift;
        int x3 = rows[row + 3] + shift;
        int y0 = y;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, begin, z);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, begin, z + L);
        int y1 = y + pitch;
        int z1 = z + apart;
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, begin, z1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, begin, z1 + L);
        int y2 = y + 2 * pitch;
        int z2 = z + 2 * apart;
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, begin, z2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, begin, z2 + L);
        int y3 = y + 3 * pitch;
        int z3 = z + 3 * apart;
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, begin, z3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, begin, z3 + L);
        Objects.checkIndex(y0, room);
        Objects.checkIndex(y0 + L, room);
        Objects.checkIndex(y1, room);
        Objects.checkIndex(y1 + L, room);
        Objects.checkIndex(y2, room);
        Objects.checkIndex(y2 + L, room);
        Objects.checkIndex(y3, room);
        Objects.checkIndex(y3 + L, room);
        for (int t = 0; t < length; t++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
            DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            w += step;
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
    }
}
