package org.lanewise.kernel.reference;

import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Maps;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.WindowGeometry;

/** Average pooling, the reference. */
public final class AvgPoolScalar {
    private AvgPoolScalar() {}

    /**
     * {@code dst[n, c, p, q] = (sum over r, s of src) / divisor}, the sum in that order.
     *
     * @param geometry shapes and strides; dilation 1
     * @param src read
     * @param dst overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void forward(PoolGeometry geometry, double[] src, double[] dst, int from,
            int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Layout out = geometry.dst();
        for (int n = from; n < to; n++) {
            for (int c = 0; c < geometry.c(); c++) {
                int source = in.origin() + n * in.sample() + c * in.channel();
                int target = out.origin() + n * out.sample() + c * out.channel();
                for (int p = 0; p < window.oh(); p++) {
                    for (int q = 0; q < window.ow(); q++) {
                        double sum = 0.0;
                        for (int h = top(window, p); h < bottom(window, p); h++) {
                            for (int w = left(window, q); w < right(window, q); w++) {
                                sum += src[source + h * in.row() + w * in.column()];
                            }
                        }
                        dst[target + p * out.row() + q * out.column()] = sum
                                / geometry.divisor(p, q);
                    }
                }
            }
        }
    }

    /**
     * Adds each gradient, divided as the mean was, to all of its window; windows are taken in
     * row-major order.
     *
     * @param geometry shapes and strides; dilation 1
     * @param diffDst read
     * @param diffSrc overwritten; 0 where no window lies
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backwardInput(PoolGeometry geometry, double[] diffDst, double[] diffSrc,
            int from, int to) {
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
                        double share = diffDst[target + p * out.row() + q * out.column()]
                                / geometry.divisor(p, q);
                        for (int h = top(window, p); h < bottom(window, p); h++) {
                            for (int w = left(window, q); w < right(window, q); w++) {
                                diffSrc[source + h * in.row() + w * in.column()] += share;
                            }
                        }
                    }
                }
            }
        }
    }

    public static int top(WindowGeometry window, int p) {
        return Math.max(window.row(p, 0), 0);
    }

    public static int bottom(WindowGeometry window, int p) {
        return Math.min(window.row(p, window.kh()), window.ih());
    }

    public static int left(WindowGeometry window, int q) {
        return Math.max(window.column(q, 0), 0);
    }

    public static int right(WindowGeometry window, int q) {
        return Math.min(window.column(q, window.kw()), window.iw());
    }
}
