package org.lanewise.plan;

import org.lanewise.spec.LayerDescription;

/**
 * Which gradients are wanted: those with respect to what follows from learned parameters. A gradient
 * with respect to anything before the first layer that learns would not be used.
 */
final class GradientDemand {
    private final Purpose purpose;
    private final boolean[] wanted;

    GradientDemand(Graph graph, Purpose purpose) {
        this.purpose = purpose;
        this.wanted = new boolean[graph.layers().size()];
        for (LayerDescription layer : graph.layers()) {
            wanted[layer.index()] = purpose.learns() && (!layer.learned().isEmpty()
                    || layer.sources().stream().anyMatch(this::of));
        }
    }

    /** Whether the gradient with respect to a layer's output, or to the network's input, is wanted. */
    boolean of(int index) {
        return index == Graph.INPUT
                ? purpose == Purpose.TRAIN_WITH_INPUT_GRADIENT
                : wanted[index];
    }
}
