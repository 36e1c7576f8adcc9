package org.lanewise.kernel;

/**
 * What the forward pass of a convolution and its way back to the input have in common: rows of sums
 * over pixels that stand around each row's beginning.
 *
 * <p>A sum is cut into runs of neighbours. Where those are short, all factors are looked up.
 *
 * @param rows where each row begins; filled up
 * @param out where each row goes; filled up
 * @param count how many rows there are
 * @param chunk how many rows are computed together, so that their sums stay in the nearest cache
 * @param runs what each run adds to a row's beginning
 * @param length elements of a run
 * @param taps where all factors stand, if runs are short; else null
 */
record RowSums(
        int[] rows,
        int[] out,
        int count,
        int chunk,
        int[] runs,
        int length,
        int[] taps) {
    private static final int SHORT = 12;
    private static final int ROWS_OF_CHUNK = 64;

    /** Whether a sum of some runs is better looked up. */
    static boolean lookedUp(int runs, int length) {
        return runs > 1 && length < SHORT;
    }

    static RowSums of(int[] rows, int[] out, int[] runs, int length, Scratch scratch,
            String name) {
        int chunks = Math.max(1, Math.round((float) rows.length / ROWS_OF_CHUNK));
        int[] taps = null;
        if (lookedUp(runs.length, length)) {
            taps = new int[runs.length * length];
            for (int i = 0; i < taps.length; i++) {
                taps[i] = runs[i / length] + i % length;
            }
        }
        return new RowSums(scratch.integers(name + " rows", Lanes.filledUp(rows)),
                scratch.integers(name + " places", Lanes.filledUp(out)), rows.length,
                Math.max(1, Math.ceilDiv(rows.length, chunks)), runs, length, taps);
    }

    /** Which loops add everything. */
    String loops() {
        return taps == null
                ? "run tiles: " + runs.length + " runs of " + length
                : "tap tiles: " + taps.length + " factors looked up";
    }

    int chunks() {
        return Math.ceilDiv(count, chunk);
    }

    /** Rows of one chunk are at most so many. */
    static int mostRows() {
        return 2 * ROWS_OF_CHUNK;
    }

    /** Adds everything to the rows from a first to a last. */
    void add(int vectors, double[] a, int from, int to, int shift, double[] b, int start,
            double[] sums) {
        if (taps != null) {
            TapTilesVector.multiply(vectors, a, rows, from, to, shift, taps, b, start, sums);
            return;
        }
        for (int run = 0; run < runs.length; run++) {
            RunTilesVector.multiply(vectors, a, rows, from, to, shift + runs[run], b,
                    start + run * length * vectors * Lanes.COUNT, vectors * Lanes.COUNT, length,
                    sums,
                    Lanes.LEAD);
        }
    }
}
