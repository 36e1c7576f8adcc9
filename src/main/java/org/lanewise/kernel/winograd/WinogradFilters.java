package org.lanewise.kernel.winograd;

import java.util.Arrays;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * Filters on their way to Winograd's products. Their columns are transformed first; then any row of
 * products can be made by itself, so that only the rows in use are stored.
 */
final class WinogradFilters {
    /** Channels that are packed before their columns are transformed, so that they stay near. */
    private static final int CHANNELS = 32;

    private final WinogradTile tile;
    private final int channels;
    private final int outputs;
    private final boolean turned;
    private final int plane;
    private final int chunk;
    private final int[] offsets;
    private final double[][] packed;
    private final double[][] columns;

    /**
     * Sets the layout of the filters.
     *
     * @param tile how large a tile is
     * @param channels of the inputs
     * @param turned whether they are stored as (input, output) and rotated by 180 degrees: backward
     * @param lanes the most outputs that are transformed at once
     * @param way added to the names of working memory
     */
    WinogradFilters(WinogradTile tile, int channels, int outputs, boolean turned, int lanes,
            Scratchpad scratch, String way) {
        this.tile = tile;
        this.channels = channels;
        this.outputs = outputs;
        this.turned = turned;
        this.plane = channels * lanes + WinogradTile.CACHE_LINE_STRIDE;
        this.chunk = Math.min(channels, CHANNELS);
        this.offsets = new int[turned ? 9 : 9 * chunk];
        Arrays.setAll(offsets, i -> turned ? (8 - i) * chunk : i % 9 * chunk + i / 9);
        this.packed = scratch.perThread("packed weights" + way,
                Layout.ALIGNMENT_OFFSET + 9L * chunk * lanes);
        this.columns = scratch.perThread("transformed columns of weights" + way,
                Layout.ALIGNMENT_OFFSET + 3L * tile.alpha * plane);
    }

    /** Transforms the columns of the filters of some outputs. */
    void columns(double[] weights, LaneBlocks.Block block, int lane, int thread) {
        int wide = block.lanes();
        for (int c = 0; c < channels; c += chunk) {
            int count = Math.min(chunk, channels - c);
            pack(weights, block, c, count, packed[thread]);
            tile.filterColumns(count * block.vectors(), packed[thread], Layout.ALIGNMENT_OFFSET,
                    chunk * wide,
                    columns[thread], Layout.ALIGNMENT_OFFSET + lane * channels + c * wide, plane);
        }
    }

    private void pack(double[] weights, LaneBlocks.Block block, int first, int count,
            double[] to) {
        int wide = block.lanes();
        for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
            int output = block.first() + lane;
            if (turned) {
                for (int c = 0; c < count; c++) {
                    Transpose.pack(weights, ((first + c) * outputs + output) * 9, 9,
                            Lanes.COUNT, 9, to, Layout.ALIGNMENT_OFFSET + c * wide + lane, offsets,
                            wide);
                }
            } else {
                Transpose.pack(weights, (output * channels + first) * 9, channels * 9,
                        Lanes.COUNT, count * 9, to, Layout.ALIGNMENT_OFFSET + lane, offsets, wide);
            }
        }
    }

    /**
     * Makes a row of products of some filters whose columns are transformed: that of column j,
     * channel c and lane k goes to {@code to[at + j * plane + c * lanes + k]}.
     */
    void row(int row, LaneBlocks.Block block, int lane, int first, int count, int thread,
            double[] to, int at, int pitch) {
        tile.filterRow(count * block.vectors(), columns[thread],
                Layout.ALIGNMENT_OFFSET + 3 * row * plane + lane * channels + first * block.lanes(),
                plane, to,
                at, pitch);
    }
}
