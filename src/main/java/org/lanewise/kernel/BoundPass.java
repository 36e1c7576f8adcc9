package org.lanewise.kernel;

import java.util.List;

/**
 * A pass of a layer whose maps have places.
 *
 * @param tile outputs of a Winograd tile, as {@code 8x8}; null for direct sums
 * @param info what computes it, in words
 * @param tasks makes tasks of arrays
 */
public record BoundPass(String tile, String info, Tasks tasks) {
    /** Makes tasks of the arrays of a pass, in the order of the methods of {@link WeightedKernel}. */
    @FunctionalInterface
    public interface Tasks {
        /** {@return what computes the pass} */
        List<Task> of(double[] first, double[] second, double[] third, double[] fourth);
    }

    /** A pass of direct sums. */
    public static BoundPass direct(String info, Tasks tasks) {
        return new BoundPass(null, info, tasks);
    }
}
