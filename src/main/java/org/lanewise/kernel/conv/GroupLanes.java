package org.lanewise.kernel.conv;

import java.util.Arrays;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Panel;

/**
 * The channels of all groups as lanes. The factors of a lane at a tap are the channels of its group on the other side. With
 * one channel a group on both sides they are in lanes as they are; else lines are copied first, as (pixel, factor, lane) of
 * one block of lanes.
 */
final class GroupLanes {
    private static final int PIXELS_OF_STRIP = 8;

    /** How many channels are lanes. */
    final int channels;
    /** Factors of a lane at a tap. */
    final int factors;
    final LaneBlocks.Block[] blocks;
    /** Lanes of the widest block. */
    final int widest;
    /** Whether lines are copied first. */
    final boolean copied;
    /** Outputs of a line that are computed together, from as many copied pixels as they read. */
    final int strip;
    /** Where kernels read pixels: in the maps, or in a copy of all lines. */
    final Layout layout;

    private final Layout maps;
    private final int top;
    private final int left;
    private final int outputs;
    private final int stride;
    private final int pixels;
    /** The channel of the first factor of each lane. */
    private final int[] first;
    private final boolean regular;

    /**
     * Input channels as lanes if {@code backward}, else output channels.
     *
     * @param strips whether lines are copied in strips, which stay in L1
     */
    GroupLanes(ConvGeometry geometry, boolean backward, boolean strips) {
        WindowGeometry window = geometry.window();
        int h = backward ? window.oh() : window.ih();
        int w = backward ? window.ow() : window.iw();
        int ofGroup = backward ? geometry.icg() : geometry.ocg();
        this.channels = backward ? geometry.ic() : geometry.oc();
        this.factors = backward ? geometry.ocg() : geometry.icg();
        LaneBlocks cut = LaneBlocks.cut(channels, Lanes.MANY_REGISTERS ? 2 : 1, false);
        this.blocks = cut.blocks();
        this.widest = cut.widest();
        this.copied = ofGroup > 1 || factors > 1;
        this.maps = backward ? geometry.dst() : geometry.src();
        Layout.Halo halo = maps.halo(h, w, Element.ALIGNMENT_OFFSET);
        this.outputs = backward ? window.iw() : window.ow();
        boolean whole = !copied || !strips || backward && window.sw() > 1;
        this.strip = whole
                ? outputs
                : Math.ceilDiv(outputs, Math.ceilDiv(outputs, PIXELS_OF_STRIP));
        int reach = (window.kw() - 1) * window.dw();
        this.top = halo.top();
        this.stride = backward ? 1 : window.sw();
        this.left = whole ? halo.left() : backward ? reach - window.pw() : window.pw();
        this.pixels = whole ? maps.row() / maps.column() : (strip - 1) * stride + reach + 1;
        int column = factors * widest;
        this.layout = copied
                ? new Layout((top * pixels + left) * column, 0, 1, pixels * column, column)
                : maps;
        this.first = new int[cut.lanes()];
        Arrays.setAll(first, lane -> Math.min(lane, channels - 1) / ofGroup * factors);
        this.regular = ofGroup == factors && (factors == 2 || factors == 4 || factors == 8)
                && Lanes.COUNT % factors == 0;
    }

    /**
     * {@return for each thread, where a sum of prefetched elements goes, for the compiler to keep; null if the maps of a
     * batch, with their gradients, stay in L3 from one pass to the next}
     */
    static double[][] prefetched(ConvGeometry geometry, int capacity, Scratchpad scratch) {
        long elements = 2L * capacity * (geometry.src().sample() + geometry.dst().sample());
        return elements * Double.BYTES < Cpu.L3_INPUTS
                ? null
                : scratch.doublesPerThread("prefetched elements", 8);
    }

    /** Elements of whole vectors that hold all lanes. */
    int padded() {
        return first.length;
    }

    /** Lines of the halo above a map. */
    int top() {
        return top;
    }

    /** Elements of some copied lines. */
    long elements(int lines) {
        return Element.ALIGNMENT_OFFSET + (long) lines * layout.row() + Element.TAIL_PADDING;
    }

    /** What is added to a place in {@link #layout}, of a sample's lines that were copied from one on. */
    int shift(int n, LaneBlocks.Block block, int line) {
        return copied
                ? Element.ALIGNMENT_OFFSET - line * layout.row()
                : n * maps.sample() + block.first();
    }

    /** {@return a window of the outputs of one strip} */
    WindowGeometry ofStrip(WindowGeometry window, boolean backward) {
        return new WindowGeometry(window.ih(), backward ? strip : window.iw(), window.oh(),
                backward ? window.ow() : strip, window.kh(), window.kw(), window.sh(), window.sw(),
                window.ph(), window.pw(), window.dh(), window.dw());
    }

    /** Strips of a line. */
    int strips() {
        return Math.ceilDiv(outputs, strip);
    }

    /** The first output of a strip; the last strip begins early, and computes some outputs again. */
    int output(int index) {
        return Math.min(index * strip, outputs - strip);
    }

    /** {@return elements of each line of the maps that are read} */
    int row() {
        return maps.row();
    }

    /** {@return where a line of the maps begins, from the first of the halo on} */
    int at(int n, int line) {
        return maps.at(n, 0, line - top, 0);
    }

    /** {@return the first channel of the factors of a lane} */
    int channel(int lane) {
        return first[lane];
    }

    /** {@return from one pixel of the maps to the next} */
    int column() {
        return maps.column();
    }

    /**
     * Copies lines as the factors of a block of lanes.
     *
     * @param line from the first of the halo on
     * @param output the first of a strip
     */
    void copy(double[] from, int n, int line, int lines, int output, LaneBlocks.Block block,
            double[] to) {
        for (int i = 0; i < lines; i++) {
            int x = maps.at(n, 0, line + i - top, output * stride - left);
            int y = Element.ALIGNMENT_OFFSET + i * layout.row();
            for (int lane = 0; lane < block.lanes(); lane += Lanes.COUNT) {
                if (regular) {
                    Panel.spread(from, x + first[block.first() + lane], maps.column(), pixels,
                            factors, to, y + lane, layout.column(), widest);
                } else {
                    copyVector(from, x, block.first() + lane, to, y + lane);
                }
            }
        }
    }

    private void copyVector(double[] from, int x, int lane, double[] to, int y) {
        for (int i = 0; i < pixels * factors; i++) {
            int p = x + i / factors * maps.column() + i % factors;
            for (int j = 0; j < Lanes.COUNT; j++) {
                to[y + i * widest + j] = from[p + first[lane + j]];
            }
        }
    }

    /** The factors of all taps, from where those of the first tap begin: (tap, factor). */
    int[] offsets(int[] taps) {
        int[] offsets = new int[taps.length * factors];
        Arrays.setAll(offsets, i -> taps[i / factors] + i % factors * widest);
        return offsets;
    }
}
