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
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.TileSizes;

/**
 * The forward pass to few outputs in large batches: lanes are samples, rows of sums are filters, and all factors of a
 * sum are read through offsets.
 *
 * <p>The input is brought into lanes of samples, a band of its rows at a time, in the order of its elements; sums of a
 * line are brought back while they are in cache.
 */
public final class ConvForwardSamplesVector {
    /**
     * With fewer factors, bringing maps into lanes and back takes longer than it saves: floats of 3 -> 16 channels by
     * windows of 3x3 take 1.2 times as long as lanes of filters, of 1 -> 6 by 5x5 0.5, of 6 -> 16 by 5x5 0.7.
     */
    private static final int FEWEST_FACTORS = 25;
    private static final int FEWEST_OF_MANY_FILTERS = 75;

    private static final int LANES = TileSizes.PIXELS;

    private final ConvGeometry geometry;
    private final boolean fuseRelu;
    private final ConvFilters filters;
    private final int band;
    private final SampleLanes in;
    private final SampleLanes out;
    private final int[] offsets;
    private final double[] packed;
    private final double[][] inputs;
    private final double[][] sums;

    private ConvForwardSamplesVector(ConvGeometry geometry, boolean fuseRelu, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.fuseRelu = fuseRelu;
        // One block, and of whole tiles.
        this.filters = new ConvFilters(geometry,
                LaneBlocks.cut(Math.max(geometry.oc(), TileSizes.FILTERS), 4, false), scratch);
        this.band = band(window, geometry.ic());
        this.in = new SampleLanes(geometry.src(), geometry.ic(),
                scratch.integers("places of an input line",
                        Lanes.every(line(window, geometry.ic()), 1)),
                LANES);
        this.out = new SampleLanes(geometry.dst(), geometry.oc(),
                scratch.integers("places of an output line",
                        Lanes.every(window.ow() * geometry.oc(), 1)),
                LANES);
        int[] taps = new int[window.kh() * window.kw() * geometry.ic()];
        Arrays.setAll(taps, i -> {
            int tap = i / geometry.ic();
            return (tap / window.kw() * window.dh() * in.places().length
                    + tap % window.kw() * window.dw() * column() + i % geometry.ic() * channel())
                    * LANES;
        });
        this.offsets = scratch.integers("forward taps", taps);
        this.packed = scratch.doubles("packed weights", filters.elements());
        this.inputs = scratch.doublesPerThread("input in lanes of samples",
                Element.ALIGNMENT_OFFSET + (long) rows(window, band) * in.places().length * LANES);
        // The last tile of a line computes rows that are no filters.
        this.sums = scratch.doublesPerThread("sums of a line", Element.ALIGNMENT_OFFSET
                + (long) window.ow() * (geometry.oc() + TileSizes.FILTERS) * LANES);
    }

    /** Elements of a line of the input that windows meet. */
    private static int line(WindowGeometry window, int ic) {
        return ((window.ow() - 1) * window.sw() + (window.kw() - 1) * window.dw() + 1) * ic;
    }

    /** Lines of the input that some lines of the output meet. */
    private static int rows(WindowGeometry window, int lines) {
        return (lines - 1) * window.sh() + (window.kh() - 1) * window.dh() + 1;
    }

    /** Lines of the output whose inputs fit in L2. */
    private static int band(WindowGeometry window, int ic) {
        int fit = Cpu.L2_TASK / (Double.BYTES * line(window, ic) * LANES);
        return Math.clamp((fit - rows(window, 1)) / window.sh() + 1, 1, window.oh());
    }

    /**
     * Why it does not compute a convolution; null if it does. Most lanes must be filled, and no line be brought into
     * lanes more than one and a half times.
     */
    public static String refusal(ConvProblem problem) {
        WindowGeometry window = problem.window();
        if (problem.g() > 1) {
            return problem.g() + " groups";
        }
        if (problem.oc() > Math.max(Lanes.COUNT, TileSizes.FILTERS)) {
            return problem.oc() + " outputs, which fill the lanes of a vector";
        }
        int factors = window.kh() * window.kw() * problem.ic();
        int fewest = problem.oc() > TileSizes.FILTERS ? FEWEST_OF_MANY_FILTERS : FEWEST_FACTORS;
        if (factors < fewest) {
            return "sums of " + factors + " products, fewer than " + fewest;
        }
        String few = SampleLanes.refusal(problem.samples(), LANES);
        if (few != null) {
            return few;
        }
        int band = band(window, problem.ic());
        return band < Math.min(window.oh(), 2 * (window.kh() - 1) * window.dh())
                ? "lines are too long for the cache"
                : null;
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvForwardSamplesVector pass = new ConvForwardSamplesVector(geometry, postOps.fuseRelu(),
                scratch);
        return BoundPass.ofDoubles(null, "sample tiles: lanes are " + LANES + " samples",
                pass::tasks);
    }

    private List<Task> tasks(double[] src, double[] weights, double[] bias, double[] dst) {
        int bands = Math.ceilDiv(geometry.window().oh(), band);
        return List.of(
                Task.range(filters.count(), 1,
                        (from, to) -> filters.pack(weights, bias, from, packed,
                                filters.start(from))),
                Task.of(samples -> Math.ceilDiv(samples, LANES) * bands, 1,
                        (index, _, thread, samples) -> run(src, dst, index / bands * LANES,
                                index % bands * band, thread, samples)));
    }

    /** Elements from a pixel of a line of inputs to the next. */
    private int column() {
        return geometry.src().channelsLast() ? geometry.ic() : 1;
    }

    private int channel() {
        return geometry.src().channelsLast() ? 1 : in.places().length / geometry.ic();
    }

    /** Computes a band of lines of as many samples, from {@code n} on, as there are lanes. */
    private void run(double[] src, double[] dst, int n, int top, int thread, int samples) {
        WindowGeometry window = geometry.window();
        int count = Math.min(LANES, samples - n);
        int bottom = Math.min(window.oh(), top + band);
        for (int row = 0; row < rows(window, bottom - top); row++) {
            in.pack(src, n, count, window.row(top, 0) + row, window.column(0, 0), inputs[thread],
                    Element.ALIGNMENT_OFFSET + row * in.places().length * LANES);
        }
        for (int p = top; p < bottom; p++) {
            compute(inputs[thread], (p - top) * window.sh(), sums[thread]);
            out.unpack(sums[thread], Element.ALIGNMENT_OFFSET, dst, n, count, p);
        }
    }

    /** Computes the sums of a line in the order of its elements in the output, one row of lanes each. */
    private void compute(double[] input, int row, double[] rows) {
        WindowGeometry window = geometry.window();
        boolean last = geometry.dst().channelsLast();
        int pixel = last ? geometry.oc() * LANES : LANES;
        int filter = last ? LANES : window.ow() * LANES;
        double floor = fuseRelu ? 0.0 : Double.NaN;
        for (int q = 0; q < window.ow(); q++) {
            int x = Element.ALIGNMENT_OFFSET
                    + (row * in.places().length + q * window.sw() * column()) * LANES;
            // Rows of a tile that are no filters are overwritten by the next pixel, or in no output.
            for (int k = 0; k < geometry.oc(); k += TileSizes.FILTERS) {
                LaneBlocks.Block block = filters.block(0);
                MicroKernels.nchwFilters(TileSizes.FILTERS, 2, packed, filters.start(0) + k,
                        block.lanes(), input, x, offsets, filters.begin, k, rows,
                        Element.ALIGNMENT_OFFSET + q * pixel + k * filter, filter, floor);
            }
        }
    }
}
