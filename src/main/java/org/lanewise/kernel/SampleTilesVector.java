package org.lanewise.kernel;

/**
 * The inner kernel where lanes are samples: the numbers that a factor is multiplied with are
 * adjacent for all samples of a block, so even a single channel fills whole vectors, and at one
 * pixel all lanes use the same kernel positions.
 *
 * <p>{@code c[i][j] = sum over r, t of a[x + i * pitch + r * down + t] * b[w + r * up + t * step + j]},
 * r ascending and t ascending within, where j counts the lanes of some vectors.
 */
final class SampleTilesVector {
    private static final int L = Lanes.COUNT;

    private static final int FEW_ROWS = 3;
    private static final int MANY_ROWS = 6;

    private SampleTilesVector() {}

    /** Rows of a tile, where there are some channels. */
    static int rows(int channels) {
        return channels == 1
                ? 1
                : Lanes.MANY_REGISTERS && channels > FEW_ROWS && channels <= MANY_ROWS
                        ? MANY_ROWS
                        : FEW_ROWS;
    }

    /** Vectors of a row, in a tile of some rows. */
    static int vectors(int rows) {
        return rows == 1 || rows == FEW_ROWS && Lanes.MANY_REGISTERS ? 4 : 2;
    }

    /**
     * Computes the whole sums of a tile.
     *
     * @param rows rows of the tile
     * @param a read, one element at a time
     * @param x where the first row's factors begin
     * @param pitch from one row's factors to the next row's
     * @param down from one line of factors to the next
     * @param b read, some vectors at a time
     * @param w where what the first line meets begins
     * @param up from there to what the next line meets
     * @param step from what one factor meets to the next, in b
     * @param lines lines of factors, perhaps none
     * @param length factors of a line, perhaps none
     * @param c overwritten
     * @param y position of the first row of sums
     * @param row from one row of sums to the next
     */
    static void multiply(int rows, double[] a, int x, int pitch, int down, double[] b, int w,
            int up, int step, int lines, int length, double[] c, int y, int row) {
        if (rows == 1) {
            SampleKernel.tile1x4(a, x, pitch, down, lines, length, b, w, up, step, c, y, row);
        } else if (rows == MANY_ROWS) {
            SampleKernel.tile6x2(a, x, pitch, down, lines, length, b, w, up, step, c, y, row);
        } else if (Lanes.MANY_REGISTERS) {
            SampleKernel.tile3x4(a, x, pitch, down, lines, length, b, w, up, step, c, y, row);
        } else {
            SampleKernel.tile3x2(a, x, pitch, down, lines, length, b, w, up, step, c, y, row);
        }
    }
}
