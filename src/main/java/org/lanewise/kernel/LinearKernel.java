package org.lanewise.kernel;

import java.util.List;

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
     * @return what computes it
     */
    List<Job> forward(double[] src, double[] weights, double[] bias, double[] dst);

    /**
     * {@code diffSrc[n, i] = sum over j of diffDst[n, j] * weights[j, i]}.
     *
     * @param diffDst read
     * @param weights read
     * @param src read where the input was rectified
     * @param diffSrc overwritten
     * @return what computes it
     */
    List<Job> backwardInput(double[] diffDst, double[] weights, double[] src, double[] diffSrc);

    /**
     * {@code diffWeights[j, i] = sum over n of src[n, i] * diffDst[n, j]} and
     * {@code diffBias[j] = sum over n of diffDst[n, j]}.
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
