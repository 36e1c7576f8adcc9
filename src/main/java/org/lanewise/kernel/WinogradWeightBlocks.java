package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.PixelTilesVector.Pixels;

/**
 * The pass by the weights where there are many tiles, which are transformed and multiplied block by
 * block.
 *
 * <p>Where sums are small, a piece is a chunk of tiles with sums of its own, which stay near, and the
 * chunks are added up in order. Else all blocks go into the same sums, one after the other, and a
 * piece is a part of a block: sums of many channels are too large to have several times.
 */
final class WinogradWeightBlocks implements WinogradWeights {
    private static final int E = Winograd4Vector.PRODUCTS;

    /** Planes of products must not stand on the same cache sets. */
    private static final int APART = 8;

    /**
     * Tiles that are transformed before they are multiplied: few where all sums stay in the second
     * cache beside them, more where sums come from farther away.
     */
    private static final int FEW_TILES = 24;
    private static final int SOME_TILES = 40;
    private static final int FEW_SUMS = 64 * 64;

    private static final int TILES_OF_PIECE = 4;

    /** Enough tiles that a chunk's way back, and its sums' way into the cache, weigh little. */
    private static final int TILES_OF_CHUNK = 256;
    private static final int MOST_CHUNKS = 4;

    private final WinogradMaps maps;
    private final int ic;
    private final int capacity;
    private final LaneBlocks lanes;
    private final int tilesOfBlock;
    private final int chunks;
    private final int tilesOfChunk;
    private final Pixels[] walks;
    private final int[] places;
    private final double[][] inputs;
    private final double[][] gradients;
    private final double[][] sums;
    private final double[] packed;
    private final double[] biasSums;
    private final double[][] work;

    WinogradWeightBlocks(WinogradMaps maps, int ic, int oc, int capacity, Scratch scratch) {
        this.maps = maps;
        this.ic = ic;
        this.capacity = capacity;
        this.lanes = LaneBlocks.ofPixels(oc);
        int all = capacity * maps.tiles().perSample();
        boolean small = ic * oc <= FEW_SUMS;
        this.tilesOfBlock = small ? FEW_TILES : SOME_TILES;
        this.chunks = small ? Math.clamp(all / TILES_OF_CHUNK, 1, MOST_CHUNKS) : 1;
        this.tilesOfChunk = Math.ceilDiv(Math.ceilDiv(all, chunks), tilesOfBlock) * tilesOfBlock;
        this.walks = new Pixels[tilesOfBlock + 1];
        Arrays.setAll(walks, count -> new Pixels(count, ic, 0));
        this.places = new int[9 * ic];
        Arrays.setAll(places, i -> i % 9 * ic + i / 9);
        this.inputs = blocks(scratch, "transformed input of the weights",
                Lanes.LEAD + (long) E * inputPlane() + Layout.SLACK);
        this.gradients = blocks(scratch, "transformed output gradient",
                Lanes.LEAD + (long) E * gradientPlane());
        this.sums = blocks(scratch, "transformed weight gradient",
                Lanes.LEAD + (long) E * sumPlane());
        this.packed = scratch.doubles("packed weight gradient",
                Lanes.LEAD + 9L * chunks * ic * lanes.lanes());
        this.biasSums = scratch.doubles("packed bias gradient", (long) chunks * lanes.lanes());
        this.work = scratch.perThread("a tile of the weights", Winograd4Vector.scratch());
    }

    private double[][] blocks(Scratch scratch, String name, long count) {
        return chunks == 1
                ? new double[][] {scratch.doubles(name, count)}
                : scratch.perThread(name, count);
    }

    private int inputPlane() {
        return tilesOfBlock * ic + APART;
    }

    private int gradientPlane() {
        return tilesOfBlock * lanes.lanes() + APART;
    }

    private int sumPlane() {
        return ic * lanes.lanes() + APART;
    }

    @Override
    public List<Job> jobs(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        List<Job> jobs = new ArrayList<>();
        if (chunks > 1) {
            jobs.add(overChunks(src, diffDst));
        } else {
            for (int first = 0; first < capacity
                    * maps.tiles().perSample(); first += tilesOfBlock) {
                jobs.add(transforming(src, diffDst, first));
                jobs.add(summing(first));
            }
        }
        jobs.add(Job.of(samples -> lanes.blocks().length, (piece, thread, samples) -> {
            if (chunks == 1) {
                transformBack(lanes.blocks()[piece], sums[0], 0, work[thread]);
            } else {
                addUp(lanes.blocks()[piece], samples);
            }
            unpack(lanes.blocks()[piece], diffWeights, diffBias);
        }));
        return List.copyOf(jobs);
    }

    private void transform(double[] src, double[] diffDst, int t, int i, double[] toInputs,
            double[] toGradients, double[] tile) {
        maps.input(src, t, 0, ic, toInputs,
                Lanes.LEAD + i * ic, inputPlane(), tile);
        for (LaneBlocks.Block block : lanes.blocks()) {
            maps.gradient(diffDst, t, block, toGradients,
                    Lanes.LEAD + block.first() * tilesOfBlock + i * block.lanes(),
                    gradientPlane(), tile);
        }
    }

    /** Adds the products {@code e} of some tiles to sums, which begin from 0 or go on. */
    private void add(double[] fromInputs, double[] fromGradients, int count, int e, boolean fresh,
            double[] to) {
        int sum = Lanes.LEAD + e * sumPlane();
        if (fresh) {
            Arrays.fill(to, sum, sum + sumPlane(), 0.0);
        }
        for (LaneBlocks.Block block : lanes.blocks()) {
            PixelTilesVector.multiply(block.vectors(), fromInputs, Lanes.LEAD + e * inputPlane(),
                    ic, walks[count], 1, fromGradients,
                    Lanes.LEAD + e * gradientPlane() + block.first() * tilesOfBlock, to,
                    sum + ic * block.first());
        }
    }

    /** Adds some tiles of transformed gradients up: the product of point 1 twice is a tile's sum. */
    private void addBias(double[] fromGradients, int count, int start, boolean fresh) {
        if (fresh) {
            Arrays.fill(biasSums, start, start + lanes.lanes(), 0.0);
        }
        int plane = Lanes.LEAD + Winograd4Vector.SUM * gradientPlane();
        for (LaneBlocks.Block block : lanes.blocks()) {
            SumsVector.addUp(fromGradients, plane + block.first() * tilesOfBlock, count,
                    block.vectors(), biasSums, start + block.first());
        }
    }

    /** Transforms and adds chunks of tiles, each into sums of its own. */
    private Job overChunks(double[] src, double[] diffDst) {
        return Job.of(samples -> Math.ceilDiv(samples * maps.tiles().perSample(), tilesOfChunk),
                (piece, thread, samples) -> {
                    int from = piece * tilesOfChunk;
                    int to = Math.min(samples * maps.tiles().perSample(), from + tilesOfChunk);
                    for (int first = from; first < to; first += tilesOfBlock) {
                        int count = Math.min(tilesOfBlock, to - first);
                        for (int i = 0; i < count; i++) {
                            transform(src, diffDst, first + i, i, inputs[thread], gradients[thread],
                                    work[thread]);
                        }
                        for (int e = 0; e < E; e++) {
                            add(inputs[thread], gradients[thread], count, e, first == from,
                                    sums[thread]);
                        }
                        addBias(gradients[thread], count, piece * lanes.lanes(), first == from);
                    }
                    for (LaneBlocks.Block block : lanes.blocks()) {
                        transformBack(block, sums[thread], piece, work[thread]);
                    }
                });
    }

    private int count(int first, int samples) {
        return Math.clamp((long) samples * maps.tiles().perSample() - first, 0, tilesOfBlock);
    }

    /** Transforms inputs and gradients of a block of tiles. */
    private Job transforming(double[] src, double[] diffDst, int first) {
        return Job.of(samples -> Math.ceilDiv(count(first, samples), TILES_OF_PIECE),
                (piece, thread, samples) -> {
                    int last = Math.min(count(first, samples), (piece + 1) * TILES_OF_PIECE);
                    for (int i = piece * TILES_OF_PIECE; i < last; i++) {
                        transform(src, diffDst, first + i, i, inputs[0], gradients[0],
                                work[thread]);
                    }
                });
    }

    /** Adds a block of tiles: a piece is a product, the last one is the bias. */
    private Job summing(int first) {
        return Job.of(samples -> count(first, samples) == 0 ? 0 : E + 1,
                (piece, thread, samples) -> {
                    int count = count(first, samples);
                    if (piece == E) {
                        addBias(gradients[0], count, 0, first == 0);
                    } else {
                        add(inputs[0], gradients[0], count, piece, first == 0, sums[0]);
                    }
                });
    }

    /** Where the gradients of a chunk by some of the weights stand. */
    private int packed(int chunk, LaneBlocks.Block block) {
        return Lanes.LEAD + 9 * ic * (chunk * lanes.lanes() + block.first());
    }

    private void transformBack(LaneBlocks.Block block, double[] from, int chunk, double[] tile) {
        int count = ic * block.lanes();
        int start = packed(chunk, block);
        for (int i = 0; i < count; i += Lanes.COUNT) {
            Winograd4Vector.filterGradient(from,
                    Lanes.LEAD + ic * block.first() + i, sumPlane(), packed, start + i,
                    count, tile);
        }
    }

    /** Adds what all chunks gave to what the first gave, in their order. */
    private void addUp(LaneBlocks.Block block, int samples) {
        int used = Math.ceilDiv(samples * maps.tiles().perSample(), tilesOfChunk);
        for (int chunk = 1; chunk < used; chunk++) {
            SumsVector.addUp(packed, packed(chunk, block), 1, 9 * ic * block.vectors(),
                    packed, packed(0, block));
            SumsVector.addUp(biasSums, chunk * lanes.lanes() + block.first(), 1, block.vectors(),
                    biasSums, block.first());
        }
    }

    private void unpack(LaneBlocks.Block block, double[] diffWeights, double[] diffBias) {
        int wide = block.lanes();
        for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
            PanelVector.unpack(packed, packed(0, block) + lane, places, wide, diffWeights,
                    (block.first() + lane) * 9 * ic, 9 * ic, Lanes.COUNT, 9 * ic);
        }
        if (diffBias != null) {
            System.arraycopy(biasSums, block.first(), diffBias, block.first(), wide);
        }
    }
}
