package org.lanewise.kernel;

import java.util.List;

/** A kernel of arrays of doubles. */
public record ArrayKernel(WeightedKernel kernel) {
    public List<Task> forward(double[] src, double[] weights, double[] bias, double[] dst) {
        return kernel.forward(Elements.of(src), Elements.of(weights), Elements.of(bias),
                Elements.of(dst));
    }

    public List<Task> backwardInput(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        return kernel.backwardInput(Elements.of(diffDst), Elements.of(weights), Elements.of(src),
                Elements.of(diffSrc));
    }

    public List<Task> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return kernel.backwardWeights(Elements.of(src), Elements.of(diffDst),
                Elements.of(diffWeights), Elements.of(diffBias));
    }
}
