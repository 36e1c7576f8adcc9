package org.lanewise.plan;

import java.util.Objects;

/**
 * How a network is compiled into a plan.
 *
 * @param purpose what the plan is for
 * @param loops what computes
 * @param directOnly whether every sum keeps to the reference's order
 * @param fused whether a ReLU may be computed together with the layer before it; the bits are the
 *        same either way, but an unfused plan has the output of every layer
 * @param capacity the most samples of one batch
 */
public record PlanOptions(
        Purpose purpose,
        Loops loops,
        boolean directOnly,
        boolean fused,
        int capacity) {
    /**
     * Checks the capacity.
     *
     * @param purpose what the plan is for
     * @param loops what computes
     * @param directOnly whether every sum keeps to the reference's order
     * @param fused whether a ReLU may be computed together with the layer before it
     * @param capacity the most samples of one batch
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public PlanOptions {
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(loops, "loops");
        if (capacity < 1) {
            throw new IllegalArgumentException("batch size " + capacity + " must be at least 1");
        }
    }

    /**
     * {@return the options of a fused plan that may use any algorithm}
     *
     * @param purpose what the plan is for
     * @param loops what computes
     * @param capacity the most samples of one batch
     */
    public static PlanOptions of(Purpose purpose, Loops loops, int capacity) {
        return new PlanOptions(purpose, loops, false, true, capacity);
    }

    /**
     * {@return these options for another purpose}
     *
     * @param other what the plan is for
     */
    public PlanOptions purpose(Purpose other) {
        return new PlanOptions(other, loops, directOnly, fused, capacity);
    }

    /**
     * {@return these options with or without Winograd convolution}
     *
     * @param only whether every sum keeps to the reference's order
     */
    public PlanOptions directOnly(boolean only) {
        return new PlanOptions(purpose, loops, only, fused, capacity);
    }

    /** {@return these options with the output of every layer} */
    public PlanOptions unfused() {
        return new PlanOptions(purpose, loops, directOnly, false, capacity);
    }

    /**
     * {@return these options with another capacity}
     *
     * @param samples the most samples of one batch
     */
    public PlanOptions capacity(int samples) {
        return new PlanOptions(purpose, loops, directOnly, fused, samples);
    }
}
