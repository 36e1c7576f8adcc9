package org.lanewise.kernel;

/** Max pooling of NHWC maps: {@link MaxPoolVector}, or {@link MaxPoolPlain}. */
public final class MaxPool {
    private MaxPool() {}

    /**
     * {@code dst[n, c, p, q] = } the largest of its window: the first of equal ones, or the first
     * NaN.
     *
     * @param geometry shapes and strides; channels last
     * @param src read
     * @param dst overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void forward(PoolGeometry geometry, double[] src, double[] dst, int from,
            int to) {
        if (Lanes.VECTORS) {
            MaxPoolVector.forward(geometry, src, dst, from, to);
        } else {
            MaxPoolPlain.forward(geometry, src, dst, from, to);
        }
    }

    /**
     * Adds each gradient to its winner; windows are taken in row-major order.
     *
     * @param geometry shapes and strides; channels last
     * @param rectified whether {@code src} was made by a ReLU whose gradient is wanted
     * @param src read
     * @param dst read, as {@link #forward} left it
     * @param diffDst read
     * @param diffSrc overwritten; 0 where nothing won
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backwardInput(PoolGeometry geometry, boolean rectified, double[] src,
            double[] dst, double[] diffDst, double[] diffSrc, int from, int to) {
        if (Lanes.VECTORS) {
            MaxPoolVector.backwardInput(geometry, rectified, src, dst, diffDst, diffSrc, from, to);
        } else {
            MaxPoolPlain.backwardInput(geometry, rectified, src, dst, diffDst, diffSrc, from, to);
        }
    }
}
