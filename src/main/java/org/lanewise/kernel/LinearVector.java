package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A dense layer on vectors, bit for bit as {@link LinearScalar}.
 *
 * <p>Weights are never transposed: forward, lanes hold samples, or outputs where those are few
 * ({@link LinearOutputsVector}); on the ways back, lanes hold inputs, as the rows of weights do.
 */
public final class LinearVector implements AffineKernel {
    private final LinearForwardVector forward;
    private final LinearOutputsVector fewOutputs;
    private final LinearBackwardVector backward;

    /**
     * Makes a dense layer on vectors.
     *
     * @param geometry sizes
     * @param fusion what is computed along with it
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     * @param backward whether the ways back will be asked for
     */
    public LinearVector(LinearGeometry geometry, Fusion fusion, int capacity, Scratch scratch,
            boolean backward) {
        boolean few = LinearOutputsVector.applies(geometry, capacity);
        this.fewOutputs = few
                ? new LinearOutputsVector(geometry, fusion.rectify(), capacity, scratch)
                : null;
        this.forward = few
                ? null
                : new LinearForwardVector(geometry, fusion.rectify(), capacity, scratch);
        this.backward = backward
                ? new LinearBackwardVector(geometry, fusion.rectified(), capacity, scratch)
                : null;
    }

    /** Numbers from 0 in steps. */
    static int[] every(int count, int step) {
        int[] places = new int[count];
        Arrays.setAll(places, i -> i * step);
        return places;
    }

    @Override
    public String algorithm() {
        return DIRECT;
    }

    @Override
    public PassLoops loops() {
        String back = "run tiles: lanes are inputs";
        return new PassLoops(
                "run tiles: lanes are " + (fewOutputs != null ? "outputs" : "samples"), back,
                back);
    }

    @Override
    public List<Job> forward(double[] src, double[] weights, double[] bias, double[] dst) {
        return fewOutputs != null
                ? fewOutputs.jobs(src, weights, bias, dst)
                : forward.jobs(src, weights, bias, dst);
    }

    @Override
    public List<Job> backwardInput(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        return backward.inputJobs(diffDst, weights, src, diffSrc);
    }

    @Override
    public List<Job> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return backward.weightJobs(src, diffDst, diffWeights, diffBias);
    }
}
