package org.lanewise.plan;

import java.util.Objects;

/**
 * How a network is compiled into a plan.
 *
 * @param purpose what the plan is for
 * @param kernels which kernels may compute
 * @param fused whether a ReLU may be computed together with the layer before it; the bits are the
 *        same either way, but an unfused plan has the output of every layer
 * @param capacity the most samples of one batch
 * @param seed of random masks; its lower 32 bits count
 * @param folded whether inference may fold batch normalization into weights, which changes bits
 */
public record PlanOptions(
        Purpose purpose,
        Kernels kernels,
        boolean fused,
        int capacity,
        long seed,
        boolean folded) {
    /**
     * Checks the capacity.
     *
     * @param purpose what the plan is for
     * @param kernels which kernels may compute
     * @param fused whether a ReLU may be computed together with the layer before it
     * @param capacity the most samples of one batch
     * @param seed of random masks
     * @param folded whether inference may fold batch normalization into weights
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public PlanOptions {
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(kernels, "kernels");
        if (capacity < 1) {
            throw new IllegalArgumentException("batch size " + capacity + " must be at least 1");
        }
    }

    /**
     * {@return the options of a fused plan that folds nothing; masks are those of seed 0}
     *
     * @param purpose what the plan is for
     * @param kernels which kernels may compute
     * @param capacity the most samples of one batch
     */
    public static PlanOptions of(Purpose purpose, Kernels kernels, int capacity) {
        return new PlanOptions(purpose, kernels, true, capacity, 0, false);
    }

    /**
     * {@return these options for another purpose}
     *
     * @param other what the plan is for
     */
    public PlanOptions purpose(Purpose other) {
        return new PlanOptions(other, kernels, fused, capacity, seed, folded);
    }

    /** {@return these options with the output of every layer} */
    public PlanOptions unfused() {
        return new PlanOptions(purpose, kernels, false, capacity, seed, false);
    }

    /**
     * {@return these options with another capacity}
     *
     * @param samples the most samples of one batch
     */
    public PlanOptions capacity(int samples) {
        return new PlanOptions(purpose, kernels, fused, samples, seed, folded);
    }

    /**
     * {@return these options with or without folding}
     *
     * @param value whether inference may fold batch normalization into weights
     */
    public PlanOptions folded(boolean value) {
        return new PlanOptions(purpose, kernels, fused, capacity, seed, value);
    }

    /**
     * {@return these options with another seed}
     *
     * @param value of random masks
     */
    public PlanOptions seed(long value) {
        return new PlanOptions(purpose, kernels, fused, capacity, value, folded);
    }
}
