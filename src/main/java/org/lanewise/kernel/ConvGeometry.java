package org.lanewise.kernel;

import java.util.Arrays;

/**
 * A convolution: weights are (oc, ic / g, kh, kw), dense and row-major.
 *
 * @param window the sliding window
 * @param g groups
 * @param ic input channels
 * @param oc output channels
 * @param src layout of the input and its gradient
 * @param dst layout of the output and its gradient
 */
public record ConvGeometry(
        WindowGeometry window,
        int g,
        int ic,
        int oc,
        Layout src,
        Layout dst) {
    private static final int MANY_WEIGHTS = 32 << 10;
    private static final int SHORT_SUM = 1024;
    private static final int LONG_SUM = 4096;

    /** Input channels of one group. */
    public int icg() {
        return ic / g;
    }

    /** Output channels of one group. */
    public int ocg() {
        return oc / g;
    }

    /**
     * {@return samples of a slice}: a gradient with respect to weights is a sum over pixels for each slice of the batch, and the
     * sums of slices are then added in order. The length is a power of two, so that the batches in use have slices of
     * one size; a sum has 1,024 terms or more, or 4,096 where adding the weights up takes as long as many terms.
     */
    public int samplesOfSlice() {
        int weights = oc * icg() * window.kh() * window.kw();
        int terms = weights > MANY_WEIGHTS ? LONG_SUM : SHORT_SUM;
        return Task.samplesOfSlice(terms, window.oh() * window.ow());
    }

    /** Offsets of all factors of an output from the first, in the order (r, s, c). */
    public int[] offsets() {
        int[] offsets = new int[window.kh() * window.kw() * icg()];
        Arrays.setAll(offsets, i -> {
            int tap = i / icg();
            return tap / window.kw() * window.dh() * src.row()
                    + tap % window.kw() * window.dw() * src.column()
                    + i % icg() * src.channel();
        });
        return offsets;
    }
}
