package org.lanewise.plan;

import java.util.List;
import org.lanewise.spec.Optimizer;

/** Moves every parameter along its gradient, by one rule; holds the rule's memory. */
public sealed interface Update permits SgdUpdate, AdamUpdate {
    /** Reads the gradients of the last backward pass and overwrites the parameters. */
    void apply();

    /**
     * {@return the rule for a plan, its memory zero and booked with the plan's}
     *
     * @param plan what learns
     * @param optimizer which rule
     */
    static Update of(Plan plan, Optimizer optimizer) {
        List<ParameterBuffer> parameters = plan.parameters();
        Workspace workspace = plan.workspace();
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> SgdUpdate.of(sgd, parameters, workspace);
            case Optimizer.Adam adam -> AdamUpdate.of(adam.learningRate(), AdamUpdate.coupled(adam),
                    parameters, workspace);
            case Optimizer.AdamW adamW -> AdamUpdate.of(adamW.learningRate(),
                    AdamUpdate.decoupled(adamW), parameters, workspace);
        };
    }
}
