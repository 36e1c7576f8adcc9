package org.lanewise.kernel;

/**
 * Convolution on vectors, bit for bit as {@link ConvScalar}: lanes hold channels, and every sum
 * runs in the reference's order.
 *
 * <p>One sample at a time is brought into the layout that a pass reads, multiplied by
 * {@link ProductVector}, and brought back.
 */
public final class ConvVector implements ConvKernel {
    private final ConvScalar scalar;
    private final ConvForwardVector forward;
    private final ConvBackwardInputVector backwardInput;
    private final ConvBackwardWeightsVector backwardWeights;

    private ConvVector(ConvGeometry geometry, Scratch scratch, boolean input, boolean weights) {
        this.scalar = new ConvScalar(geometry);
        this.forward = new ConvForwardVector(geometry, scratch);
        this.backwardInput = input ? new ConvBackwardInputVector(geometry, scratch) : null;
        this.backwardWeights = weights ? new ConvBackwardWeightsVector(geometry, scratch) : null;
    }

    /**
     * {@return a convolution on vectors}
     *
     * @param geometry shapes and strides
     * @param scratch where working memory comes from
     * @param input whether {@link #backwardInput} will be called
     * @param weights whether {@link #backwardWeights} will be called
     */
    public static ConvVector of(ConvGeometry geometry, Scratch scratch, boolean input,
            boolean weights) {
        return new ConvVector(geometry, scratch, input, weights);
    }

    @Override
    public void forward(double[] src, double[] weights, double[] bias, double[] dst, int from,
            int to) {
        forward.run(src, weights, bias, dst, from, to);
    }

    @Override
    public void backwardInput(double[] diffDst, double[] weights, double[] diffSrc, int from,
            int to) {
        backwardInput.run(diffDst, weights, diffSrc, from, to);
    }

    @Override
    public void backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            int samples) {
        backwardWeights.run(src, diffDst, diffWeights, samples);
    }

    @Override
    public void backwardBias(double[] diffDst, double[] diffBias, int samples) {
        scalar.backwardBias(diffDst, diffBias, samples);
    }
}
