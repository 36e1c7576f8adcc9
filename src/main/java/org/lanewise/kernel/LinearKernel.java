package org.lanewise.kernel;

/**
 * The passes of one dense layer over flat samples; weights stand as (oc, ic), row-major, and every
 * backend gives the same bits.
 */
public sealed interface LinearKernel permits LinearScalar, LinearVector {
    /**
     * {@code dst[n, j] = bias[j] + sum over i of src[n, i] * weights[j, i]}.
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
     * {@code diffSrc[n, i] = sum over j of diffDst[n, j] * weights[j, i]}.
     *
     * @param diffDst read
     * @param weights read
     * @param diffSrc overwritten
     * @param from first sample
     * @param to behind the last sample
     */
    void backwardInput(double[] diffDst, double[] weights, double[] diffSrc, int from, int to);

    /**
     * {@code diffWeights[j, i] = sum over n of src[n, i] * diffDst[n, j]}.
     *
     * @param src read
     * @param diffDst read
     * @param diffWeights overwritten
     * @param samples how many samples, from the first
     */
    void backwardWeights(double[] src, double[] diffDst, double[] diffWeights, int samples);

    /**
     * {@code diffBias[j] = sum over n of diffDst[n, j]}.
     *
     * @param diffDst read
     * @param diffBias overwritten
     * @param samples how many samples, from the first
     */
    void backwardBias(double[] diffDst, double[] diffBias, int samples);
}
