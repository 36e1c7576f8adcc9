package org.lanewise.kernel;

import java.util.Arrays;

/**
 * A sum of products, as all passes of a convolution are: for every row i and lane j,
 * {@code c[out[i] + j] += sum over runs u, then t below the length of a run, of
 * a[rows[i] + runs[u] + t] * b[from + weights[u] + t * step + j]}.
 *
 * @param a read, one element at a time
 * @param rows where each row begins in a; filled up to whole tiles by repeating the last
 * @param runs what each run adds to that
 * @param weights where each run begins in b
 * @param b read, a vector at a time
 * @param step from one element of a run to the next, in b
 * @param c added to; a row that is repeated is written again with the same values
 * @param out where each row begins in c; filled up as rows are
 */
record Product(
        double[] a,
        int[] rows,
        int[] runs,
        int[] weights,
        double[] b,
        int step,
        double[] c,
        int[] out) {
    /** A list of rows filled up to whole tiles: the last is repeated. */
    static int[] filledUp(int[] rows) {
        int[] list = Arrays.copyOf(rows, rows.length + ProductVector.MOST_ROWS);
        if (rows.length > 0) {
            Arrays.fill(list, rows.length, list.length, rows[rows.length - 1]);
        }
        return list;
    }
}
