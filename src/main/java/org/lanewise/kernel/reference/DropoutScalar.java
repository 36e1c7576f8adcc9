package org.lanewise.kernel.reference;

import org.lanewise.kernel.DropoutGeometry;
import org.lanewise.kernel.Element;
import org.lanewise.random.Philox;

/** Dropout, the reference. */
public final class DropoutScalar {
    private DropoutScalar() {}

    /**
     * Draws which elements of some samples are kept.
     *
     * @param geometry shapes, and the share that is dropped
     * @param key of the random numbers
     * @param step first word of their counter
     * @param mask overwritten for these samples, {@link DropoutGeometry#stride} ints each
     * @param from first sample
     * @param to end, exclusive
     */
    public static void mask(DropoutGeometry geometry, long key, int step, int[] mask, int from,
            int to) {
        long threshold = geometry.threshold();
        for (int n = from; n < to; n++) {
            int first = n * geometry.stride();
            int words = first + geometry.groups();
            for (int group = 0; group < geometry.groups(); group++) {
                int bits = 0;
                for (int i = 0; i < DropoutGeometry.BLOCKS; i++) {
                    Philox.block(key, step, geometry.node(), n,
                            group * DropoutGeometry.BLOCKS + i, mask, words);
                    for (int word = 0; word < DropoutGeometry.WORDS; word++) {
                        if (Integer.toUnsignedLong(mask[words + word]) >= threshold) {
                            bits |= 1 << word * DropoutGeometry.BLOCKS + i;
                        }
                    }
                }
                mask[first + group] = bits;
            }
        }
    }

    /**
     * Multiplies elements by the factor where they are kept, and by 0 where they are not: of outputs forward, of
     * gradients backward.
     *
     * @param geometry shapes and strides
     * @param mask read
     * @param src read
     * @param dst overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void apply(DropoutGeometry geometry, int[] mask, double[] src, double[] dst,
            int from, int to) {
        double factor = Element.round(geometry.factor());
        for (int n = from; n < to; n++) {
            int first = n * geometry.stride();
            int e = 0;
            for (int h = 0; h < geometry.h(); h++) {
                for (int w = 0; w < geometry.w(); w++) {
                    for (int c = 0; c < geometry.c(); c++, e++) {
                        int i = geometry.layout().at(n, c, h, w);
                        boolean kept = (mask[first + e / Integer.SIZE] >>> e & 1) != 0;
                        dst[i] = src[i] * (kept ? factor : 0.0);
                    }
                }
            }
        }
    }
}
