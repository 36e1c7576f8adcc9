package org.lanewise.kernel.winograd;

import java.util.Arrays;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * Some tiles whose transformed inputs, filters and sums are in memory: how these are laid out, and the three
 * stages of a pass over them.
 */
final class WinogradGroup {
    private final WinogradPass pass;
    private final int tiles;
    private final int chunk;
    /** Elements from the inputs of one tile to those of the next: whole vectors. */
    private final int pitch;
    private final int[] rows;
    private final WinogradFilters filters;
    private final Products transformed;
    /** Elements from one product of the inputs, and of the sums, to the next. */
    final int inputPlane;
    final int sumsPlane;

    /**
     * Sets the layout.
     *
     * @param tiles the most of a group
     * @param chunk channels that are multiplied at once
     */
    WinogradGroup(WinogradPass pass, int tiles, int chunk, Scratchpad scratch) {
        LaneBlocks lanes = pass.lanes;
        this.pass = pass;
        this.tiles = tiles;
        this.chunk = chunk;
        this.pitch = Lanes.roundUp(pass.channels);
        this.rows = scratch.integers("rows of products" + pass.way,
                Lanes.padded(Lanes.every(tiles, pitch)));
        this.filters = new WinogradFilters(pass, lanes.widest(), pass.channels, scratch);
        int filterPlane = pass.channels * lanes.lanes() + WinogradTile.CACHE_LINE_STRIDE;
        this.transformed = new Products(scratch.sharedDoubles("transformed weights",
                size(filterPlane)), filterPlane);
        this.inputPlane = tiles * pitch + WinogradTile.CACHE_LINE_STRIDE;
        // The last register tile of a product may write unused rows.
        int beyond = (int) Lanes.tiles(0, lanes.widest());
        this.sumsPlane = tiles * lanes.lanes() + beyond / WinogradTile.CACHE_LINE_STRIDE
                * WinogradTile.CACHE_LINE_STRIDE + WinogradTile.CACHE_LINE_STRIDE;
    }

    /** Tiles of a group such that all groups have about as many, in whole rows of registers. */
    static int even(int all, int most) {
        int groups = Math.ceilDiv(all, most);
        return Math.ceilDiv(Math.ceilDiv(all, groups), 5) * 5;
    }

    /** Elements of all products. */
    long size(int plane) {
        return Element.ALIGNMENT_OFFSET + (long) pass.tile.products * plane;
    }

    /** Transforms the filters of some outputs. */
    void filters(double[] weights, LaneBlocks.Block block, int thread) {
        filters.columns(weights, block, 0, thread);
        for (int row = 0; row < pass.tile.alpha; row++) {
            filters.row(row, block, 0, 0, thread, transformed,
                    Element.ALIGNMENT_OFFSET + row * pass.tile.alpha * transformed.plane()
                            + pass.channels * block.first());
        }
    }

    /** Transforms the inputs of a tile, which is the i-th of the group. */
    void input(double[] from, int tile, int i, Products inputs, double[] work) {
        pass.maps.input(from, tile, 0, pass.channels, inputs,
                Element.ALIGNMENT_OFFSET + i * pitch, work);
    }

    /** Multiplies product e of some tiles by all filters. */
    void multiply(Products inputs, int e, int count, Products sums) {
        for (LaneBlocks.Block block : pass.lanes.blocks()) {
            int y = Element.ALIGNMENT_OFFSET + e * sums.plane() + tiles * block.first();
            Arrays.fill(sums.values(), y, y + count * block.lanes(), 0.0);
            for (int c = 0; c < pass.channels; c += chunk) {
                MicroKernels.gemm(Lanes.tileRows(block.vectors()), block.vectors(), count,
                        inputs.values(), rows, 0, Element.ALIGNMENT_OFFSET + e * inputs.plane() + c,
                        Math.min(chunk, pass.channels - c), transformed.values(),
                        Element.ALIGNMENT_OFFSET + e * transformed.plane()
                                + pass.channels * block.first() + c * block.lanes(),
                        block.lanes(), sums.values(), Lanes.adjacent(block.vectors()), 0, y);
            }
        }
    }

    /** Transforms the sums of a tile, which is the i-th of the group, and writes its outputs. */
    void output(Products sums, int tile, int i, Target target, double[] work) {
        for (LaneBlocks.Block block : pass.lanes.blocks()) {
            pass.maps.output(sums,
                    Element.ALIGNMENT_OFFSET + tiles * block.first() + i * block.lanes(), block,
                    tile,
                    target, work);
        }
    }
}
