package org.lanewise.kernel.winograd;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * A pass by Winograd's tiles where there are many: all filters are transformed once, and a block is
 * a number of tiles that are transformed, multiplied product by product and transformed back, in
 * memory that stays in cache.
 */
final class WinogradBlocks extends WinogradPass {
    /**
     * Elements of the products of a block and of their sums, as far as that is enough tiles to read all
     * filters for and not more than need be.
     */
    private static final int BLOCK = Cpu.PRODUCTS / Double.BYTES;
    private static final int FEWEST_TILES = 10;
    private static final int MOST_TILES = 40;

    private final int tilesOfBlock;
    private final int[] rows;
    private final WinogradFilters filters;
    private final Products transformed;
    private final Products[] products;
    private final Products[] results;

    /**
     * Makes the pass.
     *
     * @param channels of the inputs
     * @param rotated whether filters are rotated by 180 degrees: backward
     */
    WinogradBlocks(WinogradMaps maps, int channels, int outputs, boolean rotated, int capacity,
            Scratchpad scratch) {
        super(maps, channels, outputs, rotated, scratch);
        this.tilesOfBlock = even(capacity * maps.tiles().perSample(),
                Math.clamp(BLOCK / (tile.products * (channels + outputs)), FEWEST_TILES,
                        MOST_TILES));
        this.rows = scratch.integers("rows of products" + way,
                Lanes.padded(Lanes.every(tilesOfBlock, channels)));
        this.filters = new WinogradFilters(this, lanes.widest(), channels, scratch);
        this.transformed = transformed(scratch);
        this.products = perThread("transformed input", scratch,
                tilesOfBlock * channels + WinogradTile.CACHE_LINE_STRIDE, tile.products);
        // The last register tile of a product may write unused rows.
        int beyond = (int) Lanes.tiles(0, lanes.widest());
        this.results = perThread("products", scratch, tilesOfBlock * lanes.lanes()
                + beyond / 8 * 8 + WinogradTile.CACHE_LINE_STRIDE, tile.products);
    }

    /** Tiles of a block such that all blocks have about as many, in whole rows of registers. */
    private static int even(int all, int most) {
        int blocks = Math.ceilDiv(all, most);
        return Math.ceilDiv(Math.ceilDiv(all, blocks), 5) * 5;
    }

    @Override
    List<Task> tasks(double[] from, double[] weights, Target target) {
        return List.of(transform(filters, weights, transformed), blocks(from, target));
    }

    private Task blocks(double[] from, Target target) {
        int perSample = maps.tiles().perSample();
        return Task.of(samples -> samples * perSample, tilesOfBlock,
                (first, end, thread, _) -> {
                    int count = end - first;
                    Products inputs = products[thread];
                    Products sums = results[thread];
                    work[thread][0] = maps.inputsAhead(from, first, end)
                            + maps.outputsAhead(target.to(), first, end);
                    for (int i = 0; i < count; i++) {
                        maps.input(from, first + i, 0, channels, inputs,
                                Layout.ALIGNMENT_OFFSET + i * channels, work[thread]);
                    }
                    for (int e = 0; e < tile.products; e++) {
                        multiply(inputs, e, count, sums);
                    }
                    for (int i = 0; i < count; i++) {
                        for (LaneBlocks.Block block : lanes.blocks()) {
                            maps.output(sums,
                                    Layout.ALIGNMENT_OFFSET + tilesOfBlock * block.first()
                                            + i * block.lanes(),
                                    block, first + i, target, work[thread]);
                        }
                    }
                });
    }

    private void multiply(Products inputs, int e, int count, Products sums) {
        for (LaneBlocks.Block block : lanes.blocks()) {
            int y = Layout.ALIGNMENT_OFFSET + e * sums.plane() + tilesOfBlock * block.first();
            Arrays.fill(sums.values(), y, y + count * block.lanes(), 0.0);
            MicroKernels.gemm(Lanes.tileRows(block.vectors()), block.vectors(), count,
                    inputs.values(), rows, 0, Layout.ALIGNMENT_OFFSET + e * inputs.plane(),
                    channels, transformed.values(),
                    Layout.ALIGNMENT_OFFSET + e * transformed.plane() + channels * block.first(),
                    block.lanes(), sums.values(), Lanes.adjacent(block.vectors()), 0, y);
        }
    }
}
