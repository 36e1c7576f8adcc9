package org.lanewise.kernel;

/**
 * Which loops compute the passes of a layer, in words for people.
 *
 * @param forward those of the forward pass
 * @param backwardInput those of the gradient by the input; null if that pass was not made
 * @param backwardWeights those of the gradients by weights and bias; null alike
 */
public record PassLoops(String forward, String backwardInput, String backwardWeights) {
    /**
     * {@return the same loops for every pass}
     *
     * @param loops which
     */
    public static PassLoops of(String loops) {
        return new PassLoops(loops, loops, loops);
    }
}
