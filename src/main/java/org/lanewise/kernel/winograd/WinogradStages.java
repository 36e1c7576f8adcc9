package org.lanewise.kernel.winograd;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.winograd.WinogradMaps.Target;

/**
 * A pass by Winograd's tiles where tiles and filters are many: all filters are transformed once; then,
 * for one group of tiles after another, inputs are transformed, each product is one matrix
 * multiplication whose operands stay in L2, and sums are transformed back.
 */
final class WinogradStages extends WinogradPass {
    /** Tiles whose inputs and sums for one product stay in L2, and for all of them nearly in L3. */
    private static final int TILES_OF_GROUP = 128;

    /** Channels whose filters of a block of outputs stay in L1. */
    private static final int CHANNELS = 64;

    /** Tiles that are transformed by one block. */
    private static final int TILES_OF_BLOCK = 4;

    private final int tiles;
    private final int tilesOfGroup;
    private final WinogradGroup group;
    private final Products inputs;
    private final Products results;

    /**
     * Makes the pass.
     *
     * @param channels of the inputs
     * @param rotated whether filters are rotated by 180 degrees: backward
     */
    WinogradStages(WinogradMaps maps, int channels, int outputs, boolean rotated, int capacity,
            Scratchpad scratch) {
        super(maps, channels, outputs, rotated, scratch);
        this.tiles = capacity * maps.tiles().perSample();
        this.tilesOfGroup = WinogradGroup.even(tiles, TILES_OF_GROUP);
        this.group = new WinogradGroup(this, tilesOfGroup, Math.min(channels, CHANNELS), scratch);
        this.inputs = new Products(scratch.sharedDoubles("transformed input",
                group.size(group.inputPlane)), group.inputPlane);
        this.results = new Products(scratch.sharedDoubles("products", group.size(group.sumsPlane)),
                group.sumsPlane);
    }

    @Override
    List<Task> tasks(double[] from, double[] weights, Target target) {
        List<Task> tasks = new ArrayList<>();
        tasks.add(filters(group, weights));
        for (int first = 0; first < tiles; first += tilesOfGroup) {
            tasks.add(inputs(from, first));
            tasks.add(products(first));
            tasks.add(outputs(target, first));
        }
        return List.copyOf(tasks);
    }

    /** Tiles of a batch from a first one on, of those of a group. */
    private int count(int first, int samples) {
        return Math.clamp((long) samples * maps.tiles().perSample() - first, 0, tilesOfGroup);
    }

    private Task inputs(double[] from, int first) {
        return Task.of(samples -> count(first, samples), TILES_OF_BLOCK,
                (begin, end, thread, _) -> {
                    work[thread][0] = maps.inputsAhead(from, first + begin, first + end);
                    for (int i = begin; i < end; i++) {
                        group.input(from, first + i, i, inputs, work[thread]);
                    }
                });
    }

    /** Multiplies; a block is one product of all tiles of the group. */
    private Task products(int first) {
        return Task.of(samples -> count(first, samples) == 0 ? 0 : tile.products, 1,
                (e, _, _, samples) -> group.multiply(inputs, e, count(first, samples), results));
    }

    private Task outputs(Target target, int first) {
        return Task.of(samples -> count(first, samples), TILES_OF_BLOCK,
                (begin, end, thread, _) -> {
                    work[thread][0] = maps.outputsAhead(target.to(), first + begin, first + end);
                    for (int i = begin; i < end; i++) {
                        group.output(results, first + i, i, target, work[thread]);
                    }
                });
    }
}
