package org.lanewise.kernel.list;

import java.util.function.Function;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.Layout.Halo;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;

/**
 * One way to compute a pass of a layer.
 *
 * @param <P> what decides whether it computes a layer
 * @param <G> shapes and layouts
 * @param name in words
 * @param kind what its sums are
 * @param refusal why it does not compute a layer, in words; null if it does
 * @param sourceHalo zeros that it reads around the input
 * @param gradientHalo zeros that it reads around the output's gradient
 * @param rowMajorOutput whether the output, and the gradient with respect to it, may be row-major
 * @param binder makes it for a layer
 */
public record Implementation<P, G>(
        String name,
        KernelKind kind,
        Function<P, String> refusal,
        Function<P, Halo> sourceHalo,
        Function<P, Halo> gradientHalo,
        boolean rowMajorOutput,
        Binder<G> binder) {
    /** Makes a pass for a layer whose maps have places. */
    @FunctionalInterface
    interface Binder<G> {
        /** {@return the pass} */
        BoundPass bind(G geometry, PostOps postOps, int capacity, Scratchpad scratch);
    }

    /** {@return whether it applies a ReLU after the layer, or the mask of one before it} */
    public boolean fuses() {
        return kind != KernelKind.REFERENCE;
    }

    /**
     * {@return the pass for a layer}
     *
     * @param geometry shapes and layouts
     * @param postOps what is computed along with it
     */
    public BoundPass bind(G geometry, PostOps postOps, int capacity, Scratchpad scratch) {
        return binder.bind(geometry, postOps, capacity, scratch);
    }
}
