package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A convolution by Winograd's tiles, forward or back to the input, which is the same with filters
 * turned around and channels exchanged.
 *
 * <p>A block of tiles is transformed, multiplied with the transformed filters product by product,
 * and the results are transformed back. Where there are many tiles, a piece is such a block, in
 * memory that stays near; where all are one block, its three parts are cut into pieces, so that
 * several threads find work.
 */
final class WinogradForward {
    /**
     * Tiles of a block: few where all filters stay in the second cache beside them, more where
     * filters come from farther away.
     */
    private static final int FEW_TILES = 25;
    private static final int SOME_TILES = 40;
    private static final int FEW_FILTERS = 64 * 64;

    /** Up to so many tiles are one block. */
    private static final int ONE_BLOCK = 128;

    private static final int TILES_OF_PIECE = 8;

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
    private final boolean oneBlock;
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
        int all = capacity * tiles.perSample();
        this.oneBlock = all <= ONE_BLOCK;
        int most = channels * outputs <= FEW_FILTERS ? FEW_TILES : SOME_TILES;
        this.tilesOfBlock = oneBlock ? all : even(all, most);
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
        this.products = blocks(scratch, "transformed input" + way, productPlane());
        this.results = blocks(scratch, "products" + way, resultPlane());
        this.work = scratch.perThread("a tile" + way,
                Winograd4Vector.scratch() + 16L * lanes.widest());
    }

    private double[][] blocks(Scratch scratch, String name, int plane) {
        long count = Lanes.LEAD + (long) E * plane;
        return oneBlock
                ? new double[][] {scratch.doubles(name, count)}
                : scratch.perThread(name, count);
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

    /** The last tile of registers of a plane may write rows that belong to nobody. */
    private int resultPlane() {
        int beyond = (int) Lanes.tiles(0, lanes.widest());
        return tilesOfBlock * lanes.lanes() + beyond / 8 * 8 + APART;
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
        Target target = new Target(rectify ? 0.0 : Double.NaN, rectified, to);
        return oneBlock
                ? List.of(transform, inputs(from), multiplications(), outputs(target))
                : List.of(transform, blocks(from, target));
    }

    /**
     * Where outputs go and what follows them.
     *
     * @param floor outputs up to this are written as 0; NaN for none
     * @param rectified null, or outputs are 0 where it is not above 0
     * @param to overwritten
     */
    private record Target(double floor, double[] rectified, double[] to) {}

    private Job blocks(double[] from, Target target) {
        return new Job() {
            @Override
            public int pieces(int samples) {
                return Math.ceilDiv(samples * tiles.perSample(), tilesOfBlock);
            }

            @Override
            public void run(int piece, int thread, int samples) {
                int first = piece * tilesOfBlock;
                int count = Math.min(samples * tiles.perSample() - first, tilesOfBlock);
                double[] inputs = products[thread];
                double[] sums = results[thread];
                for (int i = 0; i < count; i++) {
                    input(from, first + i, inputs, i, work[thread]);
                }
                for (int e = 0; e < E; e++) {
                    multiply(inputs, e, count, sums);
                }
                for (int i = 0; i < count; i++) {
                    output(sums, i, first + i, target, work[thread]);
                }
            }
        };
    }

    private Job inputs(double[] from) {
        return new Job() {
            @Override
            public int pieces(int samples) {
                return Math.ceilDiv(samples * tiles.perSample(), TILES_OF_PIECE);
            }

            @Override
            public void run(int piece, int thread, int samples) {
                int last = Math.min(samples * tiles.perSample(), (piece + 1) * TILES_OF_PIECE);
                for (int t = piece * TILES_OF_PIECE; t < last; t++) {
                    input(from, t, products[0], t, work[thread]);
                }
            }
        };
    }

    private Job multiplications() {
        return Job.outputs(E,
                (e, samples) -> multiply(products[0], e, samples * tiles.perSample(), results[0]));
    }

    private Job outputs(Target target) {
        return new Job() {
            @Override
            public int pieces(int samples) {
                return Math.ceilDiv(samples * tiles.perSample(), TILES_OF_PIECE);
            }

            @Override
            public void run(int piece, int thread, int samples) {
                int last = Math.min(samples * tiles.perSample(), (piece + 1) * TILES_OF_PIECE);
                for (int t = piece * TILES_OF_PIECE; t < last; t++) {
                    output(results[0], t, t, target, work[thread]);
                }
            }
        };
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

    private void input(double[] from, int t, double[] inputs, int i, double[] tile) {
        Winograd4Vector.input(from, src.at(tiles.sample(t), 0, tiles.row(t) - top,
                tiles.column(t) - left), src.row(), channels, inputs, Lanes.LEAD + i * channels,
                productPlane(), tile);
    }

    private void multiply(double[] inputs, int e, int count, double[] sums) {
        for (LaneBlocks.Block block : lanes.blocks()) {
            int y = Lanes.LEAD + e * resultPlane() + tilesOfBlock * block.first();
            Arrays.fill(sums, y, y + count * block.lanes(), 0.0);
            RunTilesVector.multiply(block.vectors(), inputs, rows, 0, count,
                    Lanes.LEAD + e * productPlane(), filters,
                    Lanes.LEAD + e * filterPlane() + channels * block.first(), block.lanes(),
                    channels, sums, y);
        }
    }

    private void output(double[] sums, int i, int t, Target target, double[] tile) {
        int down = Math.min(Winograd4Vector.M, tiles.h() - tiles.row(t));
        int across = Math.min(Winograd4Vector.M, tiles.w() - tiles.column(t));
        for (LaneBlocks.Block block : lanes.blocks()) {
            int wide = block.lanes();
            int x = Lanes.LEAD + tilesOfBlock * block.first() + i * wide;
            int y = dst.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t));
            if (down == Winograd4Vector.M && across == Winograd4Vector.M) {
                Winograd4Vector.output(sums, x, resultPlane(), wide, begin, block.first(),
                        target.floor(), target.rectified(), target.to(), y, dst.row(),
                        dst.column(), tile);
            } else {
                int aside = Winograd4Vector.scratch();
                Winograd4Vector.output(sums, x, resultPlane(), wide, begin, block.first(),
                        target.floor(), null, tile, aside, Winograd4Vector.M * wide, wide, tile);
                copy(tile, aside, wide, down, across, target, y);
            }
        }
    }

    /** What lies within the map of a tile that reaches beyond it. */
    private void copy(double[] tile, int aside, int wide, int down, int across, Target target,
            int y) {
        for (int i = 0; i < down; i++) {
            for (int j = 0; j < across; j++) {
                int x = aside + (i * Winograd4Vector.M + j) * wide;
                int pixel = y + i * dst.row() + j * dst.column();
                if (target.rectified() == null) {
                    System.arraycopy(tile, x, target.to(), pixel, wide);
                } else {
                    SumsVector.storePixelWhereAboveZero(tile, x, wide, target.rectified(),
                            target.to(), pixel);
                }
            }
        }
    }
}
