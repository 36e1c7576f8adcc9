package org.lanewise.spec;

import java.util.Optional;

/**
 * How a plan computes a layer, in words for people.
 *
 * @param layer index of the layer, or {@link MemoryUse#WHOLE_NETWORK} for what only brings the batch
 *        into another order
 * @param lastLayer index of the last layer that is computed with it: a later one where a ReLU is
 *        fused
 * @param algorithm {@code direct} where sums run as the reference's
 * @param reason the rule that chose it; empty where there is no other
 * @param layout where the elements of the output, and of the gradient by it, stand
 * @param forward the loops of the forward pass
 * @param backwardInput those of the gradient by the input; empty where nobody asks for it
 * @param backwardWeights those of the gradients by what is learned; empty where nothing is
 */
public record LayerPlan(
        int layer,
        int lastLayer,
        String algorithm,
        String reason,
        String layout,
        String forward,
        Optional<String> backwardInput,
        Optional<String> backwardWeights) {
    /** The algorithm whose sums have the reference's order, and so its bits. */
    public static final String DIRECT = "direct";
}
