package org.lanewise.plan;

import java.util.List;
import org.lanewise.spec.LayerDescription;

/**
 * Which gradients are computed: from the last layer down to the first that learns; below it no
 * layer needs them.
 *
 * @param layers of the network, in order
 * @param purpose what the plan is for
 */
record GradientDemand(List<LayerDescription> layers, Purpose purpose) {
    /** Whether the gradient by a layer's output is wanted, or by the network's input for -1. */
    boolean of(int index) {
        return switch (purpose) {
            case PREDICT -> false;
            case TRAIN -> layers.stream().limit(index + 1L)
                    .anyMatch(one -> !one.parameters().isEmpty());
            case TRAIN_WITH_INPUT_GRADIENT -> true;
        };
    }
}
