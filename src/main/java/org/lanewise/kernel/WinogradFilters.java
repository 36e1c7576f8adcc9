package org.lanewise.kernel;

import java.util.Arrays;

/** Filters on their way to Winograd's products: transformed for some channels and outputs. */
final class WinogradFilters {
    private final int channels;
    private final int outputs;
    private final boolean turned;
    private final int chunk;
    private final int[] places;

    /**
     * Says how filters stand.
     *
     * @param channels of the inputs
     * @param outputs channels of the outputs
     * @param turned whether they stand as (input, output) and are turned: on the way back
     * @param chunk input channels from one tap to the next, the most that are transformed at once
     */
    WinogradFilters(int channels, int outputs, boolean turned, int chunk) {
        this.channels = channels;
        this.outputs = outputs;
        this.turned = turned;
        this.chunk = chunk;
        this.places = new int[turned ? 9 : 9 * chunk];
        Arrays.setAll(places, i -> turned ? (8 - i) * chunk : i % 9 * chunk + i / 9);
    }

    /** {@return elements of memory for {@link #transform}} */
    int scratch(int lanes) {
        return Lanes.LEAD + 9 * chunk * lanes;
    }

    /**
     * Transforms some filters: product e of channel c and lane k goes to
     * {@code to[at + e * plane + c * lanes + k]}.
     *
     * @param weights read
     * @param block which outputs
     * @param first the first channel
     * @param count how many channels
     * @param to overwritten
     * @param at where the first product goes
     * @param plane from one product to the next
     * @param packed overwritten
     * @param start where it is overwritten
     * @param tile overwritten
     */
    void transform(double[] weights, LaneBlocks.Block block, int first, int count, double[] to,
            int at, int plane, double[] packed, int start, double[] tile) {
        int wide = block.lanes();
        for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
            int output = block.first() + lane;
            if (turned) {
                for (int c = 0; c < count; c++) {
                    PanelVector.pack(weights, ((first + c) * outputs + output) * 9, 9,
                            Lanes.COUNT, 9, packed, start + c * wide + lane, places, wide);
                }
            } else {
                PanelVector.pack(weights, (output * channels + first) * 9, channels * 9,
                        Lanes.COUNT, count * 9, packed, start + lane, places, wide);
            }
        }
        for (int i = 0; i < count * wide; i += Lanes.COUNT) {
            Winograd4Vector.filter(packed, start + i, chunk * wide, to, at + i, plane, tile);
        }
    }
}
