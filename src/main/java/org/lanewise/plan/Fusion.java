package org.lanewise.plan;

import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;

/**
 * Which layers are computed together with the layer before them: a ReLU, a max pooling, or one after the other.
 * That layer's kernel applies both. The mask of a ReLU is applied by the kernel that writes the gradient, of the
 * only layer that reads it; where a max pooling is fused, by the same kernel that applied it. Any other function,
 * and a ReLU whose mask no kernel applies, is computed by the batch normalization before it in both passes.
 *
 * @param graph the layers
 * @param choices what computes them
 * @param allowed whether any is fused
 */
record Fusion(Graph graph, LayerChoices choices, boolean allowed) {
    private static final int NONE = Graph.INPUT;

    /** Whether a ReLU is computed together with a layer: the only one that reads it. */
    boolean appliesRelu(int index) {
        int relu = relu(index);
        return relu != NONE && (masked(graph.onlyReader(relu)) || maxPool(index) != NONE);
    }

    /** The max pooling that is computed together with a convolution, after a ReLU if one follows; -1 for none. */
    int maxPool(int index) {
        int relu = relu(index);
        int pool = graph.onlyReader(relu == NONE ? index : relu);
        return allowed && pool != NONE && choices.appliesMaxPool(index, graph.layer(pool))
                ? pool
                : NONE;
    }

    /** The only reader of a layer, if it is a ReLU that the layer's kernel can apply; -1 for none. */
    private int relu(int index) {
        int reader = allowed && choices.appliesRelu(index) ? graph.onlyReader(index) : NONE;
        return reader != NONE
                && layer(reader) instanceof Activation(Activation.Function function, double _)
                && function == Activation.Function.RELU ? reader : NONE;
    }

    /** Whether a layer, or one that reads it flattened, masks the gradient of what it reads. */
    private boolean masked(int reader) {
        return reader != NONE && (choices.masksGradient(reader)
                || layer(reader) instanceof Flatten && masked(graph.onlyReader(reader)));
    }

    /**
     * The function that a batch normalization computes, of the only layer that reads it; null for none. The backward
     * pass overwrites the gradient with respect to the function's values, which therefore must not be that of a sum and
     * its other terms as well.
     */
    Activation activation(int index) {
        int reader = graph.onlyReader(index);
        return allowed && choices.channelsLast() && layer(index) instanceof BatchNorm
                && !appliesRelu(index) && reader != NONE
                && layer(reader) instanceof Activation function && !isAdded(reader)
                        ? function
                        : null;
    }

    /** Whether the only layer that reads an output, perhaps flattened, adds others to it. */
    private boolean isAdded(int index) {
        int reader = graph.onlyReader(index);
        return reader != NONE && (layer(reader) instanceof Add
                || layer(reader) instanceof Flatten && isAdded(reader));
    }

    /** The layer whose output is stored where a layer writes: the last that is fused with it, or itself. */
    int stored(int index) {
        int pool = maxPool(index);
        return pool != NONE
                ? pool
                : appliesRelu(index) || activation(index) != null
                        ? graph.onlyReader(index)
                        : index;
    }

    /** The first of the layers that are computed together with a layer, which may be itself. */
    int first(int index) {
        int source = graph.layer(index).source();
        int before = source == NONE ? NONE : graph.layer(source).source();
        if (before != NONE && stored(before) == index) {
            return before;
        }
        return source != NONE && (stored(source) == index
                || appliesRelu(source) && graph.onlyReader(source) == index) ? source : index;
    }

    private Layer layer(int index) {
        return graph.layer(index).layer();
    }
}
