package org.lanewise.kernel;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/** The dense layer, the reference; weights stand as (oc, ic), row-major. */
public final class LinearScalar {
    private LinearScalar() {}

    /**
     * {@code dst[n, j] = bias[j] + sum over i of src[n, i] * weights[j, i]}.
     *
     * @param geometry inputs and outputs
     * @param src read
     * @param weights read
     * @param bias read; null for none
     * @param dst overwritten
     * @param from first sample
     * @param to behind the last sample
     */
    public static void forward(LinearGeometry geometry, double[] src, double[] weights,
            double[] bias, double[] dst, int from, int to) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        for (int n = from; n < to; n++) {
            for (int j = 0; j < oc; j++) {
                double sum = bias == null ? 0.0 : bias[j];
                for (int i = 0; i < ic; i++) {
                    sum = fma(src[n * ic + i], weights[j * ic + i], sum);
                }
                dst[n * oc + j] = sum;
            }
        }
    }

    /**
     * {@code diffSrc[n, i] = sum over j of diffDst[n, j] * weights[j, i]}.
     *
     * @param geometry inputs and outputs
     * @param diffDst read
     * @param weights read
     * @param diffSrc overwritten
     * @param from first sample
     * @param to behind the last sample
     */
    public static void backwardInput(LinearGeometry geometry, double[] diffDst, double[] weights,
            double[] diffSrc, int from, int to) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        for (int n = from; n < to; n++) {
            for (int i = 0; i < ic; i++) {
                double sum = 0.0;
                for (int j = 0; j < oc; j++) {
                    sum = fma(diffDst[n * oc + j], weights[j * ic + i], sum);
                }
                diffSrc[n * ic + i] = sum;
            }
        }
    }

    /**
     * {@code diffWeights[j, i] = sum over n of src[n, i] * diffDst[n, j]}.
     *
     * @param geometry inputs and outputs
     * @param src read
     * @param diffDst read
     * @param diffWeights overwritten
     * @param samples how many samples, from the first
     */
    public static void backwardWeights(LinearGeometry geometry, double[] src, double[] diffDst,
            double[] diffWeights, int samples) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        for (int j = 0; j < oc; j++) {
            for (int i = 0; i < ic; i++) {
                double sum = 0.0;
                for (int n = 0; n < samples; n++) {
                    sum = fma(src[n * ic + i], diffDst[n * oc + j], sum);
                }
                diffWeights[j * ic + i] = sum;
            }
        }
    }

    /**
     * {@code diffBias[j] = sum over n of diffDst[n, j]}.
     *
     * @param geometry inputs and outputs
     * @param diffDst read
     * @param diffBias overwritten
     * @param samples how many samples, from the first
     */
    public static void backwardBias(LinearGeometry geometry, double[] diffDst, double[] diffBias,
            int samples) {
        int oc = geometry.oc();
        for (int j = 0; j < oc; j++) {
            double sum = 0.0;
            for (int n = 0; n < samples; n++) {
                sum += diffDst[n * oc + j];
            }
            diffBias[j] = sum;
        }
    }
}
