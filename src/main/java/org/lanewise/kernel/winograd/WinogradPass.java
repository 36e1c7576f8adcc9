package org.lanewise.kernel.winograd;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * A convolution by Winograd's tiles, forward or back to the input, which is the same with filters
 * turned around and channels exchanged.
 */
abstract sealed class WinogradPass permits WinogradBlocks, WinogradPanels {
    /** With at most so many tiles, it does not pay to write transformed filters to memory. */
    private static final int FEW_TILES = 40;

    /** Elements of transformed filters that may be read again for every block of tiles. */
    private static final long MOST_FILTERS = Cpu.L3_FILTERS / Double.BYTES;

    final WinogradMaps maps;
    final WinogradTile tile;
    final int channels;
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
        this.lanes = LaneBlocks.of(outputs);
        this.rotated = rotated;
        this.way = rotated ? ", backward" : "";
        this.zeros = scratch.doubles("no bias" + way, lanes.lanes());
        this.work = scratch.perThread("a tile" + way, tile.scratch());
    }

    /** Products of each thread. */
    final Products[] perThread(String name, Scratchpad scratch, int plane, int count) {
        double[][] arrays = scratch.perThread(name + way,
                Layout.ALIGNMENT_OFFSET + (long) count * plane);
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
        return capacity * maps.tiles().perSample() <= FEW_TILES
                || MOST_FILTERS < (long) channels * outputs * maps.tiles().tile().products
                        ? new WinogradPanels(maps, channels, outputs, rotated, capacity, scratch)
                        : new WinogradBlocks(maps, channels, outputs, rotated, capacity, scratch);
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
