package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.WinogradMaps.Target;

/**
 * A pass by Winograd's tiles where there are few: transformed filters would be many times what they
 * are multiplied with, so they are never written to memory. All inputs are transformed first; then a
 * piece is a group of tiles and a panel of outputs, which transforms the filters of some channels,
 * multiplies them at once, goes on with the next channels, and transforms back.
 */
final class WinogradPanels implements WinogradPass {
    /** Up to so many tiles a pass is computed so. */
    static final int MOST_TILES = 128;

    /** Tiles, channels and outputs whose inputs, filters and sums stay in the second cache. */
    private static final int TILES_OF_GROUP = 64;
    private static final int CHANNELS = 32;
    private static final int OUTPUTS = 64;

    private static final int TILES_OF_PIECE = 8;

    /** Planes of products must not stand on the same cache sets. */
    private static final int APART = 8;

    private static final int E = Winograd4Vector.PRODUCTS;

    private final WinogradMaps maps;
    private final int channels;
    private final int chunk;
    private final int tiles;
    private final int tilesOfGroup;
    private final int room;
    private final List<List<LaneBlocks.Block>> panels;
    private final int[] rows;
    private final WinogradFilters filters;
    private final double[] zeros;
    private final double[] inputs;
    private final double[][] packed;
    private final double[][] transformed;
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
    WinogradPanels(WinogradMaps maps, int channels, int outputs, boolean turned, int capacity,
            Scratch scratch) {
        this.maps = maps;
        this.channels = channels;
        this.chunk = Math.min(channels, CHANNELS);
        this.tiles = capacity * maps.tiles().perSample();
        int groups = Math.ceilDiv(tiles, TILES_OF_GROUP);
        this.tilesOfGroup = Math.ceilDiv(Math.ceilDiv(tiles, groups), 5) * 5;
        // The last tile of registers writes rows that belong to nobody.
        this.room = (int) Lanes.tiles(tilesOfGroup, 1) - Lanes.LEAD;
        LaneBlocks lanes = LaneBlocks.of(outputs);
        this.panels = lanes.panels(OUTPUTS);
        int[] list = new int[tiles];
        Arrays.setAll(list, i -> i * chunk);
        String way = turned ? " of the way back" : "";
        this.rows = scratch.integers("rows of products" + way, Lanes.filledUp(list));
        this.filters = new WinogradFilters(channels, outputs, turned, chunk);
        this.zeros = scratch.doubles("no bias" + way, lanes.lanes());
        this.inputs = scratch.doubles("transformed input" + way,
                Lanes.LEAD + (long) Math.ceilDiv(channels, chunk) * E * inputPlane());
        this.packed = scratch.perThread("packed weights" + way, filters.scratch(OUTPUTS));
        this.transformed = scratch.perThread("transformed weights" + way,
                Lanes.LEAD + (long) E * filterPlane());
        this.results = scratch.perThread("products" + way,
                Lanes.LEAD + (long) E * resultPlane());
        this.work = scratch.perThread("a tile" + way, WinogradMaps.scratch(lanes.widest()));
    }

    private int inputPlane() {
        return tiles * chunk + APART;
    }

    private int filterPlane() {
        return chunk * OUTPUTS + APART;
    }

    private int resultPlane() {
        return room * OUTPUTS + APART;
    }

    @Override
    public List<Job> jobs(double[] from, double[] weights, double[] bias, boolean rectify,
            double[] rectified, double[] to) {
        Target target = new Target(bias == null ? zeros : bias, rectify ? 0.0 : Double.NaN,
                rectified, to);
        return List.of(inputs(from), products(weights, target));
    }

    private Job inputs(double[] from) {
        int perSample = maps.tiles().perSample();
        return Job.of(samples -> Math.ceilDiv(samples * perSample, TILES_OF_PIECE),
                (piece, thread, samples) -> {
                    int last = Math.min(samples * perSample, (piece + 1) * TILES_OF_PIECE);
                    for (int t = piece * TILES_OF_PIECE; t < last; t++) {
                        for (int c = 0; c < channels; c += chunk) {
                            maps.input(from, t, c, Math.min(chunk, channels - c), inputs,
                                    input(c, 0) + t * chunk, inputPlane(), work[thread]);
                        }
                    }
                });
    }

    /** Where product e of some channels stands among the transformed inputs. */
    private int input(int channel, int e) {
        return Lanes.LEAD + (channel / chunk * E + e) * inputPlane();
    }

    private Job products(double[] weights, Target target) {
        int perSample = maps.tiles().perSample();
        return Job.of(samples -> panels.size() * Math.ceilDiv(samples * perSample, tilesOfGroup),
                (piece, thread, samples) -> {
                    List<LaneBlocks.Block> panel = panels.get(piece % panels.size());
                    int first = piece / panels.size() * tilesOfGroup;
                    int count = Math.min(samples * perSample - first, tilesOfGroup);
                    for (int c = 0; c < channels; c += chunk) {
                        int some = Math.min(chunk, channels - c);
                        for (int b = 0; b < panel.size(); b++) {
                            LaneBlocks.Block block = panel.get(b);
                            int lane = block.first() - panel.getFirst().first();
                            filters.transform(weights, block, c, some, transformed[thread],
                                    Lanes.LEAD + chunk * lane, filterPlane(), packed[thread],
                                    Lanes.LEAD, work[thread]);
                        }
                        for (int e = 0; e < E; e++) {
                            multiply(panel, c, some, e, first, count, thread);
                        }
                    }
                    for (int i = 0; i < count; i++) {
                        for (int b = 0; b < panel.size(); b++) {
                            LaneBlocks.Block block = panel.get(b);
                            int lane = block.first() - panel.getFirst().first();
                            maps.output(results[thread],
                                    Lanes.LEAD + room * lane + i * block.lanes(), resultPlane(),
                                    block, first + i, target, work[thread]);
                        }
                    }
                });
    }

    /** Adds product e of some channels to the sums of some tiles and a panel of outputs. */
    private void multiply(List<LaneBlocks.Block> panel, int channel, int some, int e, int first,
            int count, int thread) {
        double[] sums = results[thread];
        for (int b = 0; b < panel.size(); b++) {
            LaneBlocks.Block block = panel.get(b);
            int lane = block.first() - panel.getFirst().first();
            int y = Lanes.LEAD + e * resultPlane() + room * lane;
            if (channel == 0) {
                Arrays.fill(sums, y, y + count * block.lanes(), 0.0);
            }
            RunTilesVector.multiply(block.vectors(), inputs, rows, first, first + count,
                    input(channel, e), transformed[thread],
                    Lanes.LEAD + e * filterPlane() + chunk * lane, block.lanes(), some, sums, y);
        }
    }
}
