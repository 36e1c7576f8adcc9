package org.lanewise.kernel;

import java.util.List;

/**
 * The passes of one layer whose output is a bias plus sums of its input by weights: a convolution or
 * a dense layer.
 *
 * <p>Source and destination stand where the layer's geometry says; weights as (oc, ic / g, kh, kw) or
 * (oc, ic), row-major. Every direct algorithm keeps to the order of the sums, and so gives the bits of
 * {@link ConvScalar} and {@link LinearScalar}.
 */
public sealed interface AffineKernel
        permits ConvScalar, ConvVector, ConvWinograd, LinearScalar, LinearVector {
    /** The name of the algorithm that keeps to the reference's order. */
    String DIRECT = "direct";

    /** {@return the name of the algorithm} */
    String algorithm();

    /** {@return which loops compute each pass} */
    PassLoops loops();

    /**
     * {@code dst = bias + sum of src * weights}: over r, s, c in a convolution, over inputs in a dense
     * layer, in that order.
     *
     * @param src read
     * @param weights read
     * @param bias read; null for none
     * @param dst overwritten
     * @return what computes it
     */
    List<Job> forward(double[] src, double[] weights, double[] bias, double[] dst);

    /**
     * {@code diffSrc = sum of diffDst * weights}: over r, s, k, or over outputs.
     *
     * @param diffDst read
     * @param weights read
     * @param src read where the input was rectified
     * @param diffSrc overwritten
     * @return what computes it
     */
    List<Job> backwardInput(double[] diffDst, double[] weights, double[] src, double[] diffSrc);

    /**
     * {@code diffWeights = sum of src * diffDst} and {@code diffBias = sum of diffDst}: over n, p, q,
     * or over samples.
     *
     * @param src read
     * @param diffDst read
     * @param diffWeights overwritten
     * @param diffBias overwritten; null for none
     * @return what computes it
     */
    List<Job> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias);
}
