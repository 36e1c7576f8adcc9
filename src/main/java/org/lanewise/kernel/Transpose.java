package org.lanewise.kernel;

/** Transposes arrays into panels, whose rows are whole vectors, and back. */
final class Transpose {
    private static final int L = Lanes.COUNT;

    private Transpose() {}

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
        if (Lanes.VECTORS && L == 8 && rows == 8 && columns >= 8) {
            for (int j = 0; j < columns; j += 8) {
                // The last eight may have been there before.
                int first = Math.min(j, columns - 8);
                TransposeVector.pack(from, start + first, row, to, at, places, first, step);
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
     * The inverse: {@code to[start + i * row + j] = from[at + places[j] * step + i]}.
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
        if (Lanes.VECTORS && L == 8 && rows == 8 && columns >= 8) {
            for (int j = 0; j < columns; j += 8) {
                int first = Math.min(j, columns - 8);
                TransposeVector.unpack(from, at, places, first, step, to, start + first, row);
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
}
