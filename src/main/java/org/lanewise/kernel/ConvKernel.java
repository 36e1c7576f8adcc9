package org.lanewise.kernel;

/**
 * The passes of one convolution; source and destination stand where its geometry says, weights as
 * (oc, ic / g, kh, kw), and every backend gives the same bits.
 */
public sealed interface ConvKernel permits ConvScalar, ConvVector {
    /**
     * {@code dst[n, k, p, q] = bias[k] + sum over r, s, c of src * weights}, in that order.
     *
     * @param src read
     * @param weights read
     * @param bias read; null for none
     * @param dst overwritten
     * @param from first sample
     * @param to behind the last sample
     */
    void forward(double[] src, double[] weights, double[] bias, double[] dst, int from, int to);

    /**
     * {@code diffSrc[n, c, h, w] = sum over r, s, k of diffDst * weights}, in that order.
     *
     * @param diffDst read
     * @param weights read
     * @param diffSrc overwritten
     * @param from first sample
     * @param to behind the last sample
     */
    void backwardInput(double[] diffDst, double[] weights, double[] diffSrc, int from, int to);

    /**
     * {@code diffWeights[k, c, r, s] = sum over n, p, q of src * diffDst}, in that order.
     *
     * @param src read
     * @param diffDst read
     * @param diffWeights overwritten
     * @param samples how many samples, from the first
     */
    void backwardWeights(double[] src, double[] diffDst, double[] diffWeights, int samples);

    /**
     * {@code diffBias[k] = sum over n, p, q of diffDst}, in that order.
     *
     * @param diffDst read
     * @param diffBias overwritten
     * @param samples how many samples, from the first
     */
    void backwardBias(double[] diffDst, double[] diffBias, int samples);
}
