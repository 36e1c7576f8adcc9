package org.lanewise.kernel;

import static org.lanewise.kernel.Elements.doubles;
import static org.lanewise.kernel.Elements.floats;

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
        List<Task> of(Elements first, Elements second, Elements third, Elements fourth);
    }

    /** The same of doubles. */
    @FunctionalInterface
    public interface OfDoubles {
        /** {@return what computes the pass} */
        List<Task> of(double[] first, double[] second, double[] third, double[] fourth);
    }

    /** The same of floats. */
    @FunctionalInterface
    public interface OfFloats {
        /** {@return what computes the pass} */
        List<Task> of(float[] first, float[] second, float[] third, float[] fourth);
    }

    /** A pass over doubles. */
    public static BoundPass ofDoubles(String tile, String info, OfDoubles tasks) {
        return new BoundPass(tile, info,
                (a, b, c, d) -> tasks.of(doubles(a), doubles(b), doubles(c), doubles(d)));
    }

    /** A pass over floats. */
    public static BoundPass ofFloats(String tile, String info, OfFloats tasks) {
        return new BoundPass(tile, info,
                (a, b, c, d) -> tasks.of(floats(a), floats(b), floats(c), floats(d)));
    }
}
