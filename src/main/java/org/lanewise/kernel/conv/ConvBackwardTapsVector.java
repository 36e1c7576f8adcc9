package org.lanewise.kernel.conv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Pixels;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.TileSizes;

/**
 * The gradient with respect to weights of which those of a row of the kernel fill vectors better than the filters do: they
 * are lanes, rows of sums are filters, and a sum runs over the pixels of all samples in order.
 *
 * <p>Both maps are read in place: the filters of a pixel are adjacent, and so are the factors of a row of the kernel. A
 * task is as many pixels of some slices as stay in cache while every row of the kernel, its blocks, reads them.
 */
public final class ConvBackwardTapsVector {
    private final ConvGeometry geometry;
    private final LaneBlocks lanes;
    private final Pixels pixels;
    private final int pitch;
    private final int bias;
    private final int filters;
    private final Slices slices;
    private final double[] sums;

    private ConvBackwardTapsVector(ConvGeometry geometry, int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.lanes = LaneBlocks.ofPixels(window.kw() * geometry.ic());
        this.pixels = new Pixels(window.ow(), geometry.dst().column(), geometry.dst().row());
        this.pitch = window.kh() * lanes.lanes();
        this.bias = TileSizes.wholeTiles(geometry.oc()) * pitch;
        this.filters = Lanes.roundUp(geometry.oc());
        this.slices = Slices.of(geometry, bias + filters,
                Double.BYTES * ((long) geometry.src().row() * window.sh() + geometry.dst().row()),
                capacity, scratch);
        this.sums = scratch.doubles("packed weight gradient",
                Element.ALIGNMENT_OFFSET + slices.slots() * slices.elements());
    }

    /** Why it does not compute a convolution; null if it does. */
    public static String refusal(ConvProblem problem) {
        if (problem.g() > 1) {
            return problem.g() + " groups";
        }
        if (problem.window().dw() > 1) {
            return "dilation " + problem.window().dh() + "x" + problem.window().dw();
        }
        int row = problem.window().kw() * problem.ic();
        return problem.oc() > Lanes.COUNT
                && 8L * problem.oc() * Lanes.roundUp(row) > 7L * row * Lanes.roundUp(problem.oc())
                        ? problem.oc()
                                + " outputs fill lanes as well as the weights of a row of the kernel"
                        : null;
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardTapsVector pass = new ConvBackwardTapsVector(geometry, capacity, scratch);
        return BoundPass.ofDoubles(null,
                "tap tiles: lanes are weights of a row of the kernel", pass::tasks);
    }

    private List<Task> tasks(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        List<Task> tasks = new ArrayList<>();
        for (int round = 0; round < slices.rounds(); round++) {
            List<Task> parts = new ArrayList<>();
            for (BatchPart part : slices.parts()) {
                parts.add(summing(round, part, src, diffDst));
            }
            tasks.addAll(slices.tasks(round, parts));
            tasks.add(slices.adding(round, sums, Element.ALIGNMENT_OFFSET + slices.start(1), sums,
                    Element.ALIGNMENT_OFFSET));
        }
        tasks.add(Task.range(geometry.oc(), 1, (from, to) -> unpack(diffWeights, diffBias, from)));
        return List.copyOf(tasks);
    }

    /** Adds a part of slices to their sums; a block is a slice's row of the kernel. */
    private Task summing(int round, BatchPart part, double[] src, double[] diffDst) {
        int kh = geometry.window().kh();
        return Task.of(batch -> slices.count(round, batch) * kh, 1, (index, _, _, batch) -> {
            int slice = index / kh;
            int r = index % kh;
            int slot = Element.ALIGNMENT_OFFSET + slices.start(slices.slot(round, slice));
            if (part.first()) {
                begin(slot, r);
            }
            int first = slices.first(round, slice) + part.fromSample();
            int end = first + slices.samples(part, round, slice, batch);
            for (int n = first; n < end; n++) {
                add(src, diffDst, slot, r, n, part.fromLine(), part.lines());
            }
        });
    }

    private void begin(int slot, int r) {
        for (int row = 0; row < bias; row += pitch) {
            int start = slot + row + r * lanes.lanes();
            Arrays.fill(sums, start, start + lanes.lanes(), 0.0);
        }
        if (r == 0) {
            Arrays.fill(sums, slot + bias, slot + bias + filters, 0.0);
        }
    }

    /** Adds some lines of a sample to the sums of a row of the kernel, the first one with the bias. */
    private void add(double[] src, double[] diffDst, int slot, int r, int n, int p, int lines) {
        WindowGeometry window = geometry.window();
        int gradient = geometry.dst().at(n, 0, p, 0);
        for (int i = 0; r == 0 && i < lines; i++) {
            Sums.addUp(diffDst, gradient + i * pixels.line(), window.ow(), pixels.column(),
                    filters / Lanes.COUNT, sums,
                    slot + bias);
        }
        for (LaneBlocks.Block block : lanes.blocks()) {
            MicroKernels.tapReduction(TileSizes.tapReduction(block.vectors(), geometry.oc()),
                    block.vectors(), geometry.oc(), diffDst, gradient, pixels, lines, src,
                    geometry.src().at(n, 0, window.row(p, r), window.column(0, 0)) + block.first(),
                    window.sh() * geometry.src().row(), window.sw() * geometry.ic(), sums,
                    slot + r * lanes.lanes() + block.first(), pitch);
        }
    }

    private void unpack(double[] diffWeights, double[] diffBias, int k) {
        WindowGeometry window = geometry.window();
        int to = k * geometry.ic() * window.kh() * window.kw();
        for (int c = 0; c < geometry.ic(); c++) {
            for (int r = 0; r < window.kh(); r++) {
                int row = Element.ALIGNMENT_OFFSET + k * pitch + r * lanes.lanes() + c;
                for (int s = 0; s < window.kw(); s++) {
                    diffWeights[to++] = sums[row + s * geometry.ic()];
                }
            }
        }
        if (diffBias != null) {
            diffBias[k] = sums[Element.ALIGNMENT_OFFSET + bias + k];
        }
    }
}
