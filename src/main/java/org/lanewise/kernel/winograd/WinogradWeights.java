package org.lanewise.kernel.winograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
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
 * gradients, in their order; with several threads several groups may be computed at once and then
 * added.
 */
final class WinogradWeights {
    /** Tiles, channels and outputs whose rows of products stay in L2. */
    private static final int TILES_OF_GROUP = 64;
    private static final int CHANNELS = 64;
    private static final int OUTPUTS = 4 * Cpu.LINE / Double.BYTES;

    /** Fewer channels where filters are few, so that there are some eight blocks, or four. */
    private static final int FEWEST_CHANNELS = 16;
    private static final int FILTERS_OF_CHANNEL = 256;

    /** Most tiles that are transformed by one block. */
    private static final int TILES_OF_BLOCK = 4;

    /** Blocks of a task that there should be for each of more than two threads. */
    private static final int BLOCKS = 4;

    private final WinogradMaps maps;
    private final WinogradTile tile;
    private final int ic;
    private final int oc;
    private final int tiles;
    private final int tilesOfGroup;
    private final int together;
    private final int tilesOfBlock;
    private final int chunk;
    private final List<List<LaneBlocks.Block>> panels;
    private final LaneBlocks lanes;
    private final Pixels[] walks;
    private final int[] offsets;
    private final Products inputs;
    private final Products gradients;
    private final double[] bias;
    private final double[] taps;
    private final double[] groups;
    private final double[][] sums;
    private final double[][] rows;
    private final double[][] gradient;
    private final double[][] work;

    /** Makes the pass. */
    WinogradWeights(WinogradMaps maps, int channels, int oc, int capacity, Scratchpad scratch) {
        this.maps = maps;
        this.tile = maps.tiles().tile();
        this.ic = channels * tile.parts;
        this.oc = oc;
        this.tiles = capacity * maps.tiles().perSample();
        this.tilesOfGroup = Math.ceilDiv(tiles, Math.ceilDiv(tiles, TILES_OF_GROUP));
        this.chunk = Math.min(Lanes.roundUp(ic),
                Math.clamp(ic * oc / FILTERS_OF_CHANNEL / WinogradTile.CACHE_LINE_STRIDE
                        * WinogradTile.CACHE_LINE_STRIDE,
                        FEWEST_CHANNELS, CHANNELS));
        this.lanes = LaneBlocks.ofPixels(oc);
        this.panels = lanes.panels(OUTPUTS);
        int chunks = Math.ceilDiv(ic, chunk);
        int threads = scratch.threads();
        this.together = Math.clamp(together(scratch, ic, oc, chunks), 1,
                Math.ceilDiv(tiles, tilesOfGroup));
        this.tilesOfBlock = Math.clamp(together * tilesOfGroup / (BLOCKS * threads), 1,
                TILES_OF_BLOCK);
        this.walks = new Pixels[tilesOfGroup + 1];
        Arrays.setAll(walks, count -> new Pixels(count, chunk, 0));
        this.offsets = new int[tile.taps * chunk];
        Arrays.setAll(offsets, i -> i % tile.taps * chunk + i / tile.taps);
        int inputPlane = tilesOfGroup * chunk + WinogradTile.CACHE_LINE_STRIDE;
        this.inputs = new Products(scratch.doubles("transformed input of the weights",
                Element.ALIGNMENT_OFFSET + (long) together * chunks * tile.products * inputPlane),
                inputPlane);
        int gradientPlane = tilesOfGroup * lanes.lanes() + WinogradTile.CACHE_LINE_STRIDE;
        this.gradients = new Products(scratch.doubles("transformed output gradient",
                Element.ALIGNMENT_OFFSET + (long) together * tile.products * gradientPlane),
                gradientPlane);
        this.bias = scratch.doubles("bias gradient", lanes.lanes());
        long packed = (long) tile.taps * chunks * chunk * lanes.lanes();
        this.taps = scratch.doubles("packed weight gradient",
                tiles <= together * tilesOfGroup ? 0 : Element.ALIGNMENT_OFFSET + packed);
        this.groups = scratch.doubles("weight gradients of groups",
                together == 1 ? 0 : Element.ALIGNMENT_OFFSET + together * packed);
        this.sums = scratch.doublesPerThread("transformed weight gradient",
                Element.ALIGNMENT_OFFSET + (long) tile.alpha * sumPlane());
        this.rows = scratch.doublesPerThread("transformed rows of the weight gradient",
                Element.ALIGNMENT_OFFSET + (long) tile.r * tile.alpha * sumPlane());
        this.gradient = scratch.doublesPerThread("weight gradient of a group",
                Element.ALIGNMENT_OFFSET + (long) tile.taps * chunk * lanes.widest());
        this.work = scratch.doublesPerThread("a tile of the weights", tile.scratch());
    }

    /**
     * How many groups are computed at once: one for each of two threads where gradients are small, so that a
     * thread multiplies what it has transformed itself (24 -> 64 channels take as long as before in the fast phases
     * of a virtual machine of two cores, and 0.75 of it in its slow ones); with more threads as many as there should be blocks for.
     */
    private long together(Scratchpad scratch, int ic, int oc, int chunks) {
        int threads = scratch.threads();
        if (threads <= 2) {
            return (long) tile.taps * ic * oc <= Cpu.L2_TASK / Double.BYTES ? threads : 1;
        }
        // Transformed inputs are bounded as those of the forward pass are.
        long most = (long) Cpu.L3_INPUTS / Double.BYTES * scratch.pairs()
                / ((long) tilesOfGroup * ic * tile.products);
        return Math.min(most, (long) BLOCKS * threads / (chunks * panels.size()));
    }

    private int sumPlane() {
        return chunk * lanes.widest() + WinogradTile.CACHE_LINE_STRIDE;
    }

    /** Position of product e of some channels among the transformed inputs of a group. */
    private int input(int group, int channel, int e) {
        return Element.ALIGNMENT_OFFSET
                + ((group * Math.ceilDiv(ic, chunk) + channel / chunk) * tile.products + e)
                        * inputs.plane();
    }

    /** Position of product e of some outputs among the transformed gradients of a group. */
    private int gradient(int group, LaneBlocks.Block block, int e) {
        return Element.ALIGNMENT_OFFSET + (group * tile.products + e) * gradients.plane()
                + tilesOfGroup * block.first();
    }

    /** {@return what computes the pass} */
    List<Task> tasks(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        List<Task> tasks = new ArrayList<>();
        for (int first = 0; first < tiles; first += together * tilesOfGroup) {
            tasks.add(transforms(src, diffDst, first));
            tasks.add(products(diffWeights, diffBias, first));
            if (together > 1) {
                tasks.add(sums(diffWeights, diffBias, first));
            }
        }
        return List.copyOf(tasks);
    }

    /** Tiles of a batch from a first one on, of those that a task may have. */
    private int count(int first, int most, int samples) {
        return Math.clamp((long) samples * maps.tiles().perSample() - first, 0, most);
    }

    /** Groups of a task, of which a batch may have fewer. */
    private int groups(int first, int samples) {
        return Math.ceilDiv(count(first, together * tilesOfGroup, samples), tilesOfGroup);
    }

    /** Transforms inputs and gradients of some groups. */
    private Task transforms(double[] src, double[] diffDst, int first) {
        return Task.of(samples -> count(first, together * tilesOfGroup, samples), tilesOfBlock,
                (begin, end, thread, _) -> {
                    work[thread][0] = maps.inputsAhead(src, first + begin, first + end)
                            + maps.outputsAhead(diffDst, first + begin, first + end);
                    for (int t = begin; t < end; t++) {
                        int group = t / tilesOfGroup;
                        int i = t % tilesOfGroup;
                        for (int c = 0; c < ic; c += chunk) {
                            maps.input(src, first + t, c, Math.min(chunk, ic - c), inputs,
                                    input(group, c, 0) + i * chunk, work[thread]);
                        }
                        for (LaneBlocks.Block block : lanes.blocks()) {
                            maps.gradient(diffDst, first + t, block, gradients,
                                    gradient(group, block, 0) + i * block.lanes(), work[thread]);
                        }
                    }
                });
    }

    /** Makes the gradients of groups with respect to some channels of a panel of filters. */
    private Task products(double[] diffWeights, double[] diffBias, int first) {
        int chunks = Math.ceilDiv(ic, chunk);
        int blocks = panels.size() * chunks;
        return Task.of(samples -> groups(first, samples) * blocks, 1,
                (index, _, thread, samples) -> {
                    int group = index / blocks;
                    int channel = index % chunks * chunk;
                    int count = count(first + group * tilesOfGroup, tilesOfGroup, samples);
                    List<LaneBlocks.Block> panel = panels.get(index % blocks / chunks);
                    for (int b = 0; b < panel.size(); b++) {
                        LaneBlocks.Block block = panel.get(b);
                        for (int row = 0; row < tile.alpha; row++) {
                            addRow(group, block, channel, row, count, thread);
                        }
                        transformBack(block, channel, thread);
                        if (together > 1) {
                            keep(block, channel, groups, group, thread);
                        } else {
                            if (first > 0) {
                                add(block, channel, taps, 0, thread);
                            }
                            addBias(group, block, channel, count, first == 0, diffBias);
                            end(block, channel, diffWeights, first, samples, thread);
                        }
                    }
                });
    }

    /** Adds the gradients of groups up, in their order. */
    private Task sums(double[] diffWeights, double[] diffBias, int first) {
        int chunks = Math.ceilDiv(ic, chunk);
        int blocks = lanes.blocks().length;
        return Task.of(samples -> groups(first, samples) == 0 ? 0 : blocks * chunks, 1,
                (index, _, thread, samples) -> {
                    LaneBlocks.Block block = lanes.blocks()[index / chunks];
                    int channel = index % chunks * chunk;
                    System.arraycopy(first > 0 ? taps : groups, packed(block, channel, 0),
                            gradient[thread], Element.ALIGNMENT_OFFSET,
                            tile.taps * chunk * block.lanes());
                    for (int group = 0; group < groups(first, samples); group++) {
                        if (first > 0 || group > 0) {
                            add(block, channel, groups, group, thread);
                        }
                        addBias(group, block, channel,
                                count(first + group * tilesOfGroup, tilesOfGroup, samples),
                                first == 0 && group == 0, diffBias);
                    }
                    end(block, channel, diffWeights, first, samples, thread);
                });
    }

    /** Unpacks a gradient, or keeps it where more groups follow. */
    private void end(LaneBlocks.Block block, int channel, double[] diffWeights, int first,
            int samples, int thread) {
        if (count(first + together * tilesOfGroup, 1, samples) == 0) {
            unpack(block, channel, diffWeights, thread);
        } else {
            keep(block, channel, taps, 0, thread);
        }
    }

    /** Sums up a row of products, and transforms it. */
    private void addRow(int group, LaneBlocks.Block block, int channel, int row, int count,
            int thread) {
        int some = Math.min(chunk, ic - channel);
        double[] to = sums[thread];
        for (int column = 0; column < tile.alpha; column++) {
            int e = row * tile.alpha + column;
            int at = Element.ALIGNMENT_OFFSET + column * sumPlane();
            Arrays.fill(to, at, at + some * block.lanes(), 0.0);
            MicroKernels.pixelReduction(TileSizes.pixelReduction(block.vectors()),
                    block.vectors(), some, inputs.values(), input(group, channel, e), walks[count],
                    1,
                    gradients.values(),
                    gradient(group, block, e), block.lanes(), to, at, block.lanes());
        }
        tile.tapRow(some * block.vectors(), to, Element.ALIGNMENT_OFFSET, sumPlane(), rows[thread],
                Element.ALIGNMENT_OFFSET + tile.r * row * sumPlane(), sumPlane());
    }

    /** Transforms columns, which makes the gradients of a group by some weights. */
    private void transformBack(LaneBlocks.Block block, int channel, int thread) {
        int some = Math.min(chunk, ic - channel);
        tile.tapColumns(some * block.vectors(), rows[thread], Element.ALIGNMENT_OFFSET, sumPlane(),
                gradient[thread], Element.ALIGNMENT_OFFSET, chunk * block.lanes());
    }

    /** Position of a group's gradients with respect to some weights, in the order they are computed in. */
    private int packed(LaneBlocks.Block block, int channel, int group) {
        int chunks = Math.ceilDiv(ic, chunk);
        return Element.ALIGNMENT_OFFSET
                + tile.taps * ((group * chunks * chunk + channel) * lanes.lanes()
                        + chunk * block.first());
    }

    private void add(LaneBlocks.Block block, int channel, double[] from, int group, int thread) {
        Sums.addUp(from, packed(block, channel, group), 1, tile.taps * chunk * block.vectors(),
                gradient[thread], Element.ALIGNMENT_OFFSET);
    }

    private void keep(LaneBlocks.Block block, int channel, double[] to, int group, int thread) {
        System.arraycopy(gradient[thread], Element.ALIGNMENT_OFFSET, to,
                packed(block, channel, group), tile.taps * chunk * block.lanes());
    }

    private void unpack(LaneBlocks.Block block, int channel, double[] diffWeights, int thread) {
        int some = Math.min(chunk, ic - channel);
        int channels = ic / tile.parts;
        for (int lane = 0; lane < block.lanes(); lane += Lanes.COUNT) {
            int x = Element.ALIGNMENT_OFFSET + lane;
            int y = (block.first() + lane) * channels * tile.elements;
            int valid = Math.min(Lanes.COUNT, oc - block.first() - lane);
            if (tile.parts == 1) {
                Transpose.unpack(gradient[thread], x, offsets, block.lanes(), diffWeights,
                        y + channel * tile.taps, tile.taps * channels, valid, tile.taps * some);
                continue;
            }
            for (int i = 0; i < some * tile.taps; i++) {
                int c = channel + i / tile.taps;
                int tap = i % tile.taps;
                int part = c / channels;
                int row = tile.along(part / tile.across, tap / tile.r);
                int column = tile.along(part % tile.across, tap % tile.r);
                if (row < tile.window && column < tile.window) {
                    Transpose.unpack(gradient[thread],
                            x + (tap * chunk + i / tile.taps) * block.lanes(), offsets,
                            block.lanes(), diffWeights,
                            y + c % channels * tile.elements + row * tile.window + column,
                            tile.elements * channels, valid, 1);
                }
            }
        }
    }

    /** Adds the gradients of a group up: the product of point 1 twice is a tile's sum. */
    private void addBias(int group, LaneBlocks.Block block, int channel, int count, boolean fresh,
            double[] diffBias) {
        if (channel > 0 || diffBias == null) {
            return;
        }
        if (fresh) {
            Arrays.fill(bias, block.first(), block.first() + block.lanes(), 0.0);
        }
        Sums.addUp(gradients.values(), gradient(group, block, tile.sum()), count, block.vectors(),
                bias, block.first());
        System.arraycopy(bias, block.first(), diffBias, block.first(), block.valid(oc));
    }
}
