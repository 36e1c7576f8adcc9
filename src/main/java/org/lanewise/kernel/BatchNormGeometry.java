package org.lanewise.kernel;

/**
 * Maps that batch normalization reads and writes.
 *
 * @param c channels
 * @param h rows
 * @param w columns
 * @param src layout of the input and its gradient
 * @param dst layout of the output and its gradient
 */
public record BatchNormGeometry(int c, int h, int w, Layout src, Layout dst) {
    /** Terms of a sum over a slice, at least. */
    private static final int TERMS = 128;

    /** {@return samples of which statistics are one sum; those of slices are merged in order} */
    public int samplesOfSlice() {
        return Task.samplesOfSlice(TERMS, h * w);
    }

    /** {@return values a channel has in some samples} */
    public double values(int samples) {
        return (double) samples * h * w;
    }
}
