package org.lanewise.plan;

import org.lanewise.spec.Activation;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;

/**
 * Which ReLUs are computed together with the layer before them. That layer's kernel applies the ReLU,
 * and the kernel that writes the gradient, of the only layer that reads the ReLU, applies its mask.
 *
 * @param graph the layers
 * @param choices what computes them
 * @param allowed whether any is fused
 */
record ReluFusion(Graph graph, LayerChoices choices, boolean allowed) {
    /** Whether a ReLU is computed together with a layer: the only one that reads it. */
    boolean fuses(int index) {
        if (!allowed || !choices.appliesRelu(index)) {
            return false;
        }
        int relu = graph.onlyReader(index);
        return relu != Graph.INPUT
                && layer(relu) instanceof Activation(Activation.Function function, double _)
                && function == Activation.Function.RELU && masked(graph.onlyReader(relu));
    }

    /** Whether a layer, or one that reads it flattened, masks the gradient of what it reads. */
    private boolean masked(int reader) {
        return reader != Graph.INPUT && (choices.masksGradient(reader)
                || layer(reader) instanceof Flatten && masked(graph.onlyReader(reader)));
    }

    /** The layer whose output is stored where a layer writes: its ReLU, if that is fused. */
    int stored(int index) {
        return fuses(index) ? graph.onlyReader(index) : index;
    }

    /** The layer that writes a stored output: the one before it, for a ReLU that is fused. */
    int writer(int stored) {
        int source = graph.layer(stored).source();
        return source != Graph.INPUT && fuses(source) && stored(source) == stored ? source : stored;
    }

    private Layer layer(int index) {
        return graph.layer(index).layer();
    }
}
