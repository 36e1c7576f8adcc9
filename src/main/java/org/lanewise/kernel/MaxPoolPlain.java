package org.lanewise.kernel;

/** What {@link MaxPoolVector} computes, channel by channel, for a JVM without the vector module. */
final class MaxPoolPlain {
    private MaxPoolPlain() {}

    /** As {@link MaxPool#forward}. */
    static void forward(PoolGeometry geometry, double[] src, double[] dst, int from, int to) {
        WindowGeometry window = geometry.window();
        for (int n = from; n < to; n++) {
            for (int p = 0; p < window.oh(); p++) {
                for (int q = 0; q < window.ow(); q++) {
                    int y = geometry.dst().at(n, 0, p, q);
                    for (int c = 0; c < geometry.c(); c++) {
                        dst[y + c] = largest(geometry, src, n, p, q, c);
                    }
                }
            }
        }
    }

    /** The first of the largest elements of a window, or its first NaN. */
    private static double largest(PoolGeometry geometry, double[] src, int n, int p, int q,
            int c) {
        WindowGeometry window = geometry.window();
        double best = 0.0;
        boolean first = true;
        for (int r = 0; r < window.kh(); r++) {
            int h = window.row(p, r);
            for (int s = 0; s < window.kw(); s++) {
                int w = window.column(q, s);
                if (window.inside(h, w)) {
                    double x = src[geometry.src().at(n, c, h, w)];
                    // A NaN is above nothing and nothing is above it.
                    if (first || !(x <= best) && !Double.isNaN(best)) {
                        best = x;
                        first = false;
                    }
                }
            }
        }
        return best;
    }

    /** As {@link MaxPool#backwardInput}. */
    static void backwardInput(PoolGeometry geometry, boolean rectified, double[] src,
            double[] dst, double[] diffDst, double[] diffSrc, int from, int to) {
        WindowGeometry window = geometry.window();
        for (int n = from; n < to; n++) {
            Maps.clearChannelsLast(geometry, diffSrc, n);
            for (int p = 0; p < window.oh(); p++) {
                for (int q = 0; q < window.ow(); q++) {
                    int y = geometry.dst().at(n, 0, p, q);
                    for (int c = 0; c < geometry.c(); c++) {
                        int winner = winner(geometry, src, n, p, q, c, dst[y + c]);
                        diffSrc[winner] += rectified && dst[y + c] <= 0.0 ? 0.0 : diffDst[y + c];
                    }
                }
            }
        }
    }

    /** Where the first element of a window is that has an output's bits. */
    private static int winner(PoolGeometry geometry, double[] src, int n, int p, int q, int c,
            double output) {
        WindowGeometry window = geometry.window();
        long bits = Double.doubleToRawLongBits(output);
        for (int r = 0; r < window.kh(); r++) {
            int h = window.row(p, r);
            for (int s = 0; s < window.kw(); s++) {
                int w = window.column(q, s);
                if (window.inside(h, w)) {
                    int place = geometry.src().at(n, c, h, w);
                    if (Double.doubleToRawLongBits(src[place]) == bits) {
                        return place;
                    }
                }
            }
        }
        throw new AssertionError("no element of the window has the output's bits");
    }
}
