package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.Elements;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;

/**
 * The gradients of a plan and the statistics of its layers, one after another in one array, so that those of several
 * shards of a batch can be added up.
 */
public final class FlatGradients {
    private final Plan plan;
    private final List<ParameterBuffer> parameters;
    private final int gradients;

    /**
     * Arranges the arrays of a plan.
     *
     * @param plan of a training
     * @throws IllegalArgumentException if they are too large for one array
     */
    public FlatGradients(Plan plan) {
        this.plan = plan;
        this.parameters = plan.parameters().stream().filter(one -> one.gradient() != null).toList();
        long count = parameters.stream().mapToLong(one -> one.spec().size()).sum();
        if (count + plan.states().size() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("the gradients are " + count
                    + " elements, more than one array can hold");
        }
        this.gradients = (int) count;
    }

    /** {@return how many elements they are} */
    public int size() {
        return gradients + plan.states().size();
    }

    /**
     * {@return an array for what a shard gives, which is counted with those of a plan}
     *
     * @param plan of a training
     * @param size its elements
     */
    public static Elements allocate(Plan plan, int size) {
        return plan.workspace().elements(MemoryUse.WHOLE_NETWORK, Kind.PARAMETER_GRADIENTS,
                "gradients of shards", size);
    }

    /**
     * {@return an array for what a shard gives, which is not counted}
     *
     * @param plan of a training
     * @param size its elements
     */
    public static Elements newArray(Plan plan, int size) {
        return switch (plan.options().precision()) {
            case DOUBLE -> Elements.of(new double[size]);
            case SINGLE -> Elements.of(new float[size]);
        };
    }

    /** {@return what the sum of the last losses is divided by for their mean} */
    public double divisor() {
        return plan.objective().divisor();
    }

    /** Lets the next backward pass compute the gradients of the sum of the losses; their loss was computed. */
    public void begin() {
        plan.objective().sumGradients();
    }

    /**
     * Writes the gradients of the last backward pass and the statistics of the forward pass before it.
     *
     * @param samples how many they are of
     * @param share of these samples in their batch, by which statistics are multiplied
     * @param into overwritten
     */
    public void read(int samples, double share, Elements into) {
        int at = 0;
        for (ParameterBuffer parameter : parameters) {
            Elements gradient = parameter.gradient();
            gradient.copy(0, into, at, gradient.length());
            at += gradient.length();
        }
        plan.states().read(samples, share, into, at);
    }

    /**
     * Overwrites the gradients of the plan.
     *
     * @param from gradients of a sum
     * @param factor what they are multiplied by
     */
    public void write(Elements from, double factor) {
        int at = 0;
        for (ParameterBuffer parameter : parameters) {
            Elements gradient = parameter.gradient();
            from.copy(at, gradient, 0, gradient.length());
            if (factor != 1.0) {
                plan.loops().scale(factor, gradient);
            }
            at += gradient.length();
        }
    }

    /**
     * Moves the states of layers by the statistics of a whole batch.
     *
     * @param from gradients and statistics
     */
    public void commit(Elements from) {
        plan.states().commit(from, gradients);
    }
}
