package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Elements;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;

/**
 * The parameters of a plan, the states of its layers and the state of its optimizer, one after another in one array: what
 * shards begin a round with, and the average of what they end it with.
 *
 * <p>Of parameters and states of layers the moves are averaged, so that what no shard moves keeps its bits; of the state of the
 * optimizer the values, so that means of squares stay at 0 or above.
 */
public final class FlatState {
    private final Plan plan;
    private final List<ParameterBuffer> arrays;
    private final int moved;
    private final Elements start;

    /**
     * Arranges the arrays of a plan.
     *
     * @param plan of a training
     * @param optimizer its state
     * @throws IllegalArgumentException if they are too large for one array
     */
    public FlatState(Plan plan, List<ParameterBuffer> optimizer) {
        this.plan = plan;
        this.arrays = new ArrayList<>(plan.arrays());
        arrays.addAll(optimizer);
        long size = count(arrays);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("parameters and the state of the optimizer are "
                    + size + " elements, more than one array can hold");
        }
        this.moved = (int) count(plan.arrays());
        this.start = plan.workspace().elements(MemoryUse.WHOLE_NETWORK, Kind.OPTIMIZER,
                "state before a round", size);
    }

    private static long count(List<ParameterBuffer> buffers) {
        return buffers.stream().mapToLong(one -> one.spec().size()).sum();
    }

    /** {@return how many elements they are} */
    public int size() {
        return start.length();
    }

    /** {@return the arrays, in their order} */
    public List<ParameterBuffer> arrays() {
        return arrays;
    }

    /** Begins a round: copies the arrays. */
    public void begin() {
        read(start);
    }

    /** Overwrites the arrays with what they held when the round began. */
    public void restore() {
        int at = 0;
        for (ParameterBuffer array : arrays) {
            start.copy(at, array.values(), 0, array.values().length());
            at += array.values().length();
        }
    }

    private void read(Elements into) {
        int at = 0;
        for (ParameterBuffer array : arrays) {
            array.values().copy(0, into, at, array.values().length());
            at += array.values().length();
        }
    }

    /**
     * Writes what a shard contributes to the average.
     *
     * @param share by which it is multiplied
     * @param into overwritten
     */
    public void read(double share, Elements into) {
        read(into);
        add(into, -1, start, moved);
        plan.loops().scale(share, into);
    }

    /**
     * Ends a round: overwrites the arrays, which hold what it began with.
     *
     * @param sum of what all shards contribute
     */
    public void finish(Elements sum) {
        begin();
        add(start, 1, sum, moved);
        sum.copy(moved, start, moved, size() - moved);
        restore();
        for (ParameterBuffer array : arrays) {
            // Shards that had no samples for a last step have not counted it.
            if (array.spec().counts()) {
                array.values().set(0, Math.rint(array.values().get(0)));
            }
        }
    }

    /**
     * Adds elements to others.
     *
     * @param to added to
     * @param factor 1 or -1
     * @param from read
     * @param count how many
     */
    public static void add(Elements to, int factor, Elements from, int count) {
        switch (to) {
            case Elements.Doubles(double[] array) -> {
                double[] added = Elements.doubles(from);
                for (int i = 0; i < count; i++) {
                    array[i] += factor * added[i];
                }
            }
            case Elements.Floats(float[] array) -> {
                float[] added = Elements.floats(from);
                for (int i = 0; i < count; i++) {
                    array[i] += factor * added[i];
                }
            }
        }
    }
}
