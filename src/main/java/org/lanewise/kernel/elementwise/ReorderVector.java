package org.lanewise.kernel.elementwise;

import java.util.Arrays;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * Copies maps between channels last or planes and row-major order on vectors: rows of
 * pixels are transposed, a vector of channels at a time.
 *
 * @param c channels
 * @param h rows
 * @param w columns
 * @param from layout of the source
 * @param to layout of the destination; one of the two is row-major, the other NHWC or NCHW
 */
public record ReorderVector(int c, int h, int w, Layout from, Layout to) {
    private static final int[] OFFSETS = new int[256];

    static {
        Arrays.setAll(OFFSETS, i -> i);
    }

    /**
     * Flattens some samples of NHWC or NCHW maps.
     *
     * @param src read
     * @param dst overwritten
     * @param first first sample
     * @param last end of the samples, exclusive
     */
    public void flatten(double[] src, double[] dst, int first, int last) {
        int lines = followOneAnother() ? 1 : h;
        int length = h / lines * w;
        for (int n = first; n < last; n++) {
            if (from.column() == 1) {
                copyRows(src, dst, n);
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
     * @param src read
     * @param reluMask read, at the places that are written, which are 0 where it is not above 0;
     *        null for none
     * @param dst overwritten
     * @param first first sample
     * @param last end of the samples, exclusive
     */
    public void arrange(double[] src, double[] reluMask, double[] dst, int first, int last) {
        int lines = followOneAnother() ? 1 : h;
        int length = h / lines * w;
        for (int n = first; n < last; n++) {
            if (to.column() == 1 && reluMask == null) {
                copyRows(src, dst, n);
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
    private boolean followOneAnother() {
        return from.row() == w * from.column() && to.row() == w * to.column();
    }

    /** Copies a sample whose rows are rows there as well. */
    private void copyRows(double[] src, double[] dst, int n) {
        for (int j = 0; j < c; j++) {
            for (int i = 0; i < h; i++) {
                System.arraycopy(src, from.at(n, j, i, 0), dst, to.at(n, j, i, 0), w);
            }
        }
    }
}
