package org.lanewise.kernel.conv;

import org.lanewise.kernel.Layout;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * Lines of maps whose lanes are samples, and how they are transposed into them and back.
 *
 * @param maps layout of the maps
 * @param channels of the maps
 * @param places where the elements of a line are put, in order of memory: NHWC or NCHW
 * @param lanes samples that are computed together: whole vectors
 */
record SampleLanes(Layout maps, int channels, int[] places, int lanes) {
    /** Why too few lanes would be filled, in words; null if most are. */
    static String refusal(int samples, int lanes) {
        return 3 * samples < 2 * Math.ceilDiv(samples, lanes) * lanes
                ? samples + " samples would leave more than a third of the lanes empty"
                : null;
    }

    /** Elements of a line that follow one another. */
    private int run() {
        return maps.channelsLast() ? places.length : places.length / channels;
    }

    /** Transposes a line of some samples, from {@code n} on, into lanes. */
    void pack(double[] from, int n, int count, int row, int column, double[] to, int at) {
        int run = run();
        for (int c = 0; c * run < places.length; c++) {
            for (int i = 0; i < count; i += Lanes.COUNT) {
                Transpose.pack(from, maps.at(n + i, c, row, column), maps.sample(),
                        Math.min(Lanes.COUNT, count - i), run, to, at + c * run * lanes + i,
                        places, lanes);
            }
        }
    }

    /** Transposes a line of some samples, from {@code n} on, back from lanes. */
    void unpack(double[] from, int at, double[] to, int n, int count, int row) {
        int run = run();
        for (int i = 0; i < count; i += Lanes.COUNT) {
            for (int c = 0; c * run < places.length; c++) {
                Transpose.unpack(from, at + c * run * lanes + i, places, lanes, to,
                        maps.at(n + i, c, row, 0), maps.sample(),
                        Math.min(Lanes.COUNT, count - i), run);
            }
        }
    }
}
