package org.lanewise.kernel.conv;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.TileSizes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The backward pass by an input of few channels in large batches: lanes are samples, rows of sums
 * are channels, and a run is the taps of one row of the kernel.
 *
 * <p>At one pixel all lanes meet the same taps, so those that lie beyond the output's edge are left
 * out: what they would add is 0. The output's gradient is brought into lanes of samples, a band of
 * its rows at a time and each row from right to left, so that it goes the way of the taps.
 */
public final class ConvBackwardSamplesVector {

    private static final int MOST_CHANNELS = 7;

    private final ConvGeometry geometry;
    private final boolean reluMask;
    private final int tile;
    private final int lanes;
    private final int taps;
    private final int band;
    private final int line;
    private final SampleLanes out;
    private final SampleLanes in;
    private final int[] weightOffsets;
    private final double[] packed;
    private final double[][] gradients;
    private final double[][] sums;

    private ConvBackwardSamplesVector(ConvGeometry geometry, boolean reluMask, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.reluMask = reluMask;
        this.tile = TileSizes.batchRows(geometry.ic());
        this.lanes = lanes(geometry.ic());
        this.taps = window.kh() * window.kw();
        this.band = Math.min(band(geometry.window(), geometry.ic(), geometry.oc()), window.ih());
        this.line = window.ow() * geometry.oc() * lanes;
        int[] offsets = new int[window.ow() * geometry.oc()];
        Arrays.setAll(offsets, i -> (window.ow() - 1 - i / geometry.oc()) * geometry.oc()
                + i % geometry.oc());
        this.out = new SampleLanes(geometry.dst(), geometry.oc(),
                scratch.integers("places of the output gradient", offsets), lanes);
        this.in = new SampleLanes(geometry.src(), geometry.ic(), scratch.integers(
                "places in a line", Lanes.every(window.iw() * geometry.ic(), 1)), lanes);
        this.weightOffsets = Lanes.every(geometry.ic() * taps, geometry.oc());
        int rows = Math.ceilDiv(geometry.ic(), tile) * tile;
        this.packed = scratch.doubles("packed weights of the backward pass",
                (long) rows * taps * geometry.oc());
        this.gradients = scratch.doublesPerThread("output gradient in lanes of samples",
                Element.ALIGNMENT_OFFSET
                        + (long) Math.min(band + reach(window), window.oh()) * line);
        this.sums = scratch.doublesPerThread("sums of a line of the backward pass",
                Element.ALIGNMENT_OFFSET + (long) (window.iw() + 1) * rows * lanes);
    }

    /** Lines of the output that a line of the input meets, but for one. */
    private static int reach(WindowGeometry window) {
        return (window.kh() - 1) * window.dh();
    }

    private static int lanes(int ic) {
        return TileSizes.batchVectors(TileSizes.batchRows(ic)) * Lanes.COUNT;
    }

    /** Lines of the input whose gradients are computed together. */
    private static int band(WindowGeometry window, int ic, int oc) {
        int line = Double.BYTES * window.ow() * oc * lanes(ic);
        return Math.max(1, Cpu.L2_TASK / line - reach(window));
    }

    /**
     * Why it does not compute a convolution; null if it does. Most lanes must be filled, and no line be
     * brought into lanes more than one and a half times.
     */
    public static String refusal(ConvProblem problem) {
        WindowGeometry window = problem.window();
        if (problem.g() > 1) {
            return problem.g() + " groups";
        }
        if (problem.ic() > MOST_CHANNELS) {
            return problem.ic() + " input channels, more than " + MOST_CHANNELS;
        }
        if (window.sh() > 1 || window.sw() > 1) {
            return "stride " + window.sh() + "x" + window.sw();
        }
        if (window.dw() > 1) {
            return "dilation " + window.dh() + "x" + window.dw();
        }
        int lanes = lanes(problem.ic());
        String few = SampleLanes.refusal(problem.samples(), lanes);
        if (few != null) {
            return few;
        }
        return band(window, problem.ic(), problem.oc()) < Math.min(2 * reach(window), window.ih())
                ? "lines are too long for the cache"
                : null;
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardSamplesVector pass = new ConvBackwardSamplesVector(geometry, postOps.reluMask(),
                scratch);
        return BoundPass.ofDoubles(null, pass.info(), pass::tasks);
    }

    private String info() {
        return "sample tiles: lanes are " + lanes + " samples, a tap beyond the edge is left out";
    }

    private List<Task> tasks(double[] diffDst, double[] weights, double[] src, double[] diffSrc) {
        return List.of(Task.range(1, 1, (from, to) -> pack(weights)),
                Task.of(samples -> Math.ceilDiv(samples, lanes) * bands(), 1, (index, _, thread,
                        samples) -> run(diffDst, src, diffSrc, index, thread, samples)));
    }

    private int bands() {
        return Math.ceilDiv(geometry.window().ih(), band);
    }

    /** Weights are (c, tap, k). */
    private void pack(double[] weights) {
        int all = geometry.ic() * taps;
        for (int k = 0; k < geometry.oc(); k += Lanes.COUNT) {
            Transpose.pack(weights, k * all, all, Math.min(Lanes.COUNT, geometry.oc() - k), all,
                    packed, k, weightOffsets, 1);
        }
    }

    /** Computes a band of the maps of as many samples as there are lanes. */
    private void run(double[] diffDst, double[] src, double[] diffSrc, int index, int thread,
            int samples) {
        WindowGeometry window = geometry.window();
        int n = index / bands() * lanes;
        int count = Math.min(lanes, samples - n);
        int top = index % bands() * band;
        int bottom = Math.min(window.ih(), top + band);
        int first = Math.max(0, top + window.ph() - reach(window));
        int last = Math.min(window.oh(), bottom + window.ph());
        double[] gradient = gradients[thread];
        for (int p = first; p < last; p++) {
            out.pack(diffDst, n, count, p, 0, gradient,
                    Element.ALIGNMENT_OFFSET + (p - first) * line);
        }
        for (int h = top; h < bottom; h++) {
            compute(gradient, first, h, sums[thread]);
            store(sums[thread], src, diffSrc, n, count, h);
        }
    }

    private void store(double[] rows, double[] src, double[] diffSrc, int n, int count, int h) {
        in.unpack(rows, Element.ALIGNMENT_OFFSET, diffSrc, n, count, h);
        if (reluMask) {
            // The output of a ReLU is NHWC.
            for (int i = n; i < n + count; i++) {
                int x = geometry.src().at(i, 0, h, 0);
                Relu.backward(src, diffSrc, diffSrc, x, x + in.places().length);
            }
        }
    }

    /**
     * Computes the sums of a row in the order of its elements in the input, one row of lanes each.
     * Tap (r, s) of pixel (h, w) meets output row {@code h + ph - r dh} and column
     * {@code w + pw - s}.
     */
    private void compute(double[] gradient, int first, int h, double[] rows) {
        WindowGeometry window = geometry.window();
        int oc = geometry.oc();
        int p = h + window.ph();
        int r = Math.max(0, Math.ceilDiv(p - window.oh() + 1, window.dh()));
        int lines = Math.min(window.kh() - 1, p / window.dh()) + 1 - r;
        boolean last = geometry.src().channelsLast();
        int row = last ? lanes : window.iw() * lanes;
        int pixel = last ? geometry.ic() * lanes : lanes;
        for (int w = 0; w < window.iw(); w++) {
            int q = w + window.pw();
            int s = Math.max(0, q - window.ow() + 1);
            int length = (Math.min(window.kw() - 1, q) + 1 - s) * oc;
            int x = (r * window.kw() + s) * oc;
            int meets = Element.ALIGNMENT_OFFSET + (p - r * window.dh() - first) * line
                    + (window.ow() - 1 - q + s) * oc * lanes;
            for (int c = 0; c < geometry.ic(); c += tile) {
                MicroKernels.batchLanes(tile, TileSizes.batchVectors(tile), packed,
                        c * taps * oc + x, taps * oc, window.kw() * oc, lines, length, gradient,
                        meets, -window.dh() * line, lanes, rows,
                        Element.ALIGNMENT_OFFSET + w * pixel + c * row, row);
            }
        }
    }
}
