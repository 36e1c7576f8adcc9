package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Average pooling on vectors, bit for bit as {@link AvgPoolScalar}: lanes hold channels, which
 * stand last. Loops over vectors compute one line of outputs per call, as in {@link MaxPoolVector}.
 */
public final class AvgPoolVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = SPECIES.length();

    private AvgPoolVector() {}

    /**
     * {@code dst[n, c, p, q] = (sum over r, s of src) / divisor}, the sum in that order.
     *
     * @param geometry shapes and strides; channels last, dilation 1
     * @param countPadding whether the divisor is all taps, or those inside the map
     * @param src read
     * @param dst overwritten
     * @param from first sample
     * @param to behind the last sample
     */
    public static void forward(PoolGeometry geometry, boolean countPadding, double[] src,
            double[] dst, int from, int to) {
        int lines = geometry.window().oh();
        for (int n = from; n < to; n++) {
            for (int p = 0; p < lines; p++) {
                forwardLine(geometry, countPadding, src, dst, n, p);
            }
        }
    }

    private static void forwardLine(PoolGeometry geometry, boolean countPadding, double[] src,
            double[] dst, int n, int p) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int top = AvgPoolScalar.top(window, p);
        int bottom = AvgPoolScalar.bottom(window, p);
        for (int q = 0; q < window.ow(); q++) {
            double divisor = AvgPoolScalar.divisor(window, countPadding, p, q);
            int left = AvgPoolScalar.left(window, q);
            int right = AvgPoolScalar.right(window, q);
            int y = geometry.dst().at(n, 0, p, q);
            for (int c = 0; c < geometry.c(); c += L) {
                VectorMask<Double> lanes = SPECIES.indexInRange(c, geometry.c());
                DoubleVector sum = DoubleVector.zero(SPECIES);
                for (int h = top; h < bottom; h++) {
                    for (int w = left; w < right; w++) {
                        sum = sum.add(DoubleVector.fromArray(SPECIES, src, in.at(n, c, h, w),
                                lanes));
                    }
                }
                sum.div(divisor).intoArray(dst, y + c, lanes);
            }
        }
    }

    /**
     * Adds each gradient, divided as the mean was, to all of its window; windows are taken in
     * row-major order.
     *
     * @param geometry shapes and strides; channels last, dilation 1
     * @param countPadding whether the divisor is all taps, or those inside the map
     * @param rectified whether {@code src} was made by a ReLU whose gradient is wanted
     * @param src read if it was
     * @param diffDst read
     * @param diffSrc overwritten; 0 where no window lies
     * @param from first sample
     * @param to behind the last sample
     */
    public static void backwardInput(PoolGeometry geometry, boolean countPadding,
            boolean rectified, double[] src, double[] diffDst, double[] diffSrc, int from,
            int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        for (int n = from; n < to; n++) {
            Maps.clearChannelsLast(geometry, diffSrc, n);
            for (int p = 0; p < window.oh(); p++) {
                backwardLine(geometry, countPadding, diffDst, diffSrc, n, p);
            }
            if (rectified) {
                for (int h = 0; h < window.ih(); h++) {
                    int x = in.at(n, 0, h, 0);
                    ReluVector.backward(src, diffSrc, diffSrc, x,
                            x + window.iw() * in.column());
                }
            }
        }
    }

    private static void backwardLine(PoolGeometry geometry, boolean countPadding,
            double[] diffDst, double[] diffSrc, int n, int p) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int top = AvgPoolScalar.top(window, p);
        int bottom = AvgPoolScalar.bottom(window, p);
        for (int q = 0; q < window.ow(); q++) {
            double divisor = AvgPoolScalar.divisor(window, countPadding, p, q);
            int left = AvgPoolScalar.left(window, q);
            int right = AvgPoolScalar.right(window, q);
            int y = geometry.dst().at(n, 0, p, q);
            for (int c = 0; c < geometry.c(); c += L) {
                VectorMask<Double> lanes = SPECIES.indexInRange(c, geometry.c());
                DoubleVector share = DoubleVector.fromArray(SPECIES, diffDst, y + c, lanes)
                        .div(divisor);
                for (int h = top; h < bottom; h++) {
                    for (int w = left; w < right; w++) {
                        int x = in.at(n, c, h, w);
                        DoubleVector.fromArray(SPECIES, diffSrc, x, lanes).add(share)
                                .intoArray(diffSrc, x, lanes);
                    }
                }
            }
        }
    }
}
