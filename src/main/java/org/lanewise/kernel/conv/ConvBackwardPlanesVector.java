package org.lanewise.kernel.conv;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.TileSizes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The gradient with respect to an input of fewer channels than a vector has lanes: lanes are
 * adjacent pixels, rows of sums are channels, and a run is all output channels of one kernel
 * position. Where channels fill more than half of a vector, they are lanes, and rows are adjacent
 * pixels.
 *
 * <p>The output's gradient is converted to NCHW, a band of rows at a time.
 */
public final class ConvBackwardPlanesVector {
    private final ConvGeometry geometry;
    private final boolean reluMask;
    private final LaneBlocks pixels;
    private final boolean channelsInLanes;
    private final int taps;
    private final int band;
    private final int row;
    private final int plane;
    private final int[] channels;
    private final int[] columns;
    private final int[] out;
    private final int[] offsets;
    private final int[] tapOffsets;
    private final double[] packed;
    private final double[][] planes;
    private final double[][] sums;
    private final double[] zeros;

    private ConvBackwardPlanesVector(ConvGeometry geometry, boolean reluMask, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.reluMask = reluMask;
        this.pixels = LaneBlocks.cut(window.iw(), TileSizes.widest(geometry.ic()), false);
        this.channelsInLanes = Lanes.MANY_REGISTERS && geometry.src().channelsLast()
                && 2 * geometry.ic() > Lanes.COUNT;
        this.taps = window.kh() * window.kw();
        this.row = Lanes.roundUp(pixels.lanes() + (window.kw() - 1) * window.dw());
        int more = (window.kh() - 1) * window.dh();
        this.band = Math.clamp(Cpu.L2_TASK / Double.BYTES / row / geometry.oc() - more, 1,
                window.ih());
        int line = Cpu.LINE / Double.BYTES;
        // Planes apart from one another by an odd number of cache lines share no cache sets.
        this.plane = (Math.ceilDiv((band + more) * row, line) | 1) * line;
        this.channels = scratch.integers("channels", Lanes.padded(
                Lanes.every(geometry.ic(), taps * geometry.oc())));
        this.columns = scratch.integers("columns", Lanes.every(
                Math.max(window.iw(), window.ow()), 1));
        this.out = scratch.integers("places in a line", Lanes.every(window.iw(),
                geometry.src().column()));
        this.offsets = scratch.integers("places of the output gradient", offsets());
        this.tapOffsets = Lanes.every(channelsInLanes ? taps : geometry.ic() * taps, geometry.oc());
        this.packed = scratch.doubles("packed weights of the backward pass",
                Element.ALIGNMENT_OFFSET
                        + (long) (channelsInLanes ? Lanes.COUNT : geometry.ic()) * taps
                                * geometry.oc());
        this.planes = scratch.doublesPerThread("planes of the output gradient",
                Element.ALIGNMENT_OFFSET + (long) geometry.oc() * plane + Element.TAIL_PADDING);
        this.sums = scratch.doublesPerThread("sums of a block, backward", channelsInLanes
                ? Lanes.tiles(TileSizes.MOST_PIXELS, Lanes.COUNT)
                : Lanes.tiles(TileSizes.MOST_CHANNELS, pixels.widest()));
        this.zeros = scratch.doubles("zeros", Lanes.COUNT);
    }

    /** Offsets of the output gradients of a pixel, in the order (r, s, k). */
    private int[] offsets() {
        WindowGeometry window = geometry.window();
        int[] list = new int[taps * geometry.oc()];
        for (int i = 0; i < list.length; i++) {
            int r = i / geometry.oc() / window.kw();
            int s = i / geometry.oc() % window.kw();
            list[i] = i % geometry.oc() * plane + (window.kh() - 1 - r) * window.dh() * row
                    + (window.kw() - 1 - s) * window.dw();
        }
        return list;
    }

    /** Why it does not compute a convolution; null if it does. */
    public static String refusal(ConvProblem problem) {
        WindowGeometry window = problem.window();
        if (problem.g() > 1) {
            return problem.g() + " groups";
        }
        if (window.sh() > 1 || window.sw() > 1) {
            return "stride " + window.sh() + "x" + window.sw();
        }
        return problem.ic() > TileSizes.MOST_CHANNELS
                || problem.ic() >= Lanes.COUNT && !problem.lines()
                        ? problem.ic() + " input channels fill a vector"
                        : null;
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardPlanesVector pass = new ConvBackwardPlanesVector(geometry, postOps.reluMask(),
                scratch);
        return BoundPass.ofDoubles(null, pass.info(), pass::tasks);
    }

    private String info() {
        return (channelsInLanes ? "line tiles: " : "plane tiles: lanes are pixels, ")
                + offsets.length + " factors looked up";
    }

    private List<Task> tasks(double[] diffDst, double[] weights, double[] src, double[] diffSrc) {
        int bands = Math.ceilDiv(geometry.window().ih(), band);
        return List.of(Task.range(1, 1, (from, to) -> pack(weights)),
                Task.of(samples -> samples * bands, 1, (i, _, thread, _) -> run(diffDst, src,
                        diffSrc, i / bands, i % bands * band, thread)));
    }

    /** Weights are (c, tap, k), or (tap, k, c) where channels are lanes. */
    private void pack(double[] weights) {
        int all = geometry.ic() * taps;
        if (channelsInLanes) {
            for (int k = 0; k < geometry.oc(); k++) {
                Transpose.pack(weights, k * all, taps, geometry.ic(), taps, packed,
                        Element.ALIGNMENT_OFFSET + k * Lanes.COUNT, tapOffsets, Lanes.COUNT);
            }
            return;
        }
        for (int k = 0; k < geometry.oc(); k++) {
            for (int i = 0; i < all; i++) {
                packed[tapOffsets[i] + k] = weights[k * all + i];
            }
        }
    }

    private void run(double[] diffDst, double[] src, double[] diffSrc, int n, int top,
            int thread) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        double[] gradient = planes[thread];
        double[] rows = sums[thread];
        int bottom = Math.min(window.ih(), top + band);
        fill(diffDst, n, top, bottom, gradient);
        if (channelsInLanes) {
            for (int h = top; h < bottom; h++) {
                line(gradient, Element.ALIGNMENT_OFFSET + (h - top) * row, src, diffSrc,
                        in.at(n, 0, h, 0),
                        rows);
            }
            return;
        }
        for (int h = top; h < bottom; h++) {
            for (LaneBlocks.Block block : pixels.blocks()) {
                Arrays.fill(rows, 0.0);
                MicroKernels.nchwChannels(TileSizes.nchwChannels(block.vectors()),
                        block.vectors(), packed, channels, 0, 0, offsets.length, gradient,
                        Element.ALIGNMENT_OFFSET + (h - top) * row + block.first(), offsets, rows,
                        Element.ALIGNMENT_OFFSET, block.lanes());
                if (in.column() == 1) {
                    for (int c = 0; c < geometry.ic(); c++) {
                        System.arraycopy(rows, Element.ALIGNMENT_OFFSET + c * block.lanes(),
                                diffSrc,
                                in.at(n, c, h, block.first()), block.valid(window.iw()));
                    }
                } else {
                    Transpose.pack(rows, Element.ALIGNMENT_OFFSET, block.lanes(), geometry.ic(),
                            block.valid(window.iw()), diffSrc, in.at(n, 0, h, block.first()),
                            columns, in.column());
                }
            }
            if (reluMask) {
                // The output of a ReLU is NHWC.
                int x = in.at(n, 0, h, 0);
                Relu.backward(src, diffSrc, diffSrc, x, x + window.iw() * in.column());
            }
        }
    }

    /** Computes a line of pixels whose channels are lanes. */
    private void line(double[] gradient, int x, double[] src, double[] diffSrc, int y,
            double[] rows) {
        int width = geometry.window().iw();
        int tile = TileSizes.nchwRow(1, width);
        int most = TileSizes.MOST_PIXELS / tile * tile;
        for (int w = 0; w < width; w += most) {
            int end = Math.min(width, w + most);
            MicroKernels.nchwRow(tile, 1, end - w, gradient, x + w, offsets, packed,
                    Element.ALIGNMENT_OFFSET, Lanes.COUNT, zeros, 0, rows, Element.ALIGNMENT_OFFSET,
                    Lanes.COUNT, Double.NaN);
            if (reluMask) {
                Sums.storeWhereAboveZero(rows, 1, geometry.ic(), src, diffSrc, out, w, end,
                        y);
            } else {
                Sums.store(rows, 1, geometry.ic(), diffSrc, out, w, end, y, false);
            }
        }
    }

    /** Row y of a plane is output row {@code y + top + ph - (kh - 1) dh}, and so for columns. */
    private void fill(double[] diffDst, int n, int top, int bottom, double[] gradient) {
        WindowGeometry window = geometry.window();
        Layout out = geometry.dst();
        int height = bottom - top + (window.kh() - 1) * window.dh();
        int left = (window.kw() - 1) * window.dw() - window.pw();
        int firstColumn = Math.max(0, -left);
        int lastColumn = Math.min(window.ow(), row - left);
        if (band < window.ih()) {
            Arrays.fill(gradient, 0.0);
        }
        // A band of all rows always leaves the same places alone, which are 0.
        for (int y = 0; y < height; y++) {
            int p = y + top + window.ph() - (window.kh() - 1) * window.dh();
            if (p < 0 || p >= window.oh()) {
                continue;
            }
            for (int k = 0; k < geometry.oc(); k += Lanes.COUNT) {
                Transpose.unpack(diffDst, out.at(n, k, p, firstColumn), columns, out.column(),
                        gradient,
                        Element.ALIGNMENT_OFFSET + k * plane + y * row + left + firstColumn, plane,
                        Math.min(Lanes.COUNT, geometry.oc() - k), lastColumn - firstColumn);
            }
        }
    }
}
