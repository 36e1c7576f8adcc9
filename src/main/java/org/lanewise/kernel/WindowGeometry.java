package org.lanewise.kernel;

/**
 * A window sliding over maps; the letters are those of the package.
 *
 * @param ih rows of the input
 * @param iw columns of the input
 * @param oh rows of the output
 * @param ow columns of the output
 * @param kh rows of the kernel
 * @param kw columns of the kernel
 * @param sh stride down
 * @param sw stride across
 * @param ph padding above
 * @param pw padding to the left
 * @param dh distance of taps down
 * @param dw distance of taps across
 */
public record WindowGeometry(
        int ih,
        int iw,
        int oh,
        int ow,
        int kh,
        int kw,
        int sh,
        int sw,
        int ph,
        int pw,
        int dh,
        int dw) {
    /** The input row under tap r of output row p; outside 0 to ih - 1 it lies in the padding. */
    public int row(int p, int r) {
        return p * sh - ph + r * dh;
    }

    /** The input column under tap s of output column q. */
    public int column(int q, int s) {
        return q * sw - pw + s * dw;
    }

    /** Whether (h, w) is a pixel of the input, not of its padding. */
    public boolean inside(int h, int w) {
        return h >= 0 && h < ih && w >= 0 && w < iw;
    }
}
