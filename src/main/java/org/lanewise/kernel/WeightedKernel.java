package org.lanewise.kernel;

import java.util.List;

/**
 * The passes of one layer whose output is a bias plus sums of its input by weights: a convolution or
 * a dense layer.
 *
 * <p>Source and destination have the layouts of the layer's geometry; weights are (oc, ic / g, kh,
 * kw) or (oc, ic), row-major. Every direct algorithm keeps the order of the sums, and so gives the
 * bits of {@code ConvScalar} and {@code LinearScalar}.
 *
 * @param forwardPass the forward pass
 * @param inputPass the gradient with respect to the input; null if it is not required
 * @param weightsPass the gradients with respect to weights and bias; null likewise
 */
public record WeightedKernel(
        BoundPass forwardPass,
        BoundPass inputPass,
        BoundPass weightsPass) {
    /** The name of the algorithm that keeps to the reference's order. */
    public static final String DIRECT = "direct";

    /** {@return the name of the algorithm: direct, or Winograd's with the tiles of outputs and inputs} */
    public String algorithm() {
        String outputs = forwardPass.tile();
        if (outputs == null) {
            return DIRECT;
        }
        String inputs = inputPass == null ? outputs : inputPass.tile();
        return "winograd-" + (outputs.equals(inputs) ? outputs : outputs + "/" + inputs);
    }

    /** {@return the kernels of each pass} */
    public ImplementationInfo info() {
        return new ImplementationInfo(forwardPass.info(),
                inputPass == null ? null : inputPass.info(),
                weightsPass == null ? null : weightsPass.info());
    }

    /**
     * {@code dst = bias + sum of src * weights}: over r, s, c in a convolution, over inputs in a dense layer,
     * in that order.
     *
     * @return what computes it
     */
    public List<Task> forward(Elements src, Elements weights, Elements bias, Elements dst) {
        return forwardPass.tasks().of(src, weights, bias, dst);
    }

    /**
     * {@code diffSrc = sum of diffDst * weights}: over r, s, k, or over outputs.
     *
     * @param src read if the input is the output of a fused ReLU
     * @return what computes it
     */
    public List<Task> backwardInput(Elements diffDst, Elements weights, Elements src,
            Elements diffSrc) {
        return inputPass.tasks().of(diffDst, weights, src, diffSrc);
    }

    /**
     * {@code diffWeights = sum of src * diffDst} and {@code diffBias = sum of diffDst}: over n, p, q, or over
     * samples.
     *
     * @return what computes it
     */
    public List<Task> backwardWeights(Elements src, Elements diffDst, Elements diffWeights,
            Elements diffBias) {
        return weightsPass.tasks().of(src, diffDst, diffWeights, diffBias);
    }
}
