package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import java.util.List;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WeightedKernel;

/**
 * The dense layer, the reference.
 *
 * @param geometry inputs and outputs
 */
public record LinearScalar(LinearGeometry geometry) {
    /** Samples whose gradients are one sum; those of slices are added in order. Doubles need no slices. */
    //float public static final int SLICE = 4096;
    public static final int SLICE = Integer.MAX_VALUE;

    /** {@return what computes outputs} As {@link WeightedKernel#forward}. */
    public List<Task> forward(double[] src, double[] weights, double[] bias, double[] dst) {
        return List.of(Task.samples(1, (from, to) -> forward(src, weights, bias, dst, from, to)));
    }

    /** {@return the tasks of the gradient with respect to the input} As {@link WeightedKernel#backwardInput}. */
    public List<Task> backwardInput(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        return List.of(Task.samples(1,
                (from, to) -> backwardInput(diffDst, weights, diffSrc, from, to)));
    }

    /** {@return what computes the others} As {@link WeightedKernel#backwardWeights}. */
    public List<Task> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return List.of(Task.of(_ -> geometry.oc(), 1, (j, _, _, samples) -> {
            backwardWeights(src, diffDst, diffWeights, j, samples);
            if (diffBias != null) {
                diffBias[j] = bias(diffDst, j, samples);
            }
        }));
    }

    private void forward(double[] src, double[] weights,
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

    private void backwardInput(double[] diffDst, double[] weights,
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

    private void backwardWeights(double[] src, double[] diffDst, double[] diffWeights, int j,
            int samples) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        for (int i = 0; i < ic; i++) {
            for (int from = 0; from == 0 || from < samples; from += SLICE) {
                double sum = 0.0;
                for (int n = from; n < Math.min(samples, (long) from + SLICE); n++) {
                    sum = fma(src[n * ic + i], diffDst[n * oc + j], sum);
                }
                diffWeights[j * ic + i] = from == 0 ? sum : diffWeights[j * ic + i] + sum;
            }
        }
    }

    private double bias(double[] diffDst, int j, int samples) {
        double total = 0.0;
        for (int from = 0; from == 0 || from < samples; from += SLICE) {
            double sum = 0.0;
            for (int n = from; n < Math.min(samples, (long) from + SLICE); n++) {
                sum += diffDst[n * geometry.oc() + j];
            }
            total = from == 0 ? sum : total + sum;
        }
        return total;
    }
}
