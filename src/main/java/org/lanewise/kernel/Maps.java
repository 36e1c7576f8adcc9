package org.lanewise.kernel;

import java.util.Arrays;

/** What several kernels do to one whole map. */
public final class Maps {
    private Maps() {}

    /** Sets the input map that begins at {@code start} to 0. */
    public static void clear(WindowGeometry window, Layout layout, double[] values, int start) {
        for (int h = 0; h < window.ih(); h++) {
            for (int w = 0; w < window.iw(); w++) {
                values[start + h * layout.row() + w * layout.column()] = 0.0;
            }
        }
    }

    /** Sets a sample of the NHWC input to 0, except its halo. */
    public static void clearChannelsLast(PoolGeometry geometry, double[] values, int n) {
        Layout layout = geometry.src();
        int row = geometry.window().iw() * layout.column();
        for (int h = 0; h < geometry.window().ih(); h++) {
            int from = layout.at(n, 0, h, 0);
            Arrays.fill(values, from, from + row, 0.0);
        }
    }
}
