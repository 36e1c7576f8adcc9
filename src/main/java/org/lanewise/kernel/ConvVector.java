package org.lanewise.kernel;

import java.util.List;

/**
 * Convolution on vectors, bit for bit as {@link ConvScalar}: lanes hold channels, and every sum
 * runs in the reference's order.
 *
 * <p>Maps stand with their channels last, an input of few channels perhaps in planes
 * ({@link #prefersPlanes}), and with {@link #sourceHalo} and {@link #gradientHalo}
 * around them, so that no pass copies them. Where the input stands in planes and nobody asks for its
 * gradient, the output may stand row-major, with nothing around it.
 */
public final class ConvVector implements AffineKernel {
    private static final int FEW_CHANNELS = 4;

    private final ConvForwardVector forward;
    private final InputGradient backwardInput;
    private final WeightGradient backwardWeights;

    /** One of the ways to compute the gradient by the input. */
    interface InputGradient {
        String loops();

        List<Job> jobs(double[] diffDst, double[] weights, double[] src, double[] diffSrc);
    }

    /** One of the ways to compute the gradients by weights and bias. */
    interface WeightGradient {
        String loops();

        List<Job> jobs(double[] src, double[] diffDst, double[] diffWeights, double[] diffBias);
    }

    /**
     * Makes a convolution on vectors.
     *
     * @param geometry shapes and strides
     * @param fusion what is computed along with it
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     * @param input whether {@link #backwardInput} will be called
     * @param weights whether {@link #backwardWeights} will be called
     */
    public ConvVector(ConvGeometry geometry, Fusion fusion, int capacity, Scratch scratch,
            boolean input, boolean weights) {
        this.forward = new ConvForwardVector(geometry, fusion.rectify(), capacity, scratch);
        this.backwardInput = input
                ? inputGradient(geometry, fusion.rectified(), capacity, scratch)
                : null;
        this.backwardWeights = weights ? weightGradient(geometry, capacity, scratch) : null;
    }

    private static InputGradient inputGradient(ConvGeometry geometry, boolean rectified,
            int capacity, Scratch scratch) {
        if (ConvBackwardSamplesVector.applies(geometry, capacity)) {
            return new ConvBackwardSamplesVector(geometry, rectified, scratch);
        }
        return ConvBackwardPlanesVector.applies(geometry)
                ? new ConvBackwardPlanesVector(geometry, rectified, scratch)
                : new ConvBackwardInputVector(geometry, rectified, capacity, scratch);
    }

    private static WeightGradient weightGradient(ConvGeometry geometry, int capacity,
            Scratch scratch) {
        if (readsLines(geometry)) {
            return new ConvBackwardLinesVector(geometry, capacity, scratch);
        }
        return ConvBackwardPointwiseVector.applies(geometry)
                ? new ConvBackwardPointwiseVector(geometry, capacity, scratch)
                : new ConvBackwardWeightsVector(geometry, capacity, scratch);
    }

    /**
     * {@return the zeros around the input that the passes read}
     *
     * @param window the sliding window
     */
    public static Layout.Halo sourceHalo(WindowGeometry window) {
        return new Layout.Halo(window.ph(), window.pw(),
                Math.max(0, window.row(window.oh() - 1, window.kh() - 1) - window.ih() + 1),
                Math.max(0, window.column(window.ow() - 1, window.kw() - 1) - window.iw() + 1));
    }

    /**
     * {@return the zeros around the output's gradient that the way back to the input reads}
     *
     * @param window the sliding window
     */
    public static Layout.Halo gradientHalo(WindowGeometry window) {
        return ConvBackwardInputVector.halo(window);
    }

    /**
     * {@return whether an input that nobody has arranged is best left in planes: then its pixels
     * stand side by side, which few channels would not}
     *
     * @param window the sliding window
     * @param groups groups
     * @param channels input channels
     */
    public static boolean prefersPlanes(WindowGeometry window, int groups, int channels) {
        return groups == 1 && channels <= FEW_CHANNELS && window.sh() == 1 && window.sw() == 1;
    }

    /** Whether the pixels of a line stand side by side and are neighbours under the window too. */
    static boolean readsLines(ConvGeometry geometry) {
        return geometry.src().column() == 1
                && prefersPlanes(geometry.window(), geometry.g(), geometry.ic());
    }

    @Override
    public String algorithm() {
        return DIRECT;
    }

    @Override
    public PassLoops loops() {
        return new PassLoops(forward.loops(),
                backwardInput == null ? null : backwardInput.loops(),
                backwardWeights == null ? null : backwardWeights.loops());
    }

    @Override
    public List<Job> forward(double[] src, double[] weights, double[] bias, double[] dst) {
        return forward.jobs(src, weights, bias, dst);
    }

    @Override
    public List<Job> backwardInput(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        return backwardInput.jobs(diffDst, weights, src, diffSrc);
    }

    @Override
    public List<Job> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return backwardWeights.jobs(src, diffDst, diffWeights, diffBias);
    }
}
