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
import org.lanewise.kernel.gemm.Pixels;
import org.lanewise.kernel.gemm.TileSizes;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The gradient with respect to the weights by Winograd's tiles:
 * {@code dG = G^T [sum over tiles of (B^T d B) * (A dY A^T)] G}. Rows of sums are input channels,
 * lanes are output channels, and a sum runs over tiles.
 *
 * <p>Inputs and gradients of a group of tiles are transformed first; then a block is some input
 * channels and a panel of outputs, whose sums are computed and transformed back row by row of
 * products: all of them together would be most of the memory traffic. Groups are added up as
 * gradients, in their order.
 */
final class WinogradWeights {
    /** Tiles, channels and outputs whose rows of products stay in L2. */
    private static final int TILES_OF_GROUP = 64;
    private static final int CHANNELS = 64;
    private static final int OUTPUTS = 32;

    /** Fewer channels where filters are few, so that there are some eight blocks, or four. */
    private static final int FEWEST_CHANNELS = 16;
    private static final int FILTERS_OF_CHANNEL = 256;

    private static final int TILES_OF_BLOCK = 4;

    private final WinogradMaps maps;
    private final WinogradTile tile;
    private final int ic;
    private final int tiles;
    private final int tilesOfGroup;
    private final int chunk;
    private final List<List<LaneBlocks.Block>> panels;
    private final LaneBlocks lanes;
    private final Pixels[] walks;
    private final int[] offsets;
    private final Products inputs;
    private final Products gradients;
    private final double[] taps;
    private final double[][] sums;
    private final double[][] rows;
    private final double[][] gradient;
    private final double[][] work;

    /** Makes the pass. */
    WinogradWeights(WinogradMaps maps, int ic, int oc, int capacity, Scratchpad scratch) {
        this.maps = maps;
        this.tile = maps.tiles().tile();
        this.ic = ic;
        this.tiles = capacity * maps.tiles().perSample();
        this.tilesOfGroup = Math.ceilDiv(tiles, Math.ceilDiv(tiles, TILES_OF_GROUP));
        this.chunk = Math.min(ic, Math.clamp(ic * oc / FILTERS_OF_CHANNEL / 8 * 8,
                FEWEST_CHANNELS, CHANNELS));
        this.lanes = LaneBlocks.ofPixels(oc);
        this.panels = lanes.panels(OUTPUTS);
        this.walks = new Pixels[tilesOfGroup + 1];
        Arrays.setAll(walks, count -> new Pixels(count, chunk, 0));
        this.offsets = new int[9 * chunk];
        Arrays.setAll(offsets, i -> i % 9 * chunk + i / 9);
        int inputPlane = tilesOfGroup * chunk + WinogradTile.CACHE_LINE_STRIDE;
        this.inputs = new Products(scratch.doubles("transformed input of the weights",
                Layout.ALIGNMENT_OFFSET
                        + (long) Math.ceilDiv(ic, chunk) * tile.products * inputPlane),
                inputPlane);
        int gradientPlane = tilesOfGroup * lanes.lanes() + WinogradTile.CACHE_LINE_STRIDE;
        this.gradients = new Products(scratch.doubles("transformed output gradient",
                Layout.ALIGNMENT_OFFSET + (long) tile.products * gradientPlane), gradientPlane);
        this.taps = scratch.doubles("packed weight gradient", tiles == tilesOfGroup
                ? 0
                : Layout.ALIGNMENT_OFFSET + 9L * Math.ceilDiv(ic, chunk) * chunk * lanes.lanes());
        this.sums = scratch.perThread("transformed weight gradient",
                Layout.ALIGNMENT_OFFSET + (long) tile.alpha * sumPlane());
        this.rows = scratch.perThread("transformed rows of the weight gradient",
                Layout.ALIGNMENT_OFFSET + 3L * tile.alpha * sumPlane());
        this.gradient = scratch.perThread("weight gradient of a group",
                Layout.ALIGNMENT_OFFSET + 9L * chunk * lanes.widest());
        this.work = scratch.perThread("a tile of the weights", tile.scratch());
    }

    private int sumPlane() {
        return chunk * lanes.widest() + WinogradTile.CACHE_LINE_STRIDE;
    }

    /** Position of product e of some channels among the transformed inputs. */
    private int input(int channel, int e) {
        return Layout.ALIGNMENT_OFFSET + (channel / chunk * tile.products + e) * inputs.plane();
    }

    /** Position of product e of some outputs among the transformed gradients. */
    private int gradient(LaneBlocks.Block block, int e) {
        return Layout.ALIGNMENT_OFFSET + e * gradients.plane() + tilesOfGroup * block.first();
    }

    /** {@return what computes the pass} */
    List<Task> tasks(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        List<Task> tasks = new ArrayList<>();
        for (int first = 0; first < tiles; first += tilesOfGroup) {
            tasks.add(transforms(src, diffDst, first));
            tasks.add(products(diffWeights, diffBias, first));
        }
        return List.copyOf(tasks);
    }

    /** Tiles of a group that a batch has. */
    private int count(int first, int samples) {
        return Math.clamp((long) samples * maps.tiles().perSample() - first, 0, tilesOfGroup);
    }

    /** Transforms inputs and gradients of a group. */
    private Task transforms(double[] src, double[] diffDst, int first) {
        return Task.of(samples -> count(first, samples), TILES_OF_BLOCK,
                (begin, end, thread, _) -> {
                    work[thread][0] = maps.inputsAhead(src, first + begin, first + end)
                            + maps.outputsAhead(diffDst, first + begin, first + end);
                    for (int i = begin; i < end; i++) {
                        for (int c = 0; c < ic; c += chunk) {
                            maps.input(src, first + i, c, Math.min(chunk, ic - c), inputs,
                                    input(c, 0) + i * chunk, work[thread]);
                        }
                        for (LaneBlocks.Block block : lanes.blocks()) {
                            maps.gradient(diffDst, first + i, block, gradients,
                                    gradient(block, 0) + i * block.lanes(), work[thread]);
                        }
                    }
                });
    }

    /** Makes the gradients of a group by some channels of a panel of filters, and adds them up. */
    private Task products(double[] diffWeights, double[] diffBias, int first) {
        int chunks = Math.ceilDiv(ic, chunk);
        return Task.of(samples -> count(first, samples) == 0 ? 0 : panels.size() * chunks, 1,
                (index, _, thread, samples) -> {
                    List<LaneBlocks.Block> panel = panels.get(index / chunks);
                    int channel = index % chunks * chunk;
                    int count = count(first, samples);
                    for (int b = 0; b < panel.size(); b++) {
                        LaneBlocks.Block block = panel.get(b);
                        for (int row = 0; row < tile.alpha; row++) {
                            addRow(block, channel, row, count, thread);
                        }
                        transformBack(block, channel, thread);
                        if (first > 0) {
                            addGroups(block, channel, thread);
                        }
                        if (count(first + tilesOfGroup, samples) == 0) {
                            unpack(block, channel, diffWeights, thread);
                        } else {
                            keep(block, channel, thread);
                        }
                        if (channel == 0 && diffBias != null) {
                            addBias(block, count, first == 0, diffBias);
                        }
                    }
                });
    }

    /** Sums up a row of products, and transforms it. */
    private void addRow(LaneBlocks.Block block, int channel, int row, int count, int thread) {
        int some = Math.min(chunk, ic - channel);
        double[] to = sums[thread];
        for (int column = 0; column < tile.alpha; column++) {
            int e = row * tile.alpha + column;
            int at = Layout.ALIGNMENT_OFFSET + column * sumPlane();
            Arrays.fill(to, at, at + some * block.lanes(), 0.0);
            MicroKernels.pixelReduction(TileSizes.pixelReduction(block.vectors()),
                    block.vectors(), some, inputs.values(), input(channel, e), walks[count], 1,
                    gradients.values(),
                    gradient(block, e), block.lanes(), to, at, block.lanes());
        }
        tile.tapRow(some * block.vectors(), to, Layout.ALIGNMENT_OFFSET, sumPlane(), rows[thread],
                Layout.ALIGNMENT_OFFSET + 3 * row * sumPlane(), sumPlane());
    }

    /** Transforms columns, which makes the gradients of a group by some weights. */
    private void transformBack(LaneBlocks.Block block, int channel, int thread) {
        int some = Math.min(chunk, ic - channel);
        tile.tapColumns(some * block.vectors(), rows[thread], Layout.ALIGNMENT_OFFSET, sumPlane(),
                gradient[thread], Layout.ALIGNMENT_OFFSET, chunk * block.lanes());
    }

    /** Position of the previous groups' gradients with respect to some weights. */
    private int taps(LaneBlocks.Block block, int channel) {
        return Layout.ALIGNMENT_OFFSET + 9 * (channel * lanes.lanes() + chunk * block.first());
    }

    private void addGroups(LaneBlocks.Block block, int channel, int thread) {
        Sums.addUp(taps, taps(block, channel), 1, 9 * chunk * block.vectors(),
                gradient[thread], Layout.ALIGNMENT_OFFSET);
    }

    private void keep(LaneBlocks.Block block, int channel, int thread) {
        System.arraycopy(gradient[thread], Layout.ALIGNMENT_OFFSET, taps, taps(block, channel),
                9 * chunk * block.lanes());
    }

    private void unpack(LaneBlocks.Block block, int channel, double[] diffWeights, int thread) {
        int some = Math.min(chunk, ic - channel);
        for (int lane = 0; lane < block.lanes(); lane += Lanes.COUNT) {
            Transpose.unpack(gradient[thread], Layout.ALIGNMENT_OFFSET + lane, offsets,
                    block.lanes(),
                    diffWeights, ((block.first() + lane) * ic + channel) * 9, 9 * ic,
                    Lanes.COUNT, 9 * some);
        }
    }

    /** Adds the gradients of a group up: the product of point 1 twice is a tile's sum. */
    private void addBias(LaneBlocks.Block block, int count, boolean fresh, double[] diffBias) {
        if (fresh) {
            Arrays.fill(diffBias, block.first(), block.first() + block.lanes(), 0.0);
        }
        Sums.addUp(gradients.values(), gradient(block, tile.sum()), count, block.vectors(),
                diffBias,
                block.first());
    }
}
