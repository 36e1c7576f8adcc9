package org.lanewise.kernel.winograd;

import java.util.Arrays;
import org.lanewise.kernel.Element;
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
    /** Channels of a map; the filters of each part of the window count as those of other channels. */
    private final int inputs;
    private final int sources;
    private final int targets;
    private final boolean rotated;
    private final int plane;
    private final int pack;
    private final int atOnce;
    private final int[][] offsets;
    private final double[][] packed;
    private final double[][] columns;

    /**
     * Sets the layout of the filters.
     *
     * @param pass whose filters they are
     * @param lanes the most outputs that are transformed at once
     * @param atOnce channels that a row of products is made of at once
     */
    WinogradFilters(WinogradPass pass, int lanes, int atOnce, Scratchpad scratch) {
        String way = pass.way;
        this.tile = pass.tile;
        this.channels = pass.channels;
        this.outputs = pass.outputs;
        this.rotated = pass.rotated;
        this.atOnce = atOnce;
        this.plane = channels * lanes + WinogradTile.CACHE_LINE_STRIDE;
        this.targets = pass.maps.tiles().targets();
        this.sources = pass.maps.tiles().sources();
        this.inputs = channels / sources;
        this.pack = Math.min(inputs, CHANNELS);
        this.offsets = new int[targets][rotated ? tile.elements : tile.elements * pack];
        for (int target = 0; target < targets; target++) {
            int part = target;
            Arrays.setAll(offsets[target], i -> rotated
                    ? rotated(tile.elements - 1 - i, part) * pack
                    : tile.place(i % tile.elements) * pack + i / tile.elements);
        }
        // After all taps are those of other parts' outputs.
        this.packed = scratch.doublesPerThread("packed weights" + way, Element.ALIGNMENT_OFFSET
                + (long) (sources * tile.taps + targets - 1) * pack * lanes);
        this.columns = scratch.doublesPerThread("transformed columns of weights" + way,
                Element.ALIGNMENT_OFFSET + (long) tile.r * tile.alpha * plane);
    }

    /** Where a tap of filters that are rotated by 180 degrees is: of those with outputs of their own, one part's alone. */
    private int rotated(int tap, int part) {
        if (targets == 1) {
            return tile.place(tap);
        }
        int place = tile.place(tile.elements - 1 - tap);
        return place / tile.taps == part ? tile.taps - 1 - place % tile.taps : tile.taps;
    }

    /** Transforms the columns of the filters of some outputs. */
    void columns(double[] weights, LaneBlocks.Block block, int lane, int thread) {
        int wide = block.lanes();
        int part = tile.taps * pack * wide;
        if (tile.parts > 1) {
            // Taps beyond the window.
            Arrays.fill(packed[thread], Element.ALIGNMENT_OFFSET,
                    Element.ALIGNMENT_OFFSET + sources * part, 0.0);
        }
        for (int c = 0; c < inputs; c += pack) {
            int count = Math.min(pack, inputs - c);
            pack(weights, block, c, count, packed[thread]);
            for (int i = 0; i < sources; i++) {
                tile.filterColumns(count * block.vectors(), packed[thread],
                        Element.ALIGNMENT_OFFSET + i * part, pack * wide, columns[thread],
                        Element.ALIGNMENT_OFFSET + lane * channels + (i * inputs + c) * wide,
                        plane);
            }
        }
    }

    private void pack(double[] weights, LaneBlocks.Block block, int first, int count,
            double[] to) {
        int wide = block.lanes();
        int taps = tile.elements;
        for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
            int each = outputs / targets;
            int target = (block.first() + lane) / each;
            int output = (block.first() + lane) % each;
            int valid = Math.min(Lanes.COUNT, each - output);
            if (target == targets) {
                return;
            }
            if (rotated) {
                for (int c = 0; c < count; c++) {
                    Transpose.pack(weights, ((first + c) * each + output) * taps, taps, valid, taps,
                            to, Element.ALIGNMENT_OFFSET + c * wide + lane, offsets[target], wide);
                }
            } else {
                Transpose.pack(weights, (output * inputs + first) * taps, inputs * taps,
                        valid, count * taps, to, Element.ALIGNMENT_OFFSET + lane, offsets[0],
                        wide);
            }
        }
    }

    /**
     * Makes a row of products of some filters whose columns are transformed: that of column j,
     * channel c and lane k goes to {@code at + j * plane + c * lanes + k}.
     */
    void row(int row, LaneBlocks.Block block, int lane, int first, int thread, Products to,
            int at) {
        tile.filterRow(Math.min(atOnce, channels - first) * block.vectors(), columns[thread],
                Element.ALIGNMENT_OFFSET + tile.r * row * plane + lane * channels
                        + first * block.lanes(),
                plane, to.values(), at, to.plane());
    }
}
