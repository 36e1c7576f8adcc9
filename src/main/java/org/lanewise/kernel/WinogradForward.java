package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A convolution by Winograd's tiles, forward or back to the input, which is the same with filters
 * turned around and channels exchanged.
 *
 * <p>A piece is a block of tiles: its inputs are transformed, multiplied with the transformed
 * filters product by product, and the results transformed back, all in memory that stays near.
 */
final class WinogradForward {
    /**
     * Tiles of a block: few where all filters stay in the second cache beside them, many where
     * filters come from farther away.
     */
    private static final int FEW_TILES = 25;
    private static final int MANY_TILES = 80;
    private static final int FEW_FILTERS = 64 * 64;

    /** Planes of products must not stand on the same cache sets. */
    private static final int APART = 8;

    private static final int E = Winograd4Vector.PRODUCTS;

    private final WinogradTiles tiles;
    private final Layout src;
    private final Layout dst;
    private final int top;
    private final int left;
    private final int channels;
    private final int outputs;
    private final boolean turned;
    private final LaneBlocks lanes;
    private final int tilesOfBlock;
    private final int[] rows;
    private final int[] places;
    private final double[] packed;
    private final double[] filters;
    private final double[] begin;
    private final double[][] products;
    private final double[][] results;
    private final double[][] work;

    /**
     * Makes the pass.
     *
     * @param tiles of the outputs
     * @param top rows between the first output and the first input that it reads
     * @param left the same for columns
     * @param src where inputs stand
     * @param dst where outputs go
     * @param channels of the inputs
     * @param outputs channels of the outputs
     * @param turned whether this is the way back: filters stand as (input, output) and are turned
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     */
    WinogradForward(WinogradTiles tiles, int top, int left, Layout src, Layout dst, int channels,
            int outputs, boolean turned, int capacity, Scratch scratch) {
        this.tiles = tiles;
        this.top = top;
        this.left = left;
        this.src = src;
        this.dst = dst;
        this.channels = channels;
        this.outputs = outputs;
        this.turned = turned;
        this.lanes = LaneBlocks.of(outputs);
        this.tilesOfBlock = even(capacity * tiles.perSample(),
                channels * outputs <= FEW_FILTERS ? FEW_TILES : MANY_TILES);
        int[] list = new int[tilesOfBlock];
        Arrays.setAll(list, i -> i * channels);
        String way = turned ? " of the way back" : "";
        this.rows = scratch.integers("rows of products" + way, Lanes.filledUp(list));
        this.places = new int[turned ? 9 : 9 * channels];
        Arrays.setAll(places, i -> turned
                ? (8 - i) * channels
                : i % 9 * channels + i / 9);
        this.packed = scratch.doubles("packed weights" + way,
                Lanes.LEAD + 9L * channels * lanes.lanes());
        this.filters = scratch.doubles("transformed weights" + way,
                Lanes.LEAD + (long) E * filterPlane());
        this.begin = scratch.doubles("packed bias" + way, lanes.lanes());
        this.products = scratch.perThread("transformed input" + way,
                Lanes.LEAD + (long) E * productPlane());
        this.results = scratch.perThread("products" + way,
                Lanes.LEAD + (long) E * resultPlane());
        this.work = scratch.perThread("a tile" + way,
                Winograd4Vector.scratch() + 16L * lanes.widest());
    }

    /** Tiles of a block such that all blocks have about as many, in whole rows of registers. */
    private static int even(int all, int most) {
        int blocks = Math.ceilDiv(all, most);
        return Math.ceilDiv(Math.ceilDiv(all, blocks), 5) * 5;
    }

    private int filterPlane() {
        return channels * lanes.lanes() + APART;
    }

    private int productPlane() {
        return tilesOfBlock * channels + APART;
    }

    private int resultPlane() {
        return (int) (Lanes.tiles(tilesOfBlock, lanes.widest()) + Lanes.COUNT) / 8 * 8 + APART;
    }

    /**
     * {@return what computes the pass}
     *
     * @param from read
     * @param weights read
     * @param bias read; null for none
     * @param rectify whether outputs are those of a ReLU
     * @param rectified read at the places of outputs, which are 0 where it is not above 0; null for
     *        none
     * @param to overwritten
     */
    List<Job> jobs(double[] from, double[] weights, double[] bias, boolean rectify,
            double[] rectified, double[] to) {
        Job transform = new Job() {
            @Override
            public int pieces(int samples) {
                return lanes.blocks().length;
            }

            @Override
            public void run(int piece, int thread, int samples) {
                transform(lanes.blocks()[piece], weights, bias, work[thread]);
            }
        };
        Job multiply = new Job() {
            @Override
            public int pieces(int samples) {
                return Math.ceilDiv(samples * tiles.perSample(), tilesOfBlock);
            }

            @Override
            public void run(int piece, int thread, int samples) {
                int first = piece * tilesOfBlock;
                int last = Math.min(samples * tiles.perSample(), first + tilesOfBlock);
                block(from, rectify, rectified, to, first, last, thread);
            }
        };
        return List.of(transform, multiply);
    }

    private void transform(LaneBlocks.Block block, double[] weights, double[] bias,
            double[] tile) {
        int wide = block.lanes();
        int start = Lanes.LEAD + 9 * channels * block.first();
        if (turned) {
            for (int k = 0; k < channels; k++) {
                for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
                    PanelVector.pack(weights, (k * outputs + block.first() + lane) * 9, 9,
                            Lanes.COUNT, 9, packed, start + k * wide + lane, places, wide);
                }
            }
        } else {
            for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
                PanelVector.pack(weights, (block.first() + lane) * channels * 9, channels * 9,
                        Lanes.COUNT, channels * 9, packed, start + lane, places, wide);
            }
        }
        int to = Lanes.LEAD + channels * block.first();
        for (int i = 0; i < channels * wide; i += Lanes.COUNT) {
            Winograd4Vector.filter(packed, start + i, channels * wide, filters, to + i,
                    filterPlane(), tile);
        }
        if (bias != null) {
            System.arraycopy(bias, block.first(), begin, block.first(), wide);
        }
    }

    private void block(double[] from, boolean rectify, double[] rectified, double[] to, int first,
            int last, int thread) {
        double[] inputs = products[thread];
        double[] sums = results[thread];
        double[] tile = work[thread];
        int count = last - first;
        for (int i = 0; i < count; i++) {
            int t = first + i;
            Winograd4Vector.input(from, src.at(tiles.sample(t), 0, tiles.row(t) - top,
                    tiles.column(t) - left), src.row(), channels, inputs,
                    Lanes.LEAD + i * channels, productPlane(), tile);
        }
        for (LaneBlocks.Block block : lanes.blocks()) {
            int wide = block.lanes();
            for (int e = 0; e < E; e++) {
                int y = Lanes.LEAD + e * resultPlane();
                Arrays.fill(sums, y, y + count * wide, 0.0);
                RunTilesVector.multiply(block.vectors(), inputs, rows, 0, count,
                        Lanes.LEAD + e * productPlane(), filters,
                        Lanes.LEAD + e * filterPlane() + channels * block.first(), wide, channels,
                        sums, y);
            }
            for (int i = 0; i < count; i++) {
                Winograd4Vector.output(sums, Lanes.LEAD + i * wide, resultPlane(), wide, tile,
                        Winograd4Vector.scratch(), tile);
                store(tile, block, first + i, rectify, rectified, to);
            }
        }
    }

    private void store(double[] tile, LaneBlocks.Block block, int t, boolean rectify,
            double[] rectified, double[] to) {
        int down = Math.min(Winograd4Vector.M, tiles.h() - tiles.row(t));
        int across = Math.min(Winograd4Vector.M, tiles.w() - tiles.column(t));
        for (int i = 0; i < down; i++) {
            for (int j = 0; j < across; j++) {
                int x = Winograd4Vector.scratch() + (i * Winograd4Vector.M + j) * block.lanes();
                int y = dst.at(tiles.sample(t), block.first(), tiles.row(t) + i,
                        tiles.column(t) + j);
                if (rectified == null) {
                    SumsVector.storePixel(tile, x, block.lanes(), begin, block.first(), to, y,
                            rectify);
                } else {
                    SumsVector.storePixelWhereAboveZero(tile, x, block.lanes(), rectified, to, y);
                }
            }
        }
    }
}
