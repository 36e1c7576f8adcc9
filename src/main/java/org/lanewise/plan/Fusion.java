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
 * <p>Without backward passes there are no masks and no sums of gradients: it only matters that nothing else reads what
 * is not stored, and a ReLU is also fused after the max pooling.
 *
 * @param graph the layers
 * @param choices what computes them
 * @param demand which gradients are wanted
 * @param allowed whether any is fused
 */
record Fusion(Graph graph, LayerChoices choices, GradientDemand demand, boolean allowed) {
    private static final int NONE = Graph.INPUT;

    /** Whether a ReLU is computed together with a layer. */
    boolean appliesRelu(int index) {
        int relu = relu(index);
        return relu != NONE
                && (!demand.any() || masked(graph.onlyReader(relu)) || maxPool(index) != NONE)
                || reluOfPooled(index) != NONE;
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
        return allowed && choices.appliesRelu(index) ? reluAfter(index) : NONE;
    }

    /** The ReLU that follows a max pooling and is computed with both; -1 for none. */
    private int reluOfPooled(int index) {
        int pool = demand.any() ? NONE : maxPool(index);
        return pool == NONE ? NONE : reluAfter(pool);
    }

    /** The only reader of an output, if it is a ReLU; -1 for none. */
    private int reluAfter(int index) {
        int reader = graph.onlyReader(index);
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
                && layer(reader) instanceof Activation function
                && !(demand.any() && isAdded(reader))
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
        int relu = reluOfPooled(index);
        int pool = maxPool(index);
        if (relu != NONE || pool != NONE) {
            return relu != NONE ? relu : pool;
        }
        return appliesRelu(index) || activation(index) != null ? graph.onlyReader(index) : index;
    }

    /** The first of the layers that are computed together with a layer, which may be itself. */
    int first(int index) {
        int before = graph.skips(index) ? NONE : graph.source(index);
        while (before != NONE && graph.onlyReader(before) != NONE) {
            if (computes(before, index)) {
                return before;
            }
            before = graph.source(before);
        }
        return index;
    }

    /** Whether a later layer is computed together with a layer. */
    private boolean computes(int index, int later) {
        int last = stored(index);
        int layer = index;
        while (layer != last && layer != later) {
            layer = graph.onlyReader(layer);
        }
        return layer == later;
    }

    private Layer layer(int index) {
        return graph.layer(index).layer();
    }
}
