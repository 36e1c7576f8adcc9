package org.lanewise.kernel;

/** What several kernels do to one whole map. */
final class Maps {
    private Maps() {}

    /** Sets the input map that begins at {@code start} to 0. */
    static void clear(WindowGeometry window, Layout layout, double[] values, int start) {
        for (int h = 0; h < window.ih(); h++) {
            for (int w = 0; w < window.iw(); w++) {
                values[start + h * layout.row() + w * layout.column()] = 0.0;
            }
        }
    }
}
