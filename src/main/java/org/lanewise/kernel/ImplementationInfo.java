package org.lanewise.kernel;

/**
 * The kernels of the passes of a layer, in words.
 *
 * @param forward those of the forward pass
 * @param backwardInput those of the gradient with respect to the input; null if that pass was not
 *        made
 * @param backwardWeights those of the gradients with respect to weights and bias; null likewise
 */
public record ImplementationInfo(String forward, String backwardInput, String backwardWeights) {
    /**
     * {@return the same kernels for every pass}
     *
     * @param info the kernels
     */
    public static ImplementationInfo of(String info) {
        return new ImplementationInfo(info, info, info);
    }
}
