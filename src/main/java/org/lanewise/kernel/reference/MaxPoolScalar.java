package org.lanewise.kernel.reference;

import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Maps;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.WindowGeometry;

/**
 * Max pooling, the reference.
 *
 * <p>The argmax of a window is recorded as its offset in the window, {@code r * kw + s}, which does
 * not depend on the layout.
 */
public final class MaxPoolScalar {
    private MaxPoolScalar() {}

    /**
     * {@code dst[n, c, p, q] = } the largest of its window: the first of equal ones, or the first
     * NaN.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param dst overwritten
     * @param argmax taps of the largest elements; overwritten, in the positions of {@code dst}
     * @param from first sample
     * @param to end, exclusive
     */
    public static void forward(PoolGeometry geometry, double[] src, double[] dst, int[] argmax,
            int from, int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Layout out = geometry.dst();
        for (int n = from; n < to; n++) {
            for (int c = 0; c < geometry.c(); c++) {
                int source = in.origin() + n * in.sample() + c * in.channel();
                int target = out.origin() + n * out.sample() + c * out.channel();
                for (int p = 0; p < window.oh(); p++) {
                    for (int q = 0; q < window.ow(); q++) {
                        int largest = largest(window, in, src, source, p, q);
                        int i = target + p * out.row() + q * out.column();
                        argmax[i] = largest;
                        dst[i] = src[source + offset(window, in, p, q, largest)];
                    }
                }
            }
        }
    }

    private static int largest(WindowGeometry window, Layout in, double[] src, int source, int p,
            int q) {
        int largest = -1;
        double best = Double.NEGATIVE_INFINITY;
        for (int r = 0; r < window.kh(); r++) {
            int h = window.row(p, r);
            for (int s = 0; s < window.kw(); s++) {
                int w = window.column(q, s);
                if (!window.inside(h, w)) {
                    continue;
                }
                double value = src[source + h * in.row() + w * in.column()];
                // A NaN is above nothing and nothing is above it: !(value <= best) lets the
                // first one in, and best != best keeps it.
                if (largest < 0 || best == best && !(value <= best)) {
                    largest = r * window.kw() + s;
                    best = value;
                }
            }
        }
        return largest;
    }

    private static int offset(WindowGeometry window, Layout in, int p, int q, int tap) {
        return window.row(p, tap / window.kw()) * in.row()
                + window.column(q, tap % window.kw()) * in.column();
    }

    /**
     * Adds each gradient to the element that was largest; windows are taken in row-major order.
     *
     * @param geometry shapes and strides
     * @param diffDst read
     * @param argmax read, as {@link #forward} left them
     * @param diffSrc overwritten; 0 where nothing won
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backwardInput(PoolGeometry geometry, double[] diffDst, int[] argmax,
            double[] diffSrc, int from, int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Layout out = geometry.dst();
        for (int n = from; n < to; n++) {
            for (int c = 0; c < geometry.c(); c++) {
                int source = in.origin() + n * in.sample() + c * in.channel();
                int target = out.origin() + n * out.sample() + c * out.channel();
                Maps.clear(window, in, diffSrc, source);
                for (int p = 0; p < window.oh(); p++) {
                    for (int q = 0; q < window.ow(); q++) {
                        int i = target + p * out.row() + q * out.column();
                        diffSrc[source + offset(window, in, p, q, argmax[i])] += diffDst[i];
                    }
                }
            }
        }
    }
}
