package org.lanewise.plan;

import java.util.List;
import java.util.Objects;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;

/**
 * How a network is compiled into a plan.
 *
 * @param purpose what the plan is for
 * @param kernels which kernels may compute
 * @param fused whether some layers may be computed together with the layer before them; the bits are
 *        the same either way, but an unfused plan has the output of every layer
 * @param capacity the most samples of one batch
 * @param seed of random masks; its lower 32 bits count
 * @param folded whether inference may fold batch normalization into weights, which changes bits
 * @param groups of parameters; those that no epoch changes get no gradients
 */
public record PlanOptions(
        Purpose purpose,
        Kernels kernels,
        Precision precision,
        boolean fused,
        int capacity,
        long seed,
        boolean folded,
        List<ParameterGroup> groups) {
    /**
     * Checks the capacity.
     *
     * @param purpose what the plan is for
     * @param kernels which kernels may compute
     * @param fused whether some layers may be computed together with the layer before them
     * @param capacity the most samples of one batch
     * @param seed of random masks
     * @param folded whether inference may fold batch normalization into weights
     * @param groups of parameters
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public PlanOptions {
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(kernels, "kernels");
        Objects.requireNonNull(precision, "precision");
        groups = List.copyOf(groups);
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
        return new PlanOptions(purpose, kernels, Precision.DOUBLE, true, capacity, 0, false,
                List.of());
    }

    /**
     * {@return these options for another purpose}
     *
     * @param other what the plan is for
     */
    public PlanOptions purpose(Purpose other) {
        return new PlanOptions(other, kernels, precision, fused, capacity, seed, folded, groups);
    }

    /**
     * {@return these options with other kernels}
     *
     * @param value which may compute
     */
    public PlanOptions kernels(Kernels value) {
        return new PlanOptions(purpose, value, precision, fused, capacity, seed, folded, groups);
    }

    /** {@return these options with the output of every layer} */
    public PlanOptions unfused() {
        return new PlanOptions(purpose, kernels, precision, false, capacity, seed, false, groups);
    }

    /**
     * {@return these options with another capacity}
     *
     * @param samples the most samples of one batch
     */
    public PlanOptions capacity(int samples) {
        return new PlanOptions(purpose, kernels, precision, fused, samples, seed, folded, groups);
    }

    /**
     * {@return these options with or without folding}
     *
     * @param value whether inference may fold batch normalization into weights
     */
    public PlanOptions folded(boolean value) {
        return new PlanOptions(purpose, kernels, precision, fused, capacity, seed, value, groups);
    }

    /**
     * {@return these options with another seed}
     *
     * @param value of random masks
     */
    public PlanOptions seed(long value) {
        return new PlanOptions(purpose, kernels, precision, fused, capacity, value, folded, groups);
    }

    /**
     * {@return these options with groups of parameters}
     *
     * @param list of which the first that matches a parameter counts
     */
    public PlanOptions groups(List<ParameterGroup> list) {
        return new PlanOptions(purpose, kernels, precision, fused, capacity, seed, folded, list);
    }

    /**
     * {@return these options with elements of another precision}
     *
     * @param value of all arrays
     */
    public PlanOptions precision(Precision value) {
        return new PlanOptions(purpose, kernels, value, fused, capacity, seed, folded, groups);
    }
}
