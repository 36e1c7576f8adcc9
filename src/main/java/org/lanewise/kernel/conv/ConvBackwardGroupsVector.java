package org.lanewise.kernel.conv;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
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
import org.lanewise.kernel.gemm.Pixels;
import org.lanewise.kernel.gemm.Prefetch;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The gradient with respect to the weights of a convolution with few channels a group: lanes are the output channels of all
 * groups, rows of sums the weights of a filter, and a sum runs over the pixels of a slice.
 */
public final class ConvBackwardGroupsVector {
    /** Weights of a tile, whose last row of sums is the bias's. */
    private static final int TILE = 9;
    /** Blocks of lanes that are computed together, from neighbouring elements of each pixel. */
    private static final int LANE_BLOCKS = 8;

    private final ConvGeometry geometry;
    private final GroupLanes lanes;
    private final int[] rows;
    private final int tiles;
    private final int[] offsets;
    private final Pixels pixels;
    private final int linesOfChunk;
    private final int slice;
    private final int blocks;
    private final double[] sums;
    private final double[][] copies;
    private final double[][] touched;

    private ConvBackwardGroupsVector(ConvGeometry geometry, int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.lanes = new GroupLanes(geometry, false, false);
        int taps = window.kh() * window.kw();
        int[] ofTaps = new int[taps];
        Arrays.setAll(ofTaps, tap -> tap / window.kw() * window.dh() * lanes.layout.row()
                + tap % window.kw() * window.dw() * lanes.layout.column());
        int[] all = lanes.offsets(ofTaps);
        this.rows = scratch.integers("places of weights", Lanes.padded(all));
        this.tiles = Math.ceilDiv(all.length, TILE);
        this.offsets = new int[all.length];
        Arrays.setAll(offsets, i -> {
            int row = i % taps * lanes.factors + i / taps;
            return row / TILE + row;
        });
        this.pixels = new Pixels(window.ow(), window.sw() * lanes.layout.column(),
                window.sh() * lanes.layout.row());
        int most = Cpu.L2_TASK / Double.BYTES
                / (lanes.row() * window.sh() + geometry.dst().row());
        this.linesOfChunk = Math.clamp(most, 1, window.oh());
        this.slice = Math.min(capacity, geometry.samplesOfSlice());
        this.blocks = Math.ceilDiv(lanes.blocks.length, LANE_BLOCKS);
        this.sums = scratch.sharedDoubles("sums of slices", start(Math.ceilDiv(capacity, slice),
                0));
        this.copies = lanes.copied
                ? scratch.doublesPerThread("lines as lanes", lanes.elements(lines(linesOfChunk)))
                : null;
        this.touched = GroupLanes.prefetched(geometry, capacity, scratch);
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardGroupsVector pass = new ConvBackwardGroupsVector(geometry, capacity, scratch);
        return BoundPass.ofDoubles(null,
                "channel tiles: " + pass.offsets.length + " weights looked up", pass::tasks);
    }

    /** Lines that some lines of outputs read. */
    private int lines(int outputs) {
        WindowGeometry window = geometry.window();
        return (outputs - 1) * window.sh() + (window.kh() - 1) * window.dh() + 1;
    }

    /** Where the sums of a slice begin for the lanes from one on. */
    private int start(int index, int lane) {
        return Element.ALIGNMENT_OFFSET
                + (index * lanes.padded() + lane) * tiles * (TILE + 1);
    }

    private List<Task> tasks(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return List.of(
                Task.of(samples -> Math.ceilDiv(samples, slice) * blocks, 1,
                        (index, _, thread, samples) -> sum(src, diffDst, index, thread, samples)),
                Task.of(_ -> lanes.blocks.length, 1, (index, _, _, samples) -> unpack(diffWeights,
                        diffBias, lanes.blocks[index], samples)));
    }

    /** Computes the sums of a slice for some blocks of lanes. */
    private void sum(double[] src, double[] diffDst, int index, int thread, int samples) {
        int height = geometry.window().oh();
        int s = index / blocks;
        int first = index % blocks * lanes.blocks.length / blocks;
        int end = (index % blocks + 1) * lanes.blocks.length / blocks;
        for (int b = first; b < end; b++) {
            int start = start(s, lanes.blocks[b].first());
            Arrays.fill(sums, start, start + tiles * (TILE + 1) * lanes.blocks[b].lanes(), 0.0);
        }
        for (int n = s * slice; n < Math.min(samples, (s + 1) * slice); n++) {
            for (int p = 0; p < height; p += linesOfChunk) {
                if (touched != null) {
                    touched[thread][0] = prefetch(src, diffDst, n, p,
                            Math.min(linesOfChunk, height - p), first, end);
                }
                for (int b = first; b < end; b++) {
                    add(src, diffDst, n, p, Math.min(linesOfChunk, height - p), lanes.blocks[b],
                            thread);
                }
            }
        }
    }

    private double prefetch(double[] src, double[] diffDst, int n, int p, int count, int first,
            int end) {
        Layout dst = geometry.dst();
        int lane = lanes.blocks[first].first();
        int last = Math.min(lanes.channels, lanes.blocks[end - 1].first()
                + lanes.blocks[end - 1].lanes());
        int x = lanes.at(n, geometry.window().row(p, 0) + lanes.top()) + lanes.channel(lane);
        int y = dst.at(n, lane, p, 0);
        int factors = lanes.channel(last - 1) + lanes.factors - lanes.channel(lane);
        int inputs = lines(count) * lanes.row();
        int outputs = count * dst.row();
        if (last - lane == lanes.channels) {
            return Prefetch.read(src, x, x + inputs, diffDst, y, y + outputs);
        }
        double sum = 0.0;
        for (int i = 0; i * lanes.column() < inputs; i++) {
            int a = x + i * lanes.column();
            int b = y + i * dst.column();
            sum += Prefetch.read(src, a, a + factors, diffDst, b,
                    i * dst.column() < outputs ? b + last - lane : b);
        }
        return sum;
    }

    private void add(double[] src, double[] diffDst, int n, int p, int count,
            LaneBlocks.Block block, int thread) {
        int to = start(n / slice, block.first());
        WindowGeometry window = geometry.window();
        int line = window.row(p, 0) + lanes.top();
        if (lanes.copied) {
            lanes.copy(src, n, line, lines(count), 0, block, copies[thread]);
        }
        int x = lanes.layout.at(0, 0, window.row(p, 0), window.column(0, 0))
                + lanes.shift(n, block, line);
        int gradient = geometry.dst().at(n, block.first(), p, 0);
        for (int tile = 0; tile < tiles; tile++) {
            MicroKernels.channelPixels(TILE, block.vectors(), lanes.copied ? copies[thread] : src,
                    rows, tile * TILE, x, pixels, count, diffDst, gradient, geometry.dst().row(),
                    geometry.dst().column(), sums, to + tile * (TILE + 1) * block.lanes(),
                    block.lanes());
        }
    }

    /** Adds the sums of slices up, in order. */
    private void unpack(double[] diffWeights, double[] diffBias, LaneBlocks.Block block,
            int samples) {
        int from = start(0, block.first());
        Sums.addUp(sums, start(1, block.first()), Math.ceilDiv(samples, slice) - 1,
                start(1, 0) - start(0, 0), tiles * (TILE + 1) * block.vectors(), sums, from);
        int valid = block.valid(lanes.channels);
        int row = offsets.length;
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.unpack(sums, from + lane, offsets, block.lanes(), diffWeights,
                    (block.first() + lane) * row, row, Math.min(Lanes.COUNT, valid - lane), row);
        }
        if (diffBias != null) {
            System.arraycopy(sums, from + TILE * block.lanes(), diffBias, block.first(), valid);
        }
    }
}
