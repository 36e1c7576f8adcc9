package org.lanewise.kernel.conv;

import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;

/**
 * The common part of a convolution's forward pass and its gradient with respect to the input: rows
 * of sums over pixels around each row's beginning.
 *
 * <p>A sum is cut into contiguous runs. Where those are short, all factors are read through
 * offsets.
 *
 * @param rows where each row begins; padded
 * @param out where each row goes; padded
 * @param count how many rows there are
 * @param chunk how many rows are computed together, so that their sums stay in L1
 * @param runs what each run adds to a row's beginning
 * @param length elements of a run
 * @param offsets those of all factors, if runs are short; else null
 * @param firstProduct products of other rows before those of a lane among packed weights
 */
record ImplicitGemmRows(
        int[] rows,
        int[] out,
        int count,
        int chunk,
        int[] runs,
        int length,
        int[] offsets,
        int firstProduct) {
    private static final int SHORT = 12;
    private static final int ROWS_OF_CHUNK = 64;

    /** Most products of a run that are added at once: their factors of all lanes stay in L1. */
    private static final int PRODUCTS = 128;

    /** Whether a sum of some runs is better looked up. */
    static boolean lookedUp(int runs, int length) {
        return runs > 1 && length < SHORT;
    }

    static ImplicitGemmRows of(int[] rows, int[] out, int[] runs, int length,
            int firstProduct, Scratchpad scratch, String name) {
        int chunks = Math.max(1, Math.round((float) rows.length / ROWS_OF_CHUNK));
        int[] offsets = null;
        if (lookedUp(runs.length, length)) {
            offsets = new int[runs.length * length];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = runs[i / length] + i % length;
            }
        }
        return new ImplicitGemmRows(scratch.integers(name + " rows", Lanes.padded(rows)),
                scratch.integers(name + " places", Lanes.padded(out)), rows.length,
                Math.max(1, Math.ceilDiv(rows.length, chunks)), runs, length, offsets,
                firstProduct);
    }

    /** The kernels that add everything. */
    String info() {
        return offsets == null
                ? "run tiles: " + runs.length + " runs of " + length
                : "tap tiles: " + offsets.length + " factors looked up";
    }

    int chunks() {
        return Math.ceilDiv(count, chunk);
    }

    /** Rows of one chunk are at most so many. */
    static int mostRows() {
        return 2 * ROWS_OF_CHUNK;
    }

    /** Whether the sums of some lanes can grow where they belong: whole vectors, in long runs. */
    boolean inPlace(LaneBlocks.Block block, int outputs) {
        return offsets == null && block.valid(outputs) == block.lanes();
    }

    /** The first row of a chunk, or the end of the one before, where chunks are whole tiles. */
    int edge(int ofChunk, int vectors) {
        int tile = Lanes.tileRows(vectors);
        return Math.min(count, Math.ceilDiv(ofChunk * chunk, tile) * tile);
    }

    /** Products of a run that are added at once. */
    int productsAtOnce() {
        return Math.ceilDiv(length, Math.ceilDiv(length, PRODUCTS));
    }
}
