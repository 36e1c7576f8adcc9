package org.lanewise.kernel;

import java.util.List;

/**
 * A pass of a layer whose maps have places.
 *
 * @param tile outputs of a Winograd tile, as {@code 8x8}; null for direct sums
 * @param loops what computes it, in words
 * @param jobs makes jobs of arrays
 */
public record BoundPass(String tile, String loops, Jobs jobs) {
    /** Makes jobs of the arrays of a pass, in the order of the methods of {@link AffineKernel}. */
    @FunctionalInterface
    public interface Jobs {
        /** {@return what computes the pass} */
        List<Job> of(double[] first, double[] second, double[] third, double[] fourth);
    }

    /** A pass of direct sums. */
    public static BoundPass direct(String loops, Jobs jobs) {
        return new BoundPass(null, loops, jobs);
    }
}
