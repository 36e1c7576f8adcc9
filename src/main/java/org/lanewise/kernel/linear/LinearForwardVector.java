package org.lanewise.kernel.linear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The forward pass of a dense layer on vectors: lanes hold samples, and each weight is read once
 * for all of them.
 *
 * <p>The input is transposed a strip of columns at a time, so that a strip and its weights stay in
 * L2; sums accumulate from strip to strip.
 */
public final class LinearForwardVector {
    /** Elements of a strip of all samples. */
    private static final int STRIP = Cpu.L2_PANEL / Double.BYTES;

    /** Inputs of a strip, whatever the samples: fewer would be added in too short runs. */
    private static final int LEAST = 128;

    /** Elements of a run whose panel stays near. */
    private static final int RUN = 512;

    /** Inputs that are transposed together. */
    private static final int COLUMNS = 256;

    /** Rows of sums that are computed together. */
    private static final int ROWS = 64;

    private final LinearGeometry geometry;
    private final boolean fuseRelu;
    private final LaneBlocks samples;
    private final int strip;
    private final int rows;
    private final int[] everyInput;
    private final int[] everyOutput;
    private final int[] weightRows;
    private final double[] columns;
    private final double[] sums;

    private LinearForwardVector(LinearGeometry geometry, boolean fuseRelu, int capacity,
            Scratchpad scratch) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        this.geometry = geometry;
        this.fuseRelu = fuseRelu;
        this.samples = LaneBlocks.of(capacity);
        this.strip = Math.min(ic, Math.max(LEAST, STRIP / samples.lanes()));
        this.everyInput = scratch.integers("forward inputs", Lanes.every(strip, 1));
        this.everyOutput = scratch.integers("forward outputs",
                Lanes.every(Math.min(ROWS, oc), 1));
        this.weightRows = scratch.integers("forward rows of weights",
                Lanes.padded(Lanes.every(oc, ic)));
        this.columns = scratch.doubles("columns of the input",
                Element.ALIGNMENT_OFFSET + (long) strip * samples.lanes());
        // Rows that only fill the last tile of a range get places of their own.
        this.rows = (int) Lanes.tiles(Math.min(ROWS, oc), 1) - Element.ALIGNMENT_OFFSET;
        this.sums = scratch.doubles("sums of the output",
                Element.ALIGNMENT_OFFSET + (long) ranges() * rows * samples.lanes());
    }

    private int ranges() {
        return Math.ceilDiv(geometry.oc(), ROWS);
    }

    public static BoundPass bind(LinearGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        return BoundPass.ofDoubles(null, "run tiles: lanes are samples",
                new LinearForwardVector(geometry, postOps.fuseRelu(), capacity, scratch)::tasks);
    }

    private List<Task> tasks(double[] src, double[] weights, double[] bias, double[] dst) {
        List<Task> tasks = new ArrayList<>();
        for (int from = 0; from < geometry.ic(); from += strip) {
            int first = from;
            int count = Math.min(strip, geometry.ic() - first);
            tasks.add(overSamples(Math.ceilDiv(count, COLUMNS), (block, valid, range) -> transpose(
                    src, block, valid, first, range * COLUMNS,
                    Math.min(COLUMNS, count - range * COLUMNS))));
            tasks.add(overSamples(ranges(), (block, valid, range) -> {
                if (first == 0) {
                    begin(bias, block, range);
                }
                add(weights, block, range, first, count);
                if (first + count == geometry.ic()) {
                    end(dst, block, valid, range);
                }
            }));
        }
        return tasks;
    }

    /** The part of a block: some lanes of samples, and a range of something else. */
    private interface Body {
        void run(LaneBlocks.Block block, int valid, int range);
    }

    private Task overSamples(int ranges, Body body) {
        return Task.of(count -> {
            int blocks = 0;
            while (blocks < samples.blocks().length
                    && samples.blocks()[blocks].first() < count) {
                blocks++;
            }
            return blocks * ranges;
        }, 1, (index, _, thread, count) -> {
            LaneBlocks.Block block = samples.blocks()[index / ranges];
            body.run(block, block.valid(count), index % ranges);
        });
    }

    /** Where a block of samples begins among the columns of a strip. */
    private int panel(LaneBlocks.Block block) {
        return Element.ALIGNMENT_OFFSET + strip * block.first();
    }

    /** Where the sums of a block of samples by a range of outputs begin. */
    private int place(LaneBlocks.Block block, int range) {
        return Element.ALIGNMENT_OFFSET + rows * (ranges() * block.first() + range * block.lanes());
    }

    /** How many outputs a range has. */
    private int outputs(int range) {
        return Math.min(ROWS, geometry.oc() - range * ROWS);
    }

    private void transpose(double[] src, LaneBlocks.Block block, int valid, int first, int column,
            int count) {
        int ic = geometry.ic();
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.pack(src, (block.first() + lane) * ic + first + column, ic,
                    Math.min(Lanes.COUNT, valid - lane), count, columns,
                    panel(block) + column * block.lanes() + lane, everyInput, block.lanes());
        }
    }

    private void begin(double[] bias, LaneBlocks.Block block, int range) {
        int lanes = block.lanes();
        int y = place(block, range);
        for (int j = 0; j < outputs(range); j++) {
            Arrays.fill(sums, y + j * lanes, y + (j + 1) * lanes,
                    bias == null ? 0.0 : bias[range * ROWS + j]);
        }
    }

    private void add(double[] weights, LaneBlocks.Block block, int range, int first, int count) {
        int lanes = block.lanes();
        int row = range * ROWS;
        for (int run = 0; run < count; run += RUN) {
            MicroKernels.gemm(Lanes.tileRows(block.vectors()), block.vectors(), outputs(range),
                    weights, weightRows, row, first + run, Math.min(RUN, count - run), columns,
                    panel(block) + run * lanes, lanes, sums, Lanes.adjacent(block.vectors()), 0,
                    place(block, range));
        }
    }

    private void end(double[] dst, LaneBlocks.Block block, int valid, int range) {
        int oc = geometry.oc();
        int lanes = block.lanes();
        int count = outputs(range);
        int x = place(block, range);
        if (fuseRelu) {
            Relu.forward(sums, sums, x, x + count * lanes);
        }
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.unpack(sums, x + lane, everyOutput, lanes, dst,
                    (block.first() + lane) * oc + range * ROWS, oc,
                    Math.min(Lanes.COUNT, valid - lane), count);
        }
    }
}
