package org.lanewise.plan;

import java.util.Set;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.ParameterSpec;

/**
 * Which gradients are wanted: those with respect to learned parameters, and to what follows from them. A
 * gradient with respect to anything before the first layer that learns would not be used, nor one with
 * respect to a parameter that no epoch changes.
 */
final class GradientDemand {
    private final Purpose purpose;
    private final boolean[] wanted;
    private final Set<String> frozen;

    GradientDemand(Graph graph, PlanOptions options) {
        this.purpose = options.purpose();
        this.frozen = purpose.learns()
                ? ParameterGroup.alwaysFrozen(options.groups(), graph.network().parameters())
                : Set.of();
        this.wanted = new boolean[graph.layers().size()];
        for (LayerDescription layer : graph.layers()) {
            wanted[layer.index()] = purpose.learns() && (layer.learned().stream().anyMatch(this::of)
                    || layer.sources().stream().anyMatch(this::of));
        }
    }

    /** Whether there are backward passes. */
    boolean any() {
        return purpose.learns();
    }

    /** Whether the gradient with respect to a parameter is wanted. */
    boolean of(ParameterSpec parameter) {
        return purpose.learns() && !parameter.state() && !frozen.contains(parameter.name());
    }

    /** Whether the gradient with respect to a layer's output, or to the network's input, is wanted. */
    boolean of(int index) {
        return index == Graph.INPUT
                ? purpose == Purpose.TRAIN_WITH_INPUT_GRADIENT
                : wanted[index];
    }
}
