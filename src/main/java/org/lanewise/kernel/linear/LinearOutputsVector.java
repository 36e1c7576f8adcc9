package org.lanewise.kernel.linear;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearProblem;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The forward pass of a dense layer of few outputs: they are lanes, and samples are rows, which are
 * read in place; weights are transposed instead, fewer than there are inputs in the batch.
 */
public final class LinearOutputsVector {
    /** Inputs whose weights are transposed together. */
    private static final int RUN = 512;

    private final LinearGeometry geometry;
    private final boolean fuseRelu;
    private final int vectors;
    private final int tile;
    private final int[] everyInput;
    private final int[] inputRows;
    private final int[] outputRows;
    private final double[] packed;
    private final double[] begin;
    private final double[][] sums;

    private LinearOutputsVector(LinearGeometry geometry, boolean fuseRelu, int capacity,
            Scratchpad scratch) {
        int lanes = Lanes.roundUp(geometry.oc());
        this.geometry = geometry;
        this.fuseRelu = fuseRelu;
        this.vectors = lanes / Lanes.COUNT;
        this.tile = Lanes.tileRows(vectors);
        this.everyInput = scratch.integers("inputs",
                Lanes.every(Math.min(RUN, geometry.ic()), 1));
        this.inputRows = scratch.integers("rows of the input",
                Lanes.padded(Lanes.every(capacity, geometry.ic())));
        this.outputRows = scratch.integers("rows of the output",
                Lanes.every(capacity, geometry.oc()));
        this.packed = scratch.doubles("columns of weights",
                Element.ALIGNMENT_OFFSET + (long) geometry.ic() * lanes);
        this.begin = scratch.doubles("packed bias", lanes);
        this.sums = scratch.doublesPerThread("sums of some samples", Lanes.tiles(tile, lanes));
    }

    /** Why it does not compute a layer; null if it does. */
    public static String refusal(LinearProblem problem) {
        if (problem.oc() > 2 * Lanes.COUNT) {
            return problem.oc() + " outputs, more than two vectors";
        }
        return problem.oc() > problem.samples()
                ? problem.oc() + " outputs, more than the " + problem.samples() + " samples"
                : null;
    }

    public static BoundPass bind(LinearGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        return BoundPass.ofDoubles(null, "run tiles: lanes are outputs",
                new LinearOutputsVector(geometry, postOps.fuseRelu(), capacity, scratch)::tasks);
    }

    private List<Task> tasks(double[] src, double[] weights, double[] bias, double[] dst) {
        return List.of(
                Task.range(geometry.ic(), RUN, (from, to) -> pack(weights, bias, from, to)),
                Task.of(samples -> samples, tile,
                        (from, to, thread, _) -> outputs(src, dst, from, to, sums[thread])));
    }

    /** Weights are (input, lane). */
    private void pack(double[] weights, double[] bias, int from, int to) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        for (int lane = 0; lane < oc; lane += Lanes.COUNT) {
            Transpose.pack(weights, lane * ic + from, ic, Math.min(Lanes.COUNT, oc - lane),
                    to - from, packed, Element.ALIGNMENT_OFFSET + from * begin.length + lane,
                    everyInput,
                    begin.length);
        }
        if (from == 0 && bias == null) {
            Arrays.fill(begin, 0.0);
        } else if (from == 0) {
            System.arraycopy(bias, 0, begin, 0, oc);
        }
    }

    private void outputs(double[] src, double[] dst, int from, int to, double[] rows) {
        Sums.begin(rows, to - from, vectors, begin, 0);
        MicroKernels.gemm(tile, vectors, to - from, src, inputRows, from, 0, geometry.ic(), packed,
                Element.ALIGNMENT_OFFSET, begin.length, rows, Lanes.adjacent(vectors), 0,
                Element.ALIGNMENT_OFFSET);
        Sums.store(rows, vectors, geometry.oc(), dst, outputRows, from, to, 0, fuseRelu);
    }
}
