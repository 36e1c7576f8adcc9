package org.lanewise.kernel.elementwise;

import org.lanewise.kernel.BatchNormGeometry;
import org.lanewise.kernel.ChunkedSums;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.gemm.Lanes;

/**
 * Batch normalization of NHWC maps and the function of every element that follows, chunk by chunk: what is
 * between them stays in L1 and is no map. The bits are those of {@link BatchNorm} and then
 * {@link ActivationKernel}.
 */
public final class BatchNormActivation {
    /**
     * Elements of a chunk, or those of a pixel. As short as that, a chunk is computed while the prefetcher fetches the
     * next: GELU of 1,024 elements takes longer than it fetches ahead.
     */
    private static final int CHUNK = 256;
    /** Elements of a block, which stay in L2 until its gradients are summed. */
    private static final int BLOCK = 16384;

    private final BatchNormGeometry geometry;
    private final ActivationKernel function;
    private final double[] coefficients;
    private final int chunk;
    private final int block;
    /** Ranges of a sample with nothing between their elements: its rows, or 1 where those are adjacent. */
    private final int lines;
    /** Whether samples are adjacent too. */
    private final boolean adjacent;
    private final double[][] values;
    private final double[][] gradients;

    /**
     * Allocates the chunks of a backward pass.
     *
     * @param geometry shapes and strides; channels last
     * @param function what follows
     * @param coefficients as {@link org.lanewise.kernel.reference.BatchNormScalar} has them; read by every pass
     * @param scratch where chunks come from; null if there is no backward pass
     */
    public BatchNormActivation(BatchNormGeometry geometry, ActivationKernel function,
            double[] coefficients, Scratchpad scratch) {
        this.geometry = geometry;
        this.function = function;
        this.coefficients = coefficients;
        int c = geometry.c();
        int pixels = Math.max(1, CHUNK / c);
        // Whole vectors, where those are some pixels.
        this.chunk = c * (c % Lanes.COUNT == 0 || pixels == 1
                ? pixels
                : Math.ceilDiv(pixels, Lanes.COUNT) * Lanes.COUNT);
        this.block = Math.max(1, BLOCK / chunk) * chunk;
        boolean rows = rowsAreAdjacent(geometry.src()) && rowsAreAdjacent(geometry.dst());
        this.lines = rows ? 1 : geometry.h();
        this.adjacent = rows && samplesAreAdjacent(geometry.src())
                && samplesAreAdjacent(geometry.dst());
        boolean recomputed = scratch != null && !function.readsOutput();
        this.values = recomputed ? scratch.doublesPerThread("normalized chunk", chunk) : null;
        this.gradients = recomputed ? scratch.doublesPerThread("gradient chunk", chunk) : null;
    }

    /** {@return whether {@link #gradientSums} reads the values of the function} */
    public boolean readsOutput() {
        return function.readsOutput();
    }

    private boolean rowsAreAdjacent(Layout layout) {
        return geometry.h() == 1 || layout.row() == geometry.w() * geometry.c();
    }

    private boolean samplesAreAdjacent(Layout layout) {
        return layout.sample() == geometry.h() * geometry.w() * geometry.c();
    }

    /** The number of ranges in which a pass goes through some samples. */
    private int ranges(int samples) {
        return adjacent ? 1 : samples * lines;
    }

    private int place(Layout layout, int sample, int range) {
        return layout.at(sample + range / lines, 0, range % lines, 0);
    }

    /** Elements of a range. */
    private int length(int samples) {
        return geometry.h() / lines * geometry.w() * geometry.c() * (adjacent ? samples : 1);
    }

    /**
     * Normalizes and applies the function.
     *
     * @param src read
     * @param dst overwritten with the values of the function
     * @param from first sample
     * @param to end, exclusive
     */
    public void forward(double[] src, double[] dst, int from, int to) {
        int length = length(to - from);
        for (int range = 0; range < ranges(to - from); range++) {
            int x = place(geometry.src(), from, range);
            int y = place(geometry.dst(), from, range);
            for (int i = 0; i < length; i += chunk) {
                int count = Math.min(chunk, length - i);
                BatchNorm.normalizePixels(src, x + i, dst, y + i, coefficients, geometry.c(),
                        count);
                function.forward(dst, dst, y + i, y + i + count);
            }
        }
    }

    /**
     * Turns the gradient with respect to the values of the function into that with respect to the normalized
     * values, and sums as {@link BatchNorm#gradientSums}.
     *
     * @param src read
     * @param dst read: the values of the function
     * @param gradient overwritten
     * @param slices overwritten for this slice
     * @param from first sample of the slice
     * @param to end, exclusive
     * @param thread whose chunks are overwritten
     */
    public void gradientSums(double[] src, double[] dst, double[] gradient,
            ChunkedSums slices, int from, int to, int thread) {
        int c = geometry.c();
        int at = from / geometry.samplesOfSlice() * 2 * c;
        slices.clear(at, 2 * c);
        int terms = 0;
        int length = length(to - from);
        for (int range = 0; range < ranges(to - from); range++) {
            int x = place(geometry.src(), from, range);
            int y = place(geometry.dst(), from, range);
            for (int i = 0; i < length; i += block) {
                int count = Math.min(block, length - i);
                for (int k = i; k < i + count; k += chunk) {
                    backward(src, x + k, dst, gradient, y + k, Math.min(chunk, i + count - k),
                            thread);
                }
                terms = BatchNorm.gradientSums(src, x + i, gradient, y + i, coefficients, slices,
                        at, c, terms, count / c);
            }
        }
        slices.addRest(at, 2 * c);
    }

    private void backward(double[] src, int x, double[] dst, double[] gradient, int y, int count,
            int thread) {
        if (function.readsOutput()) {
            function.backward(dst, gradient, gradient, y, y + count);
            return;
        }
        double[] normalized = values[thread];
        double[] diff = gradients[thread];
        BatchNorm.normalizePixels(src, x, normalized, 0, coefficients, geometry.c(), count);
        System.arraycopy(gradient, y, diff, 0, count);
        function.backward(normalized, diff, diff, 0, count);
        System.arraycopy(diff, 0, gradient, y, count);
    }
}
