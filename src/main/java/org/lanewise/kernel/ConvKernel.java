package org.lanewise.kernel;

import java.util.List;

/**
 * The passes of one convolution; source and destination stand where its geometry says, weights as
 * (oc, ic / g, kh, kw), and every direct algorithm gives the same bits.
 */
public sealed interface ConvKernel permits ConvScalar, ConvVector, ConvWinograd {
    /**
     * {@code dst[n, k, p, q] = bias[k] + sum over r, s, c of src * weights}, in that order.
     *
     * @param src read
     * @param weights read
     * @param bias read; null for none
     * @param dst overwritten
     * @return what computes it
     */
    List<Job> forward(double[] src, double[] weights, double[] bias, double[] dst);

    /**
     * {@code diffSrc[n, c, h, w] = sum over r, s, k of diffDst * weights}, in that order.
     *
     * @param diffDst read
     * @param weights read
     * @param src read where the input was rectified
     * @param diffSrc overwritten
     * @return what computes it
     */
    List<Job> backwardInput(double[] diffDst, double[] weights, double[] src, double[] diffSrc);

    /**
     * {@code diffWeights[k, c, r, s] = sum over n, p, q of src * diffDst} and
     * {@code diffBias[k] = sum over n, p, q of diffDst}, in that order.
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
