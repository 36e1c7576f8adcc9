package org.lanewise.kernel.winograd;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * A convolution by Winograd's tiles, forward or back to the input, which is the same with filters
 * turned around and channels exchanged.
 */
abstract sealed class WinogradPass permits WinogradBlocks, WinogradPanels,
        WinogradStages {
    /** With at most so many tiles, it does not pay to write transformed filters to memory. */
    private static final int FEW_TILES = 40;

    /** Elements of transformed filters that may be read again for every block of tiles. */
    private static final long MOST_FILTERS = Cpu.L3_FILTERS / Double.BYTES;

    /**
     * From so many channels on, matrix multiplications of whole groups take less than panels, whose time
     * is 1 (forward, 64 tiles): 0.7 with 512 -> 512 channels, 0.9 with 256 -> 256, 1.1 with 192 -> 192.
     */
    private static final int CHANNELS_OF_STAGES = 256;

    final WinogradMaps maps;
    final WinogradTile tile;
    final int channels;
    final int outputs;
    final LaneBlocks lanes;
    /** Whether filters are stored as (input, output) and rotated by 180 degrees: backward. */
    final boolean rotated;
    /** Added to the names of working memory. */
    final String way;
    private final double[] zeros;
    final double[][] work;

    WinogradPass(WinogradMaps maps, int channels, int outputs, boolean rotated,
            Scratchpad scratch) {
        this.maps = maps;
        this.tile = maps.tiles().tile();
        this.channels = channels;
        this.outputs = outputs;
        this.lanes = LaneBlocks.of(outputs);
        this.rotated = rotated;
        this.way = rotated ? ", backward" : "";
        this.zeros = scratch.doubles("no bias" + way, lanes.lanes());
        this.work = scratch.doublesPerThread("a tile" + way, tile.scratch());
    }

    /** Transforms all filters; a block is one of outputs. */
    final Task filters(WinogradGroup group, double[] weights) {
        return Task.of(_ -> lanes.blocks().length, 1, (index, _, thread, _) -> group
                .filters(weights, lanes.blocks()[index], thread));
    }

    /** Products of each thread. */
    final Products[] perThread(String name, Scratchpad scratch, int plane, int count) {
        double[][] arrays = scratch.doublesPerThread(name + way,
                Element.ALIGNMENT_OFFSET + (long) count * plane);
        Products[] products = new Products[arrays.length];
        Arrays.setAll(products, thread -> new Products(arrays[thread], plane));
        return products;
    }

    /**
     * {@return the pass that suits the numbers of tiles and of filters}
     *
     * @param channels of the inputs
     * @param rotated whether this is the backward pass
     */
    static WinogradPass of(WinogradMaps maps, int channels, int outputs, boolean rotated,
            int capacity, Scratchpad scratch) {
        boolean fewFilters = (long) channels * outputs
                * maps.tiles().tile().products <= MOST_FILTERS;
        if (capacity * maps.tiles().perSample() <= FEW_TILES) {
            return new WinogradPanels(maps, channels, outputs, rotated, capacity, scratch);
        }
        if (fewFilters) {
            return new WinogradBlocks(maps, channels, outputs, rotated, capacity, scratch);
        }
        return channels < CHANNELS_OF_STAGES
                ? new WinogradPanels(maps, channels, outputs, rotated, capacity, scratch)
                : new WinogradStages(maps, channels, outputs, rotated, capacity, scratch);
    }

    /**
     * {@return what computes the pass}
     *
     * @param fuseRelu whether outputs are those of a ReLU
     * @param reluMask read at the places of outputs, which are 0 where it is not above 0; null for
     *        none
     */
    final List<Task> tasks(double[] from, double[] weights, double[] bias, boolean fuseRelu,
            double[] reluMask, double[] to) {
        return tasks(from, weights, new Target(bias == null ? zeros : bias,
                fuseRelu ? 0.0 : Double.NaN, reluMask, to));
    }

    abstract List<Task> tasks(double[] from, double[] weights, Target target);
}
