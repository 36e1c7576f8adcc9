package org.lanewise.spec;

import java.util.List;
import java.util.Optional;

/**
 * How a plan computes a layer, in words for people.
 *
 * @param layer index of the layer, or {@link MemoryUse#WHOLE_NETWORK} for what only brings the batch
 *        into another order
 * @param lastLayer index of the last layer that is computed with it: a later one where some are
 *        fused
 * @param algorithm {@code direct} where sums run as the reference's
 * @param reason the rule that chose it; empty where there is no other
 * @param candidates what was considered for each pass, the preferred first; empty where there is one way
 * @param layout order of the elements of the output and of the gradient with respect to it
 * @param forward the kernels of the forward pass
 * @param backwardInput those of the gradient with respect to the input; empty where no layer needs
 *        it
 * @param backwardWeights those of the gradients by what is learned; empty where nothing is
 */
public record LayerPlan(
        int layer,
        int lastLayer,
        String algorithm,
        String reason,
        List<Candidate> candidates,
        String layout,
        String forward,
        Optional<String> backwardInput,
        Optional<String> backwardWeights) {
    /** The algorithm whose sums have the reference's order, and so its bits. */
    public static final String DIRECT = "direct";

    /** The pass that computes outputs. */
    public static final String FORWARD = "forward";
    /** The pass that computes the gradient with respect to the input. */
    public static final String BACKWARD_INPUT = "backward_input";
    /** The pass that computes the gradients by what is learned. */
    public static final String BACKWARD_WEIGHTS = "backward_weights";

    /**
     * A way to compute a pass that was considered.
     *
     * @param pass which pass
     * @param implementation its name
     * @param refusal why it does not compute the layer; empty for the one that does
     */
    public record Candidate(String pass, String implementation, Optional<String> refusal) {}

    /** Checks nothing; the list is copied. */
    public LayerPlan {
        candidates = List.copyOf(candidates);
    }
}
