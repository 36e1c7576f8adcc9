package org.lanewise.kernel;

import java.util.Arrays;

/**
 * The dense layer on vectors, bit for bit as {@link LinearScalar}.
 *
 * <p>Rows of the products are samples, or outputs for the weights' gradient; lanes are outputs, or
 * inputs on the way back. What lanes run along is copied to rows of whole vectors first.
 */
public final class LinearVector implements LinearKernel {
    private final LinearScalar scalar;
    private final int capacity;
    private final int ic;
    private final int oc;
    private final LaneBlocks inputs;
    private final LaneBlocks outputs;
    private final double[] source;
    private final double[] gradient;
    private final double[] turned;
    private final double[] packed;
    private final double[] rows;
    private final double[] result;
    private final double[] sums;
    private final Product[] forward;
    private final Product backwardInput;
    private final Product backwardWeights;

    /**
     * Books working memory for all passes.
     *
     * @param geometry inputs and outputs
     * @param capacity the most samples of one call
     * @param scratch where working memory comes from
     */
    public LinearVector(LinearGeometry geometry, int capacity, Scratch scratch) {
        this.scalar = new LinearScalar(geometry);
        this.capacity = capacity;
        this.ic = geometry.ic();
        this.oc = geometry.oc();
        this.inputs = LaneBlocks.of(ic);
        this.outputs = LaneBlocks.of(oc);
        this.source = scratch.doubles("rows of the input", (long) capacity * inputs.lanes());
        this.gradient = scratch.doubles("rows of the output gradient", (long) capacity * oc);
        this.turned = scratch.doubles("turned output gradient", (long) capacity * oc);
        this.packed = scratch.doubles("packed weights", (long) ic * outputs.lanes());
        this.rows = scratch.doubles("rows of weights", (long) oc * inputs.lanes());
        this.result = scratch.doubles("packed output",
                (long) capacity * Math.max(outputs.lanes(), inputs.lanes()));
        this.sums = scratch.doubles("packed weight gradient", (long) oc * inputs.lanes());
        this.forward = new Product[outputs.blocks().length];
        for (int i = 0; i < forward.length; i++) {
            forward[i] = product(source, every(inputs.lanes(), capacity), packed,
                    outputs.blocks()[i].lanes(), result, every(outputs.lanes(), capacity));
        }
        this.backwardInput = product(gradient, every(oc, capacity), rows, inputs.lanes(), result,
                every(inputs.lanes(), capacity));
        this.backwardWeights = product(turned, every(capacity, oc), source, inputs.lanes(), sums,
                every(inputs.lanes(), oc));
    }

    private static int[] every(int distance, int count) {
        int[] places = new int[count];
        Arrays.setAll(places, i -> i * distance);
        return Product.filledUp(places);
    }

    /** A product of one run, which begins at the beginning. */
    private static Product product(double[] a, int[] rows, double[] b, int step, double[] c,
            int[] out) {
        return new Product(a, rows, new int[1], new int[1], b, step, c, out);
    }

    @Override
    public void forward(double[] src, double[] weights, double[] bias, double[] dst, int from,
            int to) {
        int width = outputs.lanes();
        copyRows(src, from * ic, ic, source, inputs.lanes(), to - from);
        for (LaneBlocks.Block block : outputs.blocks()) {
            pack(weights, block);
        }
        for (int n = 0; n < to - from; n++) {
            for (int j = 0; j < oc; j++) {
                result[n * width + j] = bias == null ? 0.0 : bias[j];
            }
        }
        for (int i = 0; i < forward.length; i++) {
            LaneBlocks.Block block = outputs.blocks()[i];
            ProductVector.multiply(forward[i], ic, to - from, block.vectors(), block.first() * ic,
                    block.first());
        }
        emptyRows(result, width, dst, from * oc, oc, to - from);
    }

    /** Weights of a block stand as (i, lane). */
    private void pack(double[] weights, LaneBlocks.Block block) {
        int step = block.lanes();
        int count = Math.min(step, oc - block.first());
        for (int j = 0; j < count; j++) {
            int w = (block.first() + j) * ic;
            int to = block.first() * ic + j;
            for (int i = 0; i < ic; i++) {
                packed[to + i * step] = weights[w + i];
            }
        }
    }

    @Override
    public void backwardInput(double[] diffDst, double[] weights, double[] diffSrc, int from,
            int to) {
        copyRows(diffDst, from * oc, oc, gradient, oc, to - from);
        copyRows(weights, 0, ic, rows, inputs.lanes(), oc);
        Arrays.fill(result, 0, (to - from) * inputs.lanes(), 0.0);
        for (LaneBlocks.Block block : inputs.blocks()) {
            ProductVector.multiply(backwardInput, oc, to - from, block.vectors(), block.first(),
                    block.first());
        }
        emptyRows(result, inputs.lanes(), diffSrc, from * ic, ic, to - from);
    }

    @Override
    public void backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            int samples) {
        copyRows(src, 0, ic, source, inputs.lanes(), samples);
        for (int n = 0; n < samples; n++) {
            for (int j = 0; j < oc; j++) {
                turned[j * capacity + n] = diffDst[n * oc + j];
            }
        }
        Arrays.fill(sums, 0.0);
        for (LaneBlocks.Block block : inputs.blocks()) {
            ProductVector.multiply(backwardWeights, samples, oc, block.vectors(), block.first(),
                    block.first());
        }
        emptyRows(sums, inputs.lanes(), diffWeights, 0, ic, oc);
    }

    @Override
    public void backwardBias(double[] diffDst, double[] diffBias, int samples) {
        scalar.backwardBias(diffDst, diffBias, samples);
    }

    private static void copyRows(double[] from, int start, int length, double[] to, int width,
            int count) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(from, start + i * length, to, i * width, length);
        }
    }

    private static void emptyRows(double[] from, int width, double[] to, int start, int length,
            int count) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(from, i * width, to, start + i * length, length);
        }
    }
}
