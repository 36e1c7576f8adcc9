package org.lanewise.kernel;

/**
 * A pooling: every channel by itself.
 *
 * @param window the sliding window
 * @param c channels
 * @param src layout of the input and its gradient
 * @param dst layout of the output and its gradient
 * @param countPadding whether pixels of the padding count in the divisor of an average
 * @param divisor of every average instead of the number of pixels; 0 for none
 */
public record PoolGeometry(
        WindowGeometry window,
        int c,
        Layout src,
        Layout dst,
        boolean countPadding,
        int divisor) {
    /** What the sum of window (p, q) is divided by. */
    public int divisor(int p, int q) {
        return divisor != 0
                ? divisor
                : pixels(window.row(p, 0), window.kh(), window.ih(), window.ph())
                        * pixels(window.column(q, 0), window.kw(), window.iw(), window.pw());
    }

    /** Pixels of a window along a dimension; never those beyond the padding. */
    private int pixels(int first, int kernel, int size, int padding) {
        int around = countPadding ? padding : 0;
        return Math.min(first + kernel, size + around) - Math.max(first, -around);
    }
}
