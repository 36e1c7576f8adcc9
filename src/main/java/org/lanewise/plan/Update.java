package org.lanewise.plan;

import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.kernel.Task;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterSpec;

/** Moves every parameter along its gradient, by one rule; holds the rule's memory. */
public sealed interface Update permits SgdUpdate, AdamUpdate {
    /** Elements of a block: updating them takes longer than taking the block. */
    int PIECE = 16384;

    /** Reads the gradients of the last backward pass and overwrites the parameters. */
    void apply();

    /** {@return how often it was applied} */
    long updates();

    /**
     * Lets the next update be that after a number of others, of which {@link #memory()} was filled.
     *
     * @param before how many
     */
    void updates(long before);

    /**
     * {@return what the rule remembers, an array a parameter, named as {@code 0.weight/velocity};
     * row-major, shared with it, without gradients}
     */
    List<ParameterBuffer> memory();

    /**
     * {@return the rule for a plan, its state zero and allocated with the plan's}
     *
     * @param plan what learns
     * @param optimizer which rule
     */
    static Update of(Plan plan, Optimizer optimizer) {
        List<ParameterBuffer> parameters = plan.parameters();
        Workspace workspace = plan.workspace();
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> SgdUpdate.of(sgd, plan.workers(), parameters, workspace);
            case Optimizer.Adam adam -> AdamUpdate.of(adam.learningRate(), AdamUpdate.coupled(adam),
                    plan.workers(), parameters, workspace);
            case Optimizer.AdamW adamW -> AdamUpdate.of(adamW.learningRate(),
                    AdamUpdate.decoupled(adamW), plan.workers(), parameters, workspace);
        };
    }

    /** A task over the elements of a parameter, which do not depend on one another. */
    static Task task(ParameterBuffer parameter, Task.Range range) {
        return Task.range(parameter.values().length, PIECE, range);
    }

    /** One array a parameter, under its name and the array's. */
    static List<ParameterBuffer> memory(List<ParameterBuffer> parameters, List<double[]> arrays,
            String name) {
        return IntStream.range(0, arrays.size()).mapToObj(i -> {
            ParameterBuffer parameter = parameters.get(i);
            return new ParameterBuffer(parameter.layer(),
                    new ParameterSpec(parameter.spec().name() + "/" + name,
                            parameter.spec().shape()),
                    arrays.get(i), null);
        }).toList();
    }
}
