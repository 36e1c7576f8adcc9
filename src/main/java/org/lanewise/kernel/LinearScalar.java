package org.lanewise.kernel;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/**
 * The dense layer, the reference.
 *
 * @param geometry inputs and outputs
 */
public record LinearScalar(LinearGeometry geometry) implements LinearKernel {
    @Override
    public void forward(double[] src, double[] weights,
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

    @Override
    public void backwardInput(double[] diffDst, double[] weights,
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

    @Override
    public void backwardWeights(double[] src, double[] diffDst,
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

    @Override
    public void backwardBias(double[] diffDst, double[] diffBias,
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
