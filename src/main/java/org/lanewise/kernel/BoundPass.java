package org.lanewise.kernel;

/**
 * A pass of a layer whose maps have places.
 *
 * @param <F> what makes jobs of arrays
 * @param tile outputs of a Winograd tile, as {@code 8x8}; null for direct sums
 * @param loops what computes it, in words
 * @param jobs makes jobs of arrays
 */
public record BoundPass<F>(String tile, String loops, F jobs) {
    /** A pass of direct sums. */
    static <F> BoundPass<F> direct(String loops, F jobs) {
        return new BoundPass<>(null, loops, jobs);
    }
}
