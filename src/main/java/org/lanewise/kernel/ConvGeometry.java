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
    /** Input channels of one group. */
    public int icg() {
        return ic / g;
    }

    /** Output channels of one group. */
    public int ocg() {
        return oc / g;
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
