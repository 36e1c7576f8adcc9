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
 * <p>With a stride, an input pixel contributes through a subset of the taps. Pixels one stride apart share that
 * subset, a phase, so they are packed into adjacent lanes.
 *
 * <p>The output's gradient is converted to NCHW, a band of rows at a time.
 */
public final class ConvBackwardPlanesVector {
    /** Of larger strides, a phase has few pixels in a line and few taps. */
    private static final int MOST_STRIDE = 3;

    private final ConvGeometry geometry;
    private final boolean reluMask;
    private final LaneBlocks pixels;
    private final boolean channelsInLanes;
    private final int taps;
    /** The first tap of each phase and the end of the last, when taps are sorted by phase. */
    private final int[] firstTaps;
    /** Rows and columns of the output's gradient between those of the first tap and of the last. */
    private final int reachRows;
    private final int reachColumns;
    private final int band;
    private final int row;
    private final int plane;
    private final int[] channels;
    private final int[] columns;
    private final int[] out;
    private final int[][] offsets;
    private final int[] tapOffsets;
    private final double[] packed;
    private final double[][] planes;
    private final double[][] sums;
    private final double[] zeros;

    private ConvBackwardPlanesVector(ConvGeometry geometry, boolean reluMask, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.reluMask = reluMask;
        this.pixels = LaneBlocks.cut(Math.ceilDiv(window.iw(), window.sw()),
                TileSizes.widest(geometry.ic()), false);
        this.channelsInLanes = Lanes.MANY_REGISTERS && geometry.src().channelsLast()
                && 2 * geometry.ic() > Lanes.COUNT;
        this.taps = window.kh() * window.kw();
        this.reachRows = (window.kh() - 1) * window.dh() / window.sh();
        this.reachColumns = (window.kw() - 1) * window.dw() / window.sw();
        // Pixels of one phase may begin a column or a row after those of another.
        this.row = Lanes.roundUp(pixels.lanes() + reachColumns + Math.min(1, window.sw() - 1));
        int more = reachRows + Math.min(1, window.sh() - 1);
        int rows = Cpu.L2_TASK / Double.BYTES / row / geometry.oc() - more;
        this.band = Math.clamp((long) Math.max(1, rows) * window.sh(), 1, window.ih());
        int line = Cpu.LINE / Double.BYTES;
        // Planes apart from one another by an odd number of cache lines share no cache sets.
        this.plane = (Math.ceilDiv((Math.ceilDiv(band, window.sh()) + more) * row, line) | 1)
                * line;
        this.channels = scratch.integers("channels", Lanes.padded(
                Lanes.every(geometry.ic(), taps * geometry.oc())));
        this.columns = scratch.integers("columns", Lanes.every(
                Math.max(window.iw(), window.ow()), 1));
        this.out = scratch.integers("offsets in a line", Lanes.every(window.iw(),
                window.sw() * geometry.src().column()));
        this.firstTaps = new int[window.sh() * window.sw() + 1];
        this.tapOffsets = new int[channelsInLanes ? taps : geometry.ic() * taps];
        this.offsets = offsets(scratch);
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

    /** Offsets of the output gradients of a pixel of each phase, in the order (r, s, k); sorts taps. */
    private int[][] offsets(Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        int[][] lists = new int[firstTaps.length - 1][];
        int sorted = 0;
        for (int phase = 0; phase < lists.length; phase++) {
            int[] list = new int[taps * geometry.oc()];
            int length = 0;
            for (int tap = 0; tap < taps; tap++) {
                int r = tap / window.kw() * window.dh();
                int s = tap % window.kw() * window.dw();
                if (r % window.sh() * window.sw() + s % window.sw() != phase) {
                    continue;
                }
                for (int k = 0; k < geometry.oc(); k++) {
                    list[length++] = k * plane + (reachRows - r / window.sh()) * row
                            + reachColumns - s / window.sw();
                }
                for (int i = tap; i < tapOffsets.length; i += taps) {
                    tapOffsets[i] = (i - tap + sorted) * geometry.oc();
                }
                sorted++;
            }
            lists[phase] = scratch.integers("offsets of the output gradient",
                    Arrays.copyOf(list, length));
            firstTaps[phase + 1] = sorted;
        }
        return lists;
    }

    /** Why it does not compute a convolution; null if it does. */
    public static String refusal(ConvProblem problem) {
        if (problem.g() > 1) {
            return problem.g() + " groups";
        }
        WindowGeometry window = problem.window();
        if (Math.max(window.sh(), window.sw()) > MOST_STRIDE) {
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
                + taps * geometry.oc() + " factors looked up";
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
        int bottom = Math.min(window.ih(), top + band);
        fill(diffDst, n, top, bottom, planes[thread]);
        for (int h = top; h < bottom; h++) {
            for (int phase = 0; phase < window.sw(); phase++) {
                int first = Math.floorMod(phase - window.pw(), window.sw());
                int count = Math.ceilDiv(window.iw() - first, window.sw());
                int x = Element.ALIGNMENT_OFFSET
                        + (outputRow(h, window) - outputRow(top, window)) * row
                        + (first + window.pw()) / window.sw() - window.pw() / window.sw();
                int phaseTaps = (h + window.ph()) % window.sh() * window.sw() + phase;
                if (channelsInLanes) {
                    line(thread, x, phaseTaps, count, src, diffSrc, in.at(n, 0, h, first));
                } else {
                    columns(thread, x, phaseTaps, count, diffSrc, in.at(n, 0, h, first));
                }
            }
            if (reluMask && !channelsInLanes) {
                // The output of a ReLU is NHWC.
                int x = in.at(n, 0, h, 0);
                Relu.backward(src, diffSrc, diffSrc, x, x + window.iw() * in.column());
            }
        }
    }

    /** The row of the output's gradient that a row of the input meets first. */
    private static int outputRow(int h, WindowGeometry window) {
        return (h + window.ph()) / window.sh();
    }

    /** Computes the pixels of a phase in a line, which are lanes. */
    private void columns(int thread, int x, int phase, int count, double[] diffSrc, int y) {
        double[] rows = sums[thread];
        Layout in = geometry.src();
        int step = geometry.window().sw() * in.column();
        for (LaneBlocks.Block block : pixels.blocks()) {
            int valid = block.valid(count);
            if (valid <= 0) {
                return;
            }
            Arrays.fill(rows, 0.0);
            MicroKernels.nchwChannels(TileSizes.nchwChannels(block.vectors()),
                    block.vectors(), packed, channels, 0, firstTaps[phase] * geometry.oc(),
                    offsets[phase].length, planes[thread], x + block.first(), offsets[phase], rows,
                    Element.ALIGNMENT_OFFSET, block.lanes());
            int to = y + block.first() * step;
            if (in.column() > 1) {
                Transpose.pack(rows, Element.ALIGNMENT_OFFSET, block.lanes(), geometry.ic(), valid,
                        diffSrc, to, columns, step);
                continue;
            }
            for (int c = 0; c < geometry.ic(); c++) {
                int from = Element.ALIGNMENT_OFFSET + c * block.lanes();
                if (step == 1) {
                    System.arraycopy(rows, from, diffSrc, to + c * in.channel(), valid);
                } else {
                    spread(rows, from, valid, diffSrc, to + c * in.channel(), step);
                }
            }
        }
    }

    private static void spread(double[] from, int x, int count, double[] to, int y, int step) {
        for (int i = 0; i < count; i++) {
            to[y + i * step] = from[x + i];
        }
    }

    /** Computes the pixels of a phase in a line; their channels are lanes. */
    private void line(int thread, int x, int phase, int count, double[] src, double[] diffSrc,
            int y) {
        double[] rows = sums[thread];
        int tile = TileSizes.nchwRow(1, count);
        int most = TileSizes.MOST_PIXELS / tile * tile;
        for (int w = 0; w < count; w += most) {
            int end = Math.min(count, w + most);
            MicroKernels.nchwRow(tile, 1, end - w, planes[thread], x + w, offsets[phase], packed,
                    Element.ALIGNMENT_OFFSET + firstTaps[phase] * geometry.oc() * Lanes.COUNT,
                    Lanes.COUNT, zeros, 0, rows, Element.ALIGNMENT_OFFSET, Lanes.COUNT, Double.NaN);
            if (reluMask) {
                Sums.storeWhereAboveZero(rows, 1, geometry.ic(), src, diffSrc, out, w, end,
                        y);
            } else {
                Sums.store(rows, 1, geometry.ic(), diffSrc, out, w, end, y, false);
            }
        }
    }

    /** Row y of a plane is output row {@code y + outputRow(top) - reachRows}, and so for columns. */
    private void fill(double[] diffDst, int n, int top, int bottom, double[] gradient) {
        WindowGeometry window = geometry.window();
        Layout out = geometry.dst();
        int above = reachRows - outputRow(top, window);
        int height = outputRow(bottom - 1, window) + above + 1;
        int left = reachColumns - window.pw() / window.sw();
        int firstColumn = Math.max(0, -left);
        int lastColumn = Math.min(window.ow(), row - left);
        if (band < window.ih()) {
            Arrays.fill(gradient, 0.0);
        }
        // A band of all rows always leaves the same places alone, which are 0.
        for (int y = 0; y < height; y++) {
            int p = y - above;
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
