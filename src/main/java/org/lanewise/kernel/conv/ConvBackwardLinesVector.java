package org.lanewise.kernel.conv;

import java.util.ArrayList;
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
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Panel;
import org.lanewise.kernel.gemm.Pixels;
import org.lanewise.kernel.gemm.TileSizes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The gradient with respect to the weights for an NCHW input of few channels: rows of sums are
 * weights of one filter, lanes are output channels, and a sum runs over the rows of all samples in
 * order.
 *
 * <p>The output's gradient is read in place: a vector that is not full reads a little of the next
 * pixel, into unused lanes. An NCHW gradient is transposed first, a few rows at a time. A task is as
 * many rows as stay in cache while the tiles of weights, its blocks, read them.
 */
public final class ConvBackwardLinesVector {
    /** The sums of a block of lanes: tiles, each with a last row for the bias. */
    private record Panel(LaneBlocks.Block block, int tile, int tiles, int start, int[] offsets,
            Pixels pixels) {
        int at(int tileOfPanel) {
            return start + tileOfPanel * elements();
        }

        /** The same panel of another slice. */
        Panel in(int slot) {
            return new Panel(block, tile, tiles, start + slot, offsets, pixels);
        }

        int elements() {
            return (tile + 1) * block.lanes();
        }
    }

    private final ConvGeometry geometry;
    private final int weights;
    private final int[] weightOffsets;
    private final Panel[][] panels;
    private final int linesAtOnce;
    private final int[] everyPixel;
    private final double[][] transposed;
    private final int blockCount;
    private final Slices slices;
    private final double[] sums;

    private ConvBackwardLinesVector(ConvGeometry geometry, int capacity, Scratchpad scratch) {
        this.geometry = geometry;
        this.weights = geometry.window().kh() * geometry.window().kw() * geometry.ic();
        this.weightOffsets = scratch.integers("places of weights",
                Lanes.padded(geometry.offsets()));
        LaneBlocks.Block[] blocks = LaneBlocks.ofPixels(geometry.oc()).blocks();
        Panel[] slot = new Panel[blocks.length];
        int start = Element.ALIGNMENT_OFFSET;
        int count = 0;
        for (int i = 0; i < blocks.length; i++) {
            int tile = TileSizes.nchwRowWeights(blocks[i].vectors(), weights);
            slot[i] = new Panel(blocks[i], tile, Math.ceilDiv(weights, tile), start,
                    offsets(tile), pixels(blocks[i]));
            start = slot[i].at(slot[i].tiles());
            count += slot[i].tiles();
        }
        this.blockCount = count;
        int elements = start - Element.ALIGNMENT_OFFSET;
        this.slices = Slices.of(geometry, elements,
                Double.BYTES * ((long) geometry.ic() * geometry.src().row()
                        + geometry.dst().row()),
                capacity, scratch);
        this.sums = scratch.doubles("packed weight gradient",
                Element.ALIGNMENT_OFFSET + (long) slices.slots() * elements);
        this.panels = new Panel[slices.slots()][];
        Arrays.setAll(panels, i -> Arrays.stream(slot).map(panel -> panel.in(i * elements))
                .toArray(Panel[]::new));
        if (geometry.dst().channelsLast()) {
            this.linesAtOnce = geometry.window().oh();
            this.everyPixel = null;
            this.transposed = null;
        } else {
            int width = geometry.window().ow();
            int lanes = LaneBlocks.ofPixels(geometry.oc()).widest();
            this.linesAtOnce = Math.clamp(Cpu.L1_LINES / (Double.BYTES * width * lanes), 1,
                    geometry.window().oh());
            this.everyPixel = scratch.integers("pixels of transposed lines",
                    Lanes.every(linesAtOnce * width, 1));
            this.transposed = scratch.doublesPerThread("transposed lines",
                    Element.ALIGNMENT_OFFSET + (long) everyPixel.length * lanes);
        }
    }

    /** The pixels of a row, in place or transposed. */
    private Pixels pixels(LaneBlocks.Block block) {
        Layout dst = geometry.dst();
        return new Pixels(geometry.window().ow(),
                dst.channelsLast() ? dst.column() : block.lanes(), geometry.src().row());
    }

    /**
     * Which row of a panel each weight is, in the order (c, r, s); they are stored as (r, s, c).
     */
    private int[] offsets(int tile) {
        int[] offsets = new int[weights];
        int windowTaps = weights / geometry.ic();
        Arrays.setAll(offsets, i -> {
            int row = i % windowTaps * geometry.ic() + i / windowTaps;
            return row / tile * (tile + 1) + row % tile;
        });
        return offsets;
    }

    /** Why it does not compute a convolution; null if it does. */
    public static String refusal(ConvProblem problem) {
        return ConvForwardLinesVector.refusal(problem);
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardLinesVector pass = new ConvBackwardLinesVector(geometry, capacity, scratch);
        return BoundPass.ofDoubles(null, pass.info(), pass::tasks);
    }

    private String info() {
        return "line tiles: " + weights + " weights looked up for a line of pixels";
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
        tasks.add(Task.range(panels[0].length, 1,
                (from, to) -> unpack(panels[0][from], diffWeights, diffBias)));
        return List.copyOf(tasks);
    }

    /** Adds a part of slices to their sums; a block is a slice's tile of weights. */
    private Task summing(int round, BatchPart part, double[] src, double[] diffDst) {
        return Task.of(batch -> slices.count(round, batch) * blockCount, 1, (index, _, thread,
                batch) -> {
            int slice = index / blockCount;
            int i = 0;
            int tile = index % blockCount;
            Panel[] slot = panels[slices.slot(round, slice)];
            while (tile >= slot[i].tiles()) {
                tile -= slot[i++].tiles();
            }
            Panel panel = slot[i];
            int y = panel.at(tile);
            if (part.first()) {
                Arrays.fill(sums, y, y + panel.elements(), 0.0);
            }
            int first = slices.first(round, slice) + part.fromSample();
            int end = first + slices.samples(part, round, slice, batch);
            for (int n = first; n < end; n++) {
                for (int p = part.fromLine(); p < part.toLine(); p += linesAtOnce) {
                    int count = Math.min(linesAtOnce, part.toLine() - p);
                    if (transposed == null) {
                        add(src, diffDst, panel, tile, n, p, count);
                    } else {
                        transpose(diffDst, panel.block(), n, p, count, transposed[thread]);
                        add(src, transposed[thread], panel, tile, n, p, count);
                    }
                }
            }
        });
    }

    /** Transposes the gradient of some lines, so that a pixel's filters are adjacent. */
    private void transpose(double[] diffDst, LaneBlocks.Block block, int n, int p, int count,
            double[] lines) {
        Layout dst = geometry.dst();
        int valid = block.valid(geometry.oc());
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.pack(diffDst, dst.at(n, block.first() + lane, p, 0), dst.channel(),
                    Math.min(Lanes.COUNT, valid - lane), count * geometry.window().ow(), lines,
                    Element.ALIGNMENT_OFFSET + lane, everyPixel, block.lanes());
        }
    }

    /** Adds some lines to a tile of sums; their gradient is transposed where it is NCHW. */
    private void add(double[] src, double[] gradient, Panel panel, int tile, int n, int p,
            int count) {
        WindowGeometry window = geometry.window();
        LaneBlocks.Block block = panel.block();
        boolean inPlace = transposed == null;
        MicroKernels.nchwRowWeights(panel.tile(), block.vectors(), src, weightOffsets,
                tile * panel.tile(),
                geometry.src().at(n, 0, window.row(p, 0), window.column(0, 0)),
                panel.pixels().line(), count, window.ow(), gradient,
                inPlace ? geometry.dst().at(n, block.first(), p, 0) : Element.ALIGNMENT_OFFSET,
                inPlace ? geometry.dst().row() : window.ow() * block.lanes(),
                panel.pixels().column(), sums, panel.at(tile), block.lanes());
    }

    private void unpack(Panel panel, double[] diffWeights, double[] diffBias) {
        LaneBlocks.Block block = panel.block();
        int valid = block.valid(geometry.oc());
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.unpack(sums, panel.start() + lane, panel.offsets(), block.lanes(),
                    diffWeights, (block.first() + lane) * weights, weights,
                    Math.min(Lanes.COUNT, valid - lane), weights);
        }
        if (diffBias != null) {
            System.arraycopy(sums, panel.start() + panel.tile() * block.lanes(), diffBias,
                    block.first(), valid);
        }
    }
}
