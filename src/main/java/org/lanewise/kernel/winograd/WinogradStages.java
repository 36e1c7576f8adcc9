package org.lanewise.kernel.winograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * A pass by Winograd's tiles where tiles and filters are many: all filters are transformed once; then,
 * for one group of tiles after another, inputs are transformed, each product is one matrix
 * multiplication whose operands stay in L2, and sums are transformed back.
 */
final class WinogradStages extends WinogradPass {
    /** Tiles whose inputs and sums for one product stay in L2, and for all of them nearly in L3. */
    private static final int TILES_OF_GROUP = 128;

    /** Channels whose filters of a block of outputs stay in L1. */
    private static final int CHANNELS = 64;

    /** Tiles that are transformed by one block. */
    private static final int TILES_OF_BLOCK = 4;

    private final int tiles;
    private final int tilesOfGroup;
    private final int chunk;
    private final int[] rows;
    private final WinogradFilters filters;
    private final Products transformed;
    private final Products inputs;
    private final Products results;

    /**
     * Makes the pass.
     *
     * @param channels of the inputs
     * @param rotated whether filters are rotated by 180 degrees: backward
     */
    WinogradStages(WinogradMaps maps, int channels, int outputs, boolean rotated, int capacity,
            Scratchpad scratch) {
        super(maps, channels, outputs, rotated, scratch);
        this.tiles = capacity * maps.tiles().perSample();
        this.tilesOfGroup = Math.ceilDiv(Math.ceilDiv(tiles, Math.ceilDiv(tiles, TILES_OF_GROUP)),
                5) * 5;
        this.chunk = Math.min(channels, CHANNELS);
        this.rows = scratch.integers("rows of products" + way,
                Lanes.padded(Lanes.every(tilesOfGroup, channels)));
        this.filters = new WinogradFilters(this, lanes.widest(), channels, scratch);
        this.transformed = transformed(scratch);
        int inputPlane = tilesOfGroup * channels + WinogradTile.CACHE_LINE_STRIDE;
        this.inputs = new Products(scratch.shared("transformed input",
                Layout.ALIGNMENT_OFFSET + (long) tile.products * inputPlane), inputPlane);
        // The last register tile of a product may write unused rows.
        int beyond = (int) Lanes.tiles(0, lanes.widest());
        int resultPlane = tilesOfGroup * lanes.lanes() + beyond / 8 * 8
                + WinogradTile.CACHE_LINE_STRIDE;
        this.results = new Products(scratch.shared("products",
                Layout.ALIGNMENT_OFFSET + (long) tile.products * resultPlane), resultPlane);
    }

    @Override
    List<Task> tasks(double[] from, double[] weights, Target target) {
        List<Task> tasks = new ArrayList<>();
        tasks.add(transform(filters, weights, transformed));
        for (int first = 0; first < tiles; first += tilesOfGroup) {
            tasks.add(inputs(from, first));
            tasks.add(products(first));
            tasks.add(outputs(target, first));
        }
        return List.copyOf(tasks);
    }

    /** Tiles of a batch from a first one on, of those of a group. */
    private int count(int first, int samples) {
        return Math.clamp((long) samples * maps.tiles().perSample() - first, 0, tilesOfGroup);
    }

    private Task inputs(double[] from, int first) {
        return Task.of(samples -> count(first, samples), TILES_OF_BLOCK,
                (begin, end, thread, _) -> {
                    work[thread][0] = maps.inputsAhead(from, first + begin, first + end);
                    for (int i = begin; i < end; i++) {
                        maps.input(from, first + i, 0, channels, inputs,
                                Layout.ALIGNMENT_OFFSET + i * channels, work[thread]);
                    }
                });
    }

    /** Multiplies; a block is one product of all tiles of the group. */
    private Task products(int first) {
        return Task.of(samples -> count(first, samples) == 0 ? 0 : tile.products, 1,
                (e, _, thread, samples) -> {
                    int count = count(first, samples);
                    for (LaneBlocks.Block block : lanes.blocks()) {
                        int y = Layout.ALIGNMENT_OFFSET + e * results.plane()
                                + tilesOfGroup * block.first();
                        Arrays.fill(results.values(), y, y + count * block.lanes(), 0.0);
                        for (int c = 0; c < channels; c += chunk) {
                            MicroKernels.gemm(Lanes.tileRows(block.vectors()), block.vectors(),
                                    count, inputs.values(), rows, 0,
                                    Layout.ALIGNMENT_OFFSET + e * inputs.plane() + c,
                                    Math.min(chunk, channels - c), transformed.values(),
                                    Layout.ALIGNMENT_OFFSET + e * transformed.plane()
                                            + channels * block.first() + c * block.lanes(),
                                    block.lanes(), results.values(),
                                    Lanes.adjacent(block.vectors()), 0, y);
                        }
                    }
                });
    }

    private Task outputs(Target target, int first) {
        return Task.of(samples -> count(first, samples), TILES_OF_BLOCK,
                (begin, end, thread, _) -> {
                    work[thread][0] = maps.outputsAhead(target.to(), first + begin, first + end);
                    for (int i = begin; i < end; i++) {
                        for (LaneBlocks.Block block : lanes.blocks()) {
                            maps.output(results,
                                    Layout.ALIGNMENT_OFFSET + tilesOfGroup * block.first()
                                            + i * block.lanes(),
                                    block, first + i, target, work[thread]);
                        }
                    }
                });
    }
}
