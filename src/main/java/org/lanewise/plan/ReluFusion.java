package org.lanewise.plan;

import java.util.List;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;

/**
 * Which ReLUs are computed with the layer before them: its kernel applies ReLUs, and the kernel that
 * writes the gradient, that of the layer after the ReLU, masks gradients.
 *
 * @param layers of the network, in order
 * @param choices what computes them
 * @param allowed whether any is
 */
record ReluFusion(List<LayerDescription> layers, LayerChoices choices, boolean allowed) {
    /** Whether the layer after a layer is a ReLU that is computed with it. */
    boolean fuses(int index) {
        return allowed && choices.appliesRelu(index) && index + 2 < layers.size()
                && layer(index + 1) instanceof Activation(Activation.Function function)
                && function == Activation.Function.RELU
                && (choices.masksGradient(index + 2) || layer(index + 2) instanceof Flatten
                        && index + 3 < layers.size() && choices.masksGradient(index + 3));
    }

    private Layer layer(int index) {
        return layers.get(index).layer();
    }
}
