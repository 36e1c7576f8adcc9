package org.lanewise.kernel.conv;

import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MacroKernels;
import org.lanewise.kernel.gemm.Sums;

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

    /** Products of a run that are added at once: their factors of all lanes stay in L1. */
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

    /**
     * Computes the rows between two edges where they belong.
     *
     * @param begin read: what the sums begin with
     */
    void compute(int vectors, double[] a, int from, int to, int shift, double[] b, int start,
            double[] begin, int first, double[] dst, int at) {
        int lanes = vectors * Lanes.COUNT;
        int parts = Math.ceilDiv(length, PRODUCTS);
        int part = Math.ceilDiv(length, parts);
        // One tile after the other where it is finished at once.
        int together = runs.length * parts == 1 ? Lanes.tileRows(vectors) : to - from;
        for (int row = from; row < to; row += together) {
            int last = Math.min(to, row + together);
            Sums.begin(dst, out, row, last, at, vectors, begin, first);
            for (int run = 0; run < runs.length; run++) {
                for (int t = 0; t < length; t += part) {
                    MacroKernels.gemm(vectors, a, rows, row, last, shift + runs[run] + t, b,
                            start + (run * length + t) * lanes,
                            Math.min(part, length - t), dst, out, at);
                }
            }
        }
    }

    /** Adds everything to adjacent rows of sums, from a first to a last. */
    void add(int vectors, double[] a, int from, int to, int shift, double[] b, int start,
            double[] sums) {
        if (offsets != null) {
            MacroKernels.indirectGemm(vectors, a, rows, from, to, shift, offsets, b, start, sums);
            return;
        }
        for (int run = 0; run < runs.length; run++) {
            MacroKernels.gemm(vectors, a, rows, from, to, shift + runs[run], b,
                    start + run * length * vectors * Lanes.COUNT, length,
                    sums,
                    Layout.ALIGNMENT_OFFSET);
        }
    }
}
