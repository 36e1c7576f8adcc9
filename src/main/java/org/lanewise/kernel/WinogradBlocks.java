package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.WinogradMaps.Target;

/**
 * A pass by Winograd's tiles where there are many: all filters are transformed once, and a piece is
 * a block of tiles that is transformed, multiplied product by product and transformed back, in
 * memory that stays near.
 */
final class WinogradBlocks implements WinogradPass {
    /**
     * Doubles of the products of a block and of their sums, 1.5 MB, as far as that is enough tiles to
     * read all filters for and not more than need be.
     */
    private static final int BLOCK = 3 << 16;
    private static final int FEWEST_TILES = 10;
    private static final int MOST_TILES = 40;

    private final WinogradMaps maps;
    private final WinogradTile tile;
    private final int channels;
    private final LaneBlocks lanes;
    private final int tilesOfBlock;
    private final int[] rows;
    private final WinogradFilters filters;
    private final double[] transformed;
    private final double[] zeros;
    private final double[][] products;
    private final double[][] results;
    private final double[][] work;

    /**
     * Makes the pass.
     *
     * @param maps where inputs and outputs stand
     * @param channels of the inputs
     * @param outputs channels of the outputs
     * @param turned whether this is the way back
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     */
    WinogradBlocks(WinogradMaps maps, int channels, int outputs, boolean turned, int capacity,
            Scratch scratch) {
        this.maps = maps;
        this.tile = maps.tiles().tile();
        this.channels = channels;
        this.lanes = LaneBlocks.of(outputs);
        this.tilesOfBlock = even(capacity * maps.tiles().perSample(),
                Math.clamp(BLOCK / (tile.products * (channels + outputs)), FEWEST_TILES,
                        MOST_TILES));
        int[] list = new int[tilesOfBlock];
        Arrays.setAll(list, i -> i * channels);
        String way = turned ? " of the way back" : "";
        this.rows = scratch.integers("rows of products" + way, Lanes.filledUp(list));
        this.filters = new WinogradFilters(tile, channels, outputs, turned, lanes.widest(),
                scratch, way);
        this.transformed = scratch.doubles("transformed weights" + way,
                Lanes.LEAD + (long) tile.products * filterPlane());
        this.zeros = scratch.doubles("no bias" + way, lanes.lanes());
        this.products = scratch.perThread("transformed input" + way,
                Lanes.LEAD + (long) tile.products * productPlane());
        this.results = scratch.perThread("products" + way,
                Lanes.LEAD + (long) tile.products * resultPlane());
        this.work = scratch.perThread("a tile" + way, tile.scratch());
    }

    /** Tiles of a block such that all blocks have about as many, in whole rows of registers. */
    private static int even(int all, int most) {
        int blocks = Math.ceilDiv(all, most);
        return Math.ceilDiv(Math.ceilDiv(all, blocks), 5) * 5;
    }

    private int filterPlane() {
        return channels * lanes.lanes() + WinogradTile.APART;
    }

    private int productPlane() {
        return tilesOfBlock * channels + WinogradTile.APART;
    }

    /** The last tile of registers of a plane may write rows that belong to nobody. */
    private int resultPlane() {
        int beyond = (int) Lanes.tiles(0, lanes.widest());
        return tilesOfBlock * lanes.lanes() + beyond / 8 * 8 + WinogradTile.APART;
    }

    @Override
    public List<Job> jobs(double[] from, double[] weights, double[] bias, boolean rectify,
            double[] rectified, double[] to) {
        Job transform = Job.of(samples -> lanes.blocks().length, (piece, thread, samples) -> {
            LaneBlocks.Block block = lanes.blocks()[piece];
            filters.columns(weights, block, 0, thread);
            for (int row = 0; row < tile.alpha; row++) {
                filters.row(row, block, 0, 0, channels, thread, transformed,
                        Lanes.LEAD + row * tile.alpha * filterPlane() + channels * block.first(),
                        filterPlane());
            }
        });
        Target target = new Target(bias == null ? zeros : bias, rectify ? 0.0 : Double.NaN,
                rectified, to);
        return List.of(transform, blocks(from, target));
    }

    private Job blocks(double[] from, Target target) {
        int perSample = maps.tiles().perSample();
        return Job.of(samples -> Math.ceilDiv(samples * perSample, tilesOfBlock),
                (piece, thread, samples) -> {
                    int first = piece * tilesOfBlock;
                    int count = Math.min(samples * perSample - first, tilesOfBlock);
                    double[] inputs = products[thread];
                    double[] sums = results[thread];
                    work[thread][0] = maps.inputsAhead(from, first, first + count)
                            + maps.outputsAhead(target.to(), first, first + count);
                    for (int i = 0; i < count; i++) {
                        maps.input(from, first + i, 0, channels, inputs, Lanes.LEAD + i * channels,
                                productPlane(), work[thread]);
                    }
                    for (int e = 0; e < tile.products; e++) {
                        multiply(inputs, e, count, sums);
                    }
                    for (int i = 0; i < count; i++) {
                        for (LaneBlocks.Block block : lanes.blocks()) {
                            maps.output(sums,
                                    Lanes.LEAD + tilesOfBlock * block.first() + i * block.lanes(),
                                    resultPlane(), block, first + i, target, work[thread]);
                        }
                    }
                });
    }

    private void multiply(double[] inputs, int e, int count, double[] sums) {
        for (LaneBlocks.Block block : lanes.blocks()) {
            int y = Lanes.LEAD + e * resultPlane() + tilesOfBlock * block.first();
            Arrays.fill(sums, y, y + count * block.lanes(), 0.0);
            MacroKernels.gemm(block.vectors(), inputs, rows, 0, count,
                    Lanes.LEAD + e * productPlane(), transformed,
                    Lanes.LEAD + e * filterPlane() + channels * block.first(),
                    channels, sums, y);
        }
    }
}
