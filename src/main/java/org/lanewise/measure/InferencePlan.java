package org.lanewise.measure;

import java.util.List;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;

/**
 * How a model computes a network.
 *
 * @param layers how each layer is computed, in order
 * @param memory every array
 */
public record InferencePlan(List<LayerPlan> layers, List<MemoryUse> memory) {
    /**
     * {@return the plan of a model; nothing is allocated}
     *
     * @param network what to compute
     * @param execution kernels and threads
     * @param batch the most samples computed at once
     * @param fold whether batch normalization is folded into weights
     */
    public static InferencePlan of(Network network, Execution execution, int batch,
            boolean fold) {
        PlanOptions options = LayerPasses.options(execution, batch).purpose(Purpose.PREDICT)
                .folded(fold);
        return new InferencePlan(Plan.describe(network, options),
                Plan.memory(network, options, execution.threads(), _ -> {
                }));
    }
}
