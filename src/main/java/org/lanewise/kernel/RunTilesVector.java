package org.lanewise.kernel;

import java.util.Arrays;

/**
 * The inner kernel of most passes: rows of sums whose factors are adjacent. A tile of some rows and
 * vectors is held in registers while a run of products is added.
 *
 * <p>{@code c[i][j] += sum over t of a[rows[i] + shift + t] * b[t][j]}, t ascending, where j counts
 * the lanes of some vectors. A tile of m rows and v vectors needs m v accumulators, v vectors of b
 * and up to m broadcasts, because the compiler starts the broadcasts of a turn together. The step
 * through b is a variable on purpose, and places in c are looked up: were they constants, the
 * compiler would unroll the loop or move the accumulators out of the registers.
 */
final class RunTilesVector {
    private static final int L = Lanes.COUNT;

    /** Positions of the rows of a tile that follow one another, by their vectors. */
    private static final int[][] SIDE_BY_SIDE = sideBySide();

    private RunTilesVector() {}

    private static int[][] sideBySide() {
        int[][] places = new int[5][];
        for (int vectors = 1; vectors < places.length; vectors++) {
            int pitch = vectors * L;
            places[vectors] = new int[Lanes.tileRows(vectors)];
            Arrays.setAll(places[vectors], row -> row * pitch);
        }
        return places;
    }

    /**
     * Adds a run to some adjacent rows of sums.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks} cuts them
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param from first row
     * @param to end of the rows, exclusive; those that fill the last tile are computed as well
     * @param shift added to every row's beginning
     * @param b read, some vectors at a time
     * @param w where b begins
     * @param step from one element of the run to the next, in b
     * @param length elements of the run
     * @param c added to: rows of some vectors
     * @param y position of the first of them
     */
    static void multiply(int vectors, double[] a, int[] rows, int from, int to, int shift,
            double[] b, int w, int step, int length, double[] c, int y) {
        int tile = Lanes.tileRows(vectors);
        int place = y;
        for (int row = from; row < to; row += tile) {
            tile(vectors, a, rows, row, shift, b, w, step, length, c, SIDE_BY_SIDE[vectors], 0,
                    place);
            place += tile * vectors * L;
        }
    }

    /**
     * Adds a run to some rows of sums at any positions.
     *
     * @param vectors vectors of a row, as {@link LaneBlocks} cuts them
     * @param a read, one element at a time
     * @param rows where each row begins in a; filled up with {@link Lanes#filledUp}
     * @param from first row
     * @param to end, exclusive: the end of a tile or of all rows
     * @param shift added to every row's beginning
     * @param b read, some vectors at a time
     * @param w where b begins
     * @param step from one element of the run to the next, in b
     * @param length elements of the run
     * @param c added to
     * @param out position of each row of sums; filled up like the rows
     * @param y added to the position of each row of sums
     */
    static void multiply(int vectors, double[] a, int[] rows, int from, int to, int shift,
            double[] b, int w, int step, int length, double[] c, int[] out, int y) {
        int tile = Lanes.tileRows(vectors);
        for (int row = from; row < to; row += tile) {
            tile(vectors, a, rows, row, shift, b, w, step, length, c, out, row, y);
        }
    }

    private static void tile(int vectors, double[] a, int[] rows, int row, int shift, double[] b,
            int w, int step, int length, double[] c, int[] out, int place, int y) {
        switch (vectors) {
            case 1 -> RunKernel.tile8x1(a, rows, row, shift, length, b, w, step, c, out, place, y);
            case 2 -> {
                if (Lanes.MANY_REGISTERS) {
                    RunKernel.tile9x2(a, rows, row, shift, length, b, w, step, c, out, place, y);
                } else {
                    RunKernel.tile4x2(a, rows, row, shift, length, b, w, step, c, out, place, y);
                }
            }
            case 3 -> RunKernel.tile7x3(a, rows, row, shift, length, b, w, step, c, out, place, y);
            default -> RunKernel.tile5x4(a, rows, row, shift, length, b, w, step, c, out, place, y);
        }
    }
}
