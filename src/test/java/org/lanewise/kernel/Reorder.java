package org.lanewise.kernel;

/**
 * Copies maps from one layout to another, one element at a time.
 *
 * @param c channels
 * @param h rows
 * @param w columns
 * @param from layout of the source
 * @param to layout of the destination
 */
public record Reorder(int c, int h, int w, Layout from, Layout to) {

    /**
     * Copies the elements of some samples; halos stay as they are.
     *
     * @param src read
     * @param dst overwritten
     * @param first first sample
     * @param last end of the samples, exclusive
     */
    public void copy(double[] src, double[] dst, int first, int last) {
        for (int n = first; n < last; n++) {
            for (int i = 0; i < h; i++) {
                for (int j = 0; j < c; j++) {
                    int x = from.at(n, j, i, 0);
                    int y = to.at(n, j, i, 0);
                    for (int k = 0; k < w; k++) {
                        dst[y + k * to.column()] = src[x + k * from.column()];
                    }
                }
            }
        }
    }
}
