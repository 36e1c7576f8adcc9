package org.lanewise.kernel.reference;

/** Sums of arrays, element by element; bounds count elements. HotSpot vectorizes these loops. */
public final class AddScalar {
    private AddScalar() {}

    /**
     * {@code dst = a + b}.
     *
     * @param a read
     * @param b read
     * @param dst overwritten
     * @param from first element
     * @param to end of the range, exclusive
     */
    public static void forward(double[] a, double[] b, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = a[i] + b[i];
        }
    }

    /**
     * {@code dst = dst + src}.
     *
     * @param src read
     * @param dst added to
     * @param from first element
     * @param to end of the range, exclusive
     */
    public static void accumulate(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] += src[i];
        }
    }
}
