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
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * A pass by Winograd's tiles where they are few, or filters many and channels few: transformed filters
 * would be most of what moves, so they are never written to memory. The inputs of some groups of tiles are
 * transformed first; then a block is a group and a panel of outputs, which transforms its filters
 * row by row of products, multiplies each row at once, and in the end transforms back.
 */
final class WinogradPanels extends WinogradPass {
    /** Tiles, channels and outputs whose inputs, filters and sums stay in L2. */
    private static final int TILES_OF_GROUP = 64;
    private static final int FEWEST_TILES_OF_GROUP = 16;
    private static final int CHANNELS = 64;
    private static final int OUTPUTS = 4 * Cpu.LINE / Double.BYTES;

    /**
     * The least number of blocks of a task for each thread, of several groups if panels are few, as long
     * as their inputs are not too many elements for each pair of threads. No sum depends on it.
     */
    private static final int BLOCKS = 4;
    private static final int MOST_INPUTS = Cpu.L3_INPUTS / Double.BYTES;

    /** Most tiles whose inputs are transformed by one block. */
    private static final int TILES_OF_BLOCK = 8;

    private final int chunk;
    private final int tiles;
    private final int tilesOfGroup;
    private final int tilesOfJob;
    private final int tilesOfBlock;
    private final int room;
    private final List<List<LaneBlocks.Block>> panels;
    private final int[] rows;
    private final WinogradFilters filters;
    private final Products inputs;
    private final Products[] transformed;
    private final Products[] results;

    /**
     * Makes the pass.
     *
     * @param channels of the inputs
     * @param rotated whether filters are rotated by 180 degrees: backward
     */
    WinogradPanels(WinogradMaps maps, int channels, int outputs, boolean rotated, int capacity,
            Scratchpad scratch) {
        super(maps, channels, outputs, rotated, scratch);
        this.chunk = Math.min(Lanes.roundUp(channels), CHANNELS);
        this.tiles = capacity * maps.tiles().perSample();
        this.panels = lanes.panels(OUTPUTS);
        this.tilesOfGroup = tilesOfGroup(scratch.threads());
        int groups = Math.ceilDiv(tiles, tilesOfGroup);
        // The last register tile writes unused rows.
        this.room = (int) Lanes.tiles(tilesOfGroup, 1) - Element.ALIGNMENT_OFFSET;
        int pairs = scratch.pairs();
        long mostGroups = (long) MOST_INPUTS * pairs / (tilesOfGroup * channels * tile.products);
        int groupsOfJob = Math.clamp(2L * BLOCKS * pairs / panels.size(), 1,
                Math.clamp(mostGroups, 1, groups));
        this.tilesOfJob = tilesOfGroup * groupsOfJob;
        this.tilesOfBlock = Math.clamp(tilesOfJob / (2 * BLOCKS * pairs), 1, TILES_OF_BLOCK);
        this.rows = scratch.integers("rows of products" + way,
                Lanes.padded(Lanes.every(tilesOfJob, chunk)));
        this.filters = new WinogradFilters(this, OUTPUTS, chunk, scratch);
        int inputPlane = tilesOfJob * chunk + WinogradTile.CACHE_LINE_STRIDE;
        this.inputs = new Products(scratch.doubles("transformed input" + way,
                Element.ALIGNMENT_OFFSET
                        + (long) Math.ceilDiv(channels, chunk) * tile.products * inputPlane),
                inputPlane);
        this.transformed = perThread("transformed weights", scratch,
                chunk * OUTPUTS + WinogradTile.CACHE_LINE_STRIDE, tile.alpha);
        this.results = perThread("products", scratch,
                room * OUTPUTS + WinogradTile.CACHE_LINE_STRIDE, tile.products);
    }

    /**
     * As many tiles as make a pass shortest by a count of multiply-adds: each group transforms all filters
     * anew, but few groups leave threads idle. No sum depends on it.
     */
    private int tilesOfGroup(int threads) {
        int best = 0;
        long least = Long.MAX_VALUE;
        for (int most = TILES_OF_GROUP; most >= FEWEST_TILES_OF_GROUP; most /= 2) {
            int groups = Math.ceilDiv(tiles, most);
            int each = Math.ceilDiv(Math.ceilDiv(tiles, groups), 5) * 5;
            long cost = Math.ceilDiv(groups * panels.size(), threads)
                    * ((long) each * tile.products + tile.filter);
            if (cost < least) {
                best = each;
                least = cost;
            }
        }
        return best;
    }

    @Override
    List<Task> tasks(double[] from, double[] weights, Target target) {
        List<Task> tasks = new ArrayList<>();
        for (int first = 0; first < tiles; first += tilesOfJob) {
            tasks.add(inputs(from, first));
            tasks.add(products(weights, target, first));
        }
        return List.copyOf(tasks);
    }

    /** Tiles of a batch from a first one on, of those that a task may have. */
    private int count(int first, int samples) {
        return Math.clamp((long) samples * maps.tiles().perSample() - first, 0, tilesOfJob);
    }

    /** Transforms the inputs of some groups. */
    private Task inputs(double[] from, int first) {
        return Task.of(samples -> count(first, samples), tilesOfBlock,
                (begin, end, thread, _) -> {
                    work[thread][0] = maps.inputsAhead(from, first + begin, first + end);
                    for (int i = begin; i < end; i++) {
                        for (int c = 0; c < channels; c += chunk) {
                            maps.input(from, first + i, c, Math.min(chunk, channels - c), inputs,
                                    input(c, 0) + i * chunk, work[thread]);
                        }
                    }
                });
    }

    /** Position of product e of some channels among the transformed inputs. */
    private int input(int channel, int e) {
        return Element.ALIGNMENT_OFFSET + (channel / chunk * tile.products + e) * inputs.plane();
    }

    /** Multiplies groups by panels of filters, and transforms back. */
    private Task products(double[] weights, Target target, int first) {
        return Task.of(
                samples -> Math.ceilDiv(count(first, samples), tilesOfGroup) * panels.size(), 1,
                (index, _, thread, samples) -> {
                    List<LaneBlocks.Block> panel = panels.get(index % panels.size());
                    int from = index / panels.size() * tilesOfGroup;
                    int count = Math.min(count(first, samples) - from, tilesOfGroup);
                    for (int b = 0; b < panel.size(); b++) {
                        filters.columns(weights, panel.get(b), lane(panel, b), thread);
                    }
                    for (int row = 0; row < tile.alpha; row++) {
                        for (int c = 0; c < channels; c += chunk) {
                            multiply(panel, row, c, from, count, thread);
                        }
                    }
                    for (int i = 0; i < count; i++) {
                        for (int b = 0; b < panel.size(); b++) {
                            LaneBlocks.Block block = panel.get(b);
                            maps.output(results[thread],
                                    Element.ALIGNMENT_OFFSET + room * lane(panel, b)
                                            + i * block.lanes(),
                                    block, first + from + i, target, work[thread]);
                        }
                    }
                });
    }

    /** How many outputs of a panel precede one of its blocks. */
    private static int lane(List<LaneBlocks.Block> panel, int block) {
        return panel.get(block).first() - panel.getFirst().first();
    }

    /** Adds a row of products of some channels to the sums of some tiles and a panel of outputs. */
    private void multiply(List<LaneBlocks.Block> panel, int row, int channel, int from, int count,
            int thread) {
        int some = Math.min(chunk, channels - channel);
        Products filter = transformed[thread];
        Products sums = results[thread];
        for (int b = 0; b < panel.size(); b++) {
            LaneBlocks.Block block = panel.get(b);
            int w = Element.ALIGNMENT_OFFSET + chunk * lane(panel, b);
            filters.row(row, block, lane(panel, b), channel, thread, filter, w);
            for (int column = 0; column < tile.alpha; column++) {
                int e = row * tile.alpha + column;
                int y = Element.ALIGNMENT_OFFSET + e * sums.plane() + room * lane(panel, b);
                if (channel == 0) {
                    Arrays.fill(sums.values(), y, y + count * block.lanes(), 0.0);
                }
                MicroKernels.gemm(Lanes.tileRows(block.vectors()), block.vectors(), count,
                        inputs.values(), rows, from, input(channel, e), some, filter.values(),
                        w + column * filter.plane(), block.lanes(), sums.values(),
                        Lanes.adjacent(block.vectors()), 0, y);
            }
        }
    }
}
