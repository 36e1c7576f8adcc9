package org.lanewise.kernel;

/**
 * Sizes of a convolution's input and window, which give those of its output.
 *
 * @param ih input rows
 * @param iw input columns
 * @param kh window rows
 * @param kw window columns
 * @param sh stride down
 * @param sw stride across
 * @param ph zero rows above and below
 * @param pw zero columns left and right
 * @param dh dilation down
 * @param dw dilation across
 */
public record WindowSizes(int ih, int iw, int kh, int kw, int sh, int sw, int ph, int pw, int dh,
        int dw) {
    public WindowGeometry geometry() {
        return geometry(ph, pw);
    }

    /** With other zeros below and to the right. */
    public WindowGeometry geometry(int bottom, int right) {
        int oh = Math.floorDiv(ih + ph + bottom - dh * (kh - 1) - 1, sh) + 1;
        int ow = Math.floorDiv(iw + pw + right - dw * (kw - 1) - 1, sw) + 1;
        return new WindowGeometry(ih, iw, oh, ow, kh, kw, sh, sw, ph, pw, dh, dw);
    }
}
