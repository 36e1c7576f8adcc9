package org.lanewise.kernel.elementwise;

import java.util.Arrays;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * Copies maps between channels last or planes and row-major order on vectors: rows of
 * pixels are transposed, a vector of channels at a time.
 */
public final class ReorderVector {
    private static final int[] OFFSETS = new int[256];

    static {
        Arrays.setAll(OFFSETS, i -> i);
    }

    private ReorderVector() {}

    /**
     * Flattens some samples.
     *
     * @param c channels
     * @param h rows
     * @param w columns
     * @param from layout of the source, NHWC or NCHW
     * @param src read
     * @param to layout of the destination, row-major
     * @param dst overwritten
     * @param first first sample
     * @param last end of the samples, exclusive
     */
    public static void flatten(int c, int h, int w, Layout from, double[] src, Layout to,
            double[] dst, int first, int last) {
        int lines = followOneAnother(w, from, to) ? 1 : h;
        int length = h / lines * w;
        for (int n = first; n < last; n++) {
            if (from.column() == 1) {
                copyRows(c, h, w, from, src, to, dst, n);
                continue;
            }
            for (int i = 0; i < lines; i++) {
                for (int k = 0; k < length; k += OFFSETS.length) {
                    int columns = Math.min(OFFSETS.length, length - k);
                    for (int j = 0; j < c; j += Lanes.COUNT) {
                        Transpose.unpack(src, from.at(n, j, i, k), OFFSETS, from.column(), dst,
                                to.at(n, j, i, k), to.channel(), Math.min(Lanes.COUNT, c - j),
                                columns);
                    }
                }
            }
        }
    }

    /**
     * Converts some samples to NHWC or NCHW.
     *
     * @param c channels
     * @param h rows
     * @param w columns
     * @param from layout of the source, row-major
     * @param src read
     * @param to layout of the destination, NHWC or NCHW
     * @param reluMask read, at the places that are written, which are 0 where it is not above 0;
     *        null for none
     * @param dst overwritten
     * @param first first sample
     * @param last end of the samples, exclusive
     */
    public static void arrange(int c, int h, int w, Layout from, double[] src, Layout to,
            double[] reluMask, double[] dst, int first, int last) {
        int lines = followOneAnother(w, from, to) ? 1 : h;
        int length = h / lines * w;
        for (int n = first; n < last; n++) {
            if (to.column() == 1 && reluMask == null) {
                copyRows(c, h, w, from, src, to, dst, n);
                continue;
            }
            for (int i = 0; i < lines; i++) {
                for (int k = 0; k < length; k += OFFSETS.length) {
                    int columns = Math.min(OFFSETS.length, length - k);
                    for (int j = 0; j < c; j += Lanes.COUNT) {
                        Transpose.pack(src, from.at(n, j, i, k), from.channel(),
                                Math.min(Lanes.COUNT, c - j), columns, dst, to.at(n, j, i, k),
                                OFFSETS, to.column());
                    }
                }
                if (reluMask != null) {
                    int row = to.at(n, 0, i, 0);
                    Relu.backward(reluMask, dst, dst, row, row + length * to.column());
                }
            }
        }
    }

    /** Whether lines have nothing between them, so that those of a map are one. */
    private static boolean followOneAnother(int w, Layout from, Layout to) {
        return from.row() == w * from.column() && to.row() == w * to.column();
    }

    /** Copies a sample whose rows are rows there as well. */
    private static void copyRows(int c, int h, int w, Layout from, double[] src, Layout to,
            double[] dst, int n) {
        for (int j = 0; j < c; j++) {
            for (int i = 0; i < h; i++) {
                System.arraycopy(src, from.at(n, j, i, 0), dst, to.at(n, j, i, 0), w);
            }
        }
    }
}
