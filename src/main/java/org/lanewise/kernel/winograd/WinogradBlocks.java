package org.lanewise.kernel.winograd;

import java.util.List;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * A pass by Winograd's tiles where there are many: all filters are transformed once, and a block is
 * a number of tiles that are transformed, multiplied product by product and transformed back, in
 * memory that stays in cache.
 */
final class WinogradBlocks extends WinogradPass {
    /**
     * Elements of the products of a block and of their sums, as far as that is enough tiles to read all
     * filters for and not more than need be.
     */
    private static final int BLOCK = Cpu.PRODUCTS / Double.BYTES;
    private static final int FEWEST_TILES = 10;
    private static final int MOST_TILES = 40;

    private final int tilesOfBlock;
    private final WinogradGroup group;
    private final Products[] products;
    private final Products[] results;

    /**
     * Makes the pass.
     *
     * @param channels of the inputs
     * @param rotated whether filters are rotated by 180 degrees: backward
     */
    WinogradBlocks(WinogradMaps maps, int channels, int outputs, boolean rotated, int capacity,
            Scratchpad scratch) {
        super(maps, channels, outputs, rotated, scratch);
        this.tilesOfBlock = WinogradGroup.even(capacity * maps.tiles().perSample(),
                Math.clamp(BLOCK / (tile.products * (channels + outputs)), FEWEST_TILES,
                        MOST_TILES));
        this.group = new WinogradGroup(this, tilesOfBlock, channels, scratch);
        this.products = perThread("transformed input", scratch, group.inputPlane, tile.products);
        this.results = perThread("products", scratch, group.sumsPlane, tile.products);
    }

    @Override
    List<Task> tasks(double[] from, double[] weights, Target target) {
        return List.of(filters(group, weights), blocks(from, target));
    }

    private Task blocks(double[] from, Target target) {
        int perSample = maps.tiles().perSample();
        return Task.of(samples -> samples * perSample, tilesOfBlock,
                (first, end, thread, _) -> {
                    int count = end - first;
                    Products inputs = products[thread];
                    Products sums = results[thread];
                    work[thread][0] = maps.inputsAhead(from, first, end)
                            + maps.outputsAhead(target.to(), first, end);
                    for (int i = 0; i < count; i++) {
                        group.input(from, first + i, i, inputs, work[thread]);
                    }
                    for (int e = 0; e < tile.products; e++) {
                        group.multiply(inputs, e, count, sums);
                    }
                    for (int i = 0; i < count; i++) {
                        group.output(sums, first + i, i, target, work[thread]);
                    }
                });
    }
}
