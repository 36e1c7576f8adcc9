package org.lanewise.kernel;

import java.util.Arrays;

/**
 * Maps whose channels are normalized in groups, each sample by itself.
 *
 * <p>Statistics are four rows of c numbers for each sample, at {@code n * 4 * c}: means, {@code 1 / sqrt(var +
 * eps)}, and of the backward pass the means of the gradient and minus those of its products with the normalized
 * values. All channels of a group have the same.
 *
 * <p>Factors, and what is added, are c numbers, or one for each element in the order HWC; those that are added
 * follow the factors.
 *
 * @param c channels
 * @param h rows
 * @param w columns
 * @param groups of channels
 * @param elementwise whether each element has a factor of its own
 * @param eps added to variances
 * @param src layout of the input and its gradient
 * @param dst layout of the output and its gradient
 */
public record GroupNormGeometry(int c, int h, int w, int groups, boolean elementwise, double eps,
        Layout src, Layout dst) {
    /** Terms of a sum over a slice, at least. */
    private static final int TERMS = 128;

    /** {@return samples of which gradients with respect to factors are one sum; those of slices are added in order} */
    public int samplesOfSlice() {
        return Task.samplesOfSlice(TERMS, h * w);
    }

    /** {@return the number of factors} */
    public int factors() {
        return elementwise ? c * h * w : c;
    }

    /** {@return the distance of the factors of neighbouring pixels} */
    public int factorStep() {
        return elementwise ? c : 0;
    }

    /**
     * Rows of pixels whose gradients with respect to factors are summed at once.
     *
     * @param firstSample the first sample
     * @param samples end of the samples, exclusive
     * @param firstRow the first row of each
     * @param rows end of the rows, exclusive
     */
    public record Part(int firstSample, int samples, int firstRow, int rows) {}

    /**
     * {@return the parts of a batch: slices, or rows where each element has a factor}
     *
     * @param capacity samples; a batch may have fewer
     */
    public Part[] parts(int capacity) {
        int slice = samplesOfSlice();
        Part[] parts = new Part[elementwise ? h : Math.ceilDiv(capacity, slice)];
        Arrays.setAll(parts, i -> elementwise
                ? new Part(0, capacity, i, i + 1)
                : new Part(i * slice, Math.min(capacity, (i + 1) * slice), 0, h));
        return parts;
    }

    /** {@return how many gradients with respect to factors a part has} */
    public int gradients(Part part) {
        return elementwise ? (part.rows() - part.firstRow()) * w * c : c;
    }

    /**
     * {@return where the gradients with respect to factors begin that a row of a sample contributes to: one for
     * each channel, of the slice of the sample, or for each element of the row}
     *
     * @param n the sample
     * @param row of pixels
     */
    public int gradients(int n, int row) {
        return elementwise ? row * w * c : n / samplesOfSlice() * 2 * c;
    }

    /** {@return values of a group} */
    public double values() {
        return (double) (c / groups) * h * w;
    }
}
