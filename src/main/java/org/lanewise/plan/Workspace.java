package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.spec.MemoryUse;

/** Books every array of a plan, by layer and name; it can also only count. */
final class Workspace {
    private final boolean counting;
    private final List<MemoryUse> uses = new ArrayList<>();

    /**
     * Opens an empty workspace.
     *
     * @param counting whether to note sizes and hand out empty arrays
     */
    Workspace(boolean counting) {
        this.counting = counting;
    }

    double[] doubles(int layer, String name, long count) {
        return new double[book(layer, name, count, Double.BYTES)];
    }

    int[] integers(int layer, String name, long count) {
        return new int[book(layer, name, count, Integer.BYTES)];
    }

    private int book(int layer, String name, long count, int bytes) {
        if (count > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException((layer == MemoryUse.WHOLE_NETWORK
                    ? "the network"
                    : "layer " + layer) + " needs " + count + " elements for its " + name
                    + ", more than one array can hold; a smaller batch size needs fewer");
        }
        uses.add(new MemoryUse(layer, name, count * bytes));
        return counting ? 0 : (int) count;
    }

    List<MemoryUse> uses() {
        return List.copyOf(uses);
    }
}
