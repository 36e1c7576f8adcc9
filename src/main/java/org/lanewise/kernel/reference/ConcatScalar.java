package org.lanewise.kernel.reference;

import org.lanewise.kernel.Layout;

/**
 * One of several inputs that are joined by channels: where its elements are in the joined maps.
 *
 * @param c channels of this input
 * @param h rows
 * @param w columns
 * @param src layout of this input
 * @param dst layout of the joined maps, in the same order of dimensions
 * @param offset distance from the first element of a joined sample to the first of this input
 */
public record ConcatScalar(int c, int h, int w, Layout src, Layout dst, int offset) {
    /**
     * Copies this input of some samples into the joined maps.
     *
     * @param values this input; read
     * @param joined its part is overwritten
     * @param from first sample
     * @param to end of the range, exclusive
     */
    public void forward(double[] values, double[] joined, int from, int to) {
        for (int n = from; n < to; n++) {
            for (int run = 0; run < runs(); run++) {
                System.arraycopy(values, at(src, n, run), joined, offset + at(dst, n, run),
                        length());
            }
        }
    }

    /**
     * Copies this input's part of a gradient.
     *
     * @param joined the gradient with respect to the joined maps; read
     * @param gradient the gradient with respect to this input; overwritten
     * @param from first sample
     * @param to end of the range, exclusive
     */
    public void backward(double[] joined, double[] gradient, int from, int to) {
        for (int n = from; n < to; n++) {
            for (int run = 0; run < runs(); run++) {
                System.arraycopy(joined, offset + at(dst, n, run), gradient, at(src, n, run),
                        length());
            }
        }
    }

    /**
     * Adds this input's part of a gradient to the contributions of other layers.
     *
     * @param joined the gradient with respect to the joined maps; read
     * @param gradient the gradient with respect to this input; added to
     * @param from first sample
     * @param to end of the range, exclusive
     */
    public void accumulate(double[] joined, double[] gradient, int from, int to) {
        for (int n = from; n < to; n++) {
            for (int run = 0; run < runs(); run++) {
                int element = at(src, n, run);
                int shift = offset + at(dst, n, run) - element;
                for (int i = element; i < element + length(); i++) {
                    gradient[i] += joined[i + shift];
                }
            }
        }
    }

    /** Runs of adjacent elements in a sample: pixels where channels are last, else rows. */
    private int runs() {
        return channelsLast() ? h * w : c * h;
    }

    private int length() {
        return channelsLast() ? c : w;
    }

    private boolean channelsLast() {
        return src.channelsLast();
    }

    private int at(Layout layout, int n, int run) {
        return channelsLast()
                ? layout.at(n, 0, run / w, run % w)
                : layout.at(n, run / h, run % h, 0);
    }
}
