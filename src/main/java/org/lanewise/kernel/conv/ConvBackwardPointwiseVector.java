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
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The gradient with respect to the weights of many 1x1 kernels on vectors: rows of sums are output
 * channels, lanes are input channels, as in the weights, and a run is some rows of pixels.
 *
 * <p>A task is a part of the batch. Its gradient is transposed, so that the pixels of a channel are
 * adjacent; a block of lanes of its input is copied so that it stays in L1 while all output
 * channels read it. The sums of the first slice accumulate in the gradient itself; those of each other slice are
 * then added to it.
 */
public final class ConvBackwardPointwiseVector {
    /** 512-128 gains 8 %, 1024-256 a quarter; 256-64, whose transposition is dearer, loses 15 %. */
    private static final int MANY_WEIGHTS = 1 << 16;

    private static final int PIXELS_OF_RUN = 256;

    /** Elements of the transposed gradient of a part. */
    private static final int ELEMENTS = Cpu.L2_TASK / Double.BYTES;
    private static final int FEWEST_PIXELS = 256;

    /** Output channels of a block: their part of the gradient stays in cache for all lanes. */
    private static final int ROWS = 320;

    private final ConvGeometry geometry;
    private final LaneBlocks lanes;
    private final Slices slices;
    private final int linesOfRun;
    private final int pitch;
    private final int[] everyChannel;
    private final int[] rows;
    private final int[] out;
    private final double[] transposed;
    private final double[] partial;
    private final double[] biasSums;
    private final double[] biasBefore;
    private final double[] zeros;
    private final double[][] panels;

    private ConvBackwardPointwiseVector(ConvGeometry geometry, int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.lanes = LaneBlocks.of(geometry.icg());
        int pixels = Math.max(FEWEST_PIXELS, ELEMENTS / geometry.oc());
        int samples = Math.min(capacity, geometry.samplesOfSlice());
        int weights = geometry.oc() * geometry.icg();
        this.slices = new Slices(samples, 1, Math.ceilDiv(capacity, samples), weights,
                BatchPart.of(samples,
                        Math.clamp(pixels / (window.oh() * window.ow()), 1, samples), window.oh(),
                        Math.clamp(pixels / window.ow(), 1, window.oh())),
                false);
        BatchPart part = slices.parts().getFirst();
        this.linesOfRun = Math.max(1, PIXELS_OF_RUN / window.ow());
        // Rows must not share cache sets.
        this.pitch = Lanes.roundUp(part.toSample() * part.lines() * window.ow()) + 8;
        this.everyChannel = scratch.integers("output channels", Lanes.every(geometry.ocg(), 1));
        this.rows = scratch.integers("rows of the transposed gradient",
                Lanes.padded(Lanes.every(geometry.ocg(), pitch)));
        this.out = scratch.integers("rows of the weight gradient",
                Lanes.padded(Lanes.every(geometry.ocg(), geometry.icg())));
        this.transposed = scratch.doubles("transposed output gradient",
                Element.ALIGNMENT_OFFSET + (long) geometry.oc() * pitch);
        this.partial = scratch.doubles("weight gradient of a slice",
                slices.rounds() == 1 ? 0 : weights);
        this.biasSums = scratch.doubles("bias gradient of a slice", geometry.oc());
        this.biasBefore = scratch.doubles("bias gradient of the slices before", geometry.oc());
        this.zeros = scratch.doubles("zeros of the weights", lanes.widest());
        this.panels = scratch.doublesPerThread("input of some lanes",
                Element.ALIGNMENT_OFFSET + (long) linesOfRun * window.ow() * lanes.widest());
    }

    /** Why it does not compute a convolution; null if it does. */
    public static String refusal(ConvProblem problem) {
        WindowGeometry window = problem.window();
        if (window.kh() != 1 || window.kw() != 1) {
            return "window of " + window.kh() + "x" + window.kw();
        }
        int icg = problem.icg();
        int ocg = problem.ocg();
        return icg % Lanes.COUNT != 0 || ocg % Lanes.COUNT != 0 || icg * ocg < MANY_WEIGHTS
                ? icg + " -> " + ocg + " channels a group; it needs multiples of " + Lanes.COUNT
                        + " and " + MANY_WEIGHTS + " weights"
                : null;
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardPointwiseVector pass = new ConvBackwardPointwiseVector(geometry, capacity,
                scratch);
        return BoundPass.ofDoubles(null, pass.info(), pass::tasks);
    }

    private String info() {
        return "run tiles: " + geometry.ocg() + " rows, " + linesOfRun * geometry.window().ow()
                + " pixels of a transposed gradient";
    }

    private List<Task> tasks(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        List<Task> tasks = new ArrayList<>();
        for (int round = 0; round < slices.rounds(); round++) {
            for (BatchPart some : slices.parts()) {
                BatchPart part = some.after(slices.first(round, 0));
                tasks.add(transposing(part, diffDst));
                tasks.add(summing(part, src, diffDst, round == 0 ? diffWeights : partial,
                        diffBias));
            }
            tasks.add(slices.adding(round, partial, 0, diffWeights, 0));
        }
        return List.copyOf(tasks);
    }

    /** Transposes the gradient of a part; a block is a line, or a sample whose lines are joined. */
    private Task transposing(BatchPart part, double[] diffDst) {
        Layout dst = geometry.dst();
        boolean joined = dst.row() == geometry.window().ow() * dst.column();
        return Task.of(samples -> part.samples(samples) * (joined ? 1 : part.lines()), 1,
                (index, _, thread, samples) -> {
                    int line = index * (joined ? part.lines() : 1);
                    int pixels = geometry.window().ow() * (joined ? part.lines() : 1);
                    int pixel = dst.at(part.sample(line), 0,
                            part.line(line), 0);
                    int to = Element.ALIGNMENT_OFFSET + line * geometry.window().ow();
                    for (int group = 0; group < geometry.g(); group++) {
                        for (int i = 0; i < pixels; i += Lanes.COUNT) {
                            Transpose.pack(diffDst,
                                    pixel + i * dst.column() + group * geometry.ocg(),
                                    dst.column(), Math.min(Lanes.COUNT, pixels - i), geometry.ocg(),
                                    transposed, to + i + group * geometry.ocg() * pitch,
                                    everyChannel,
                                    pitch);
                        }
                    }
                });
    }

    /** Whether the sums of a slice begin with a part. */
    private boolean begins(BatchPart part) {
        return part.fromSample() % slices.samples() == 0 && part.fromLine() == 0;
    }

    private int ranges() {
        return Math.ceilDiv(geometry.ocg(), ROWS);
    }

    /** Adds a part to all sums; a block is some rows and lanes, and the last block is the bias. */
    private Task summing(BatchPart part, double[] src, double[] diffDst, double[] sums,
            double[] diffBias) {
        int blocks = lanes.blocks().length;
        int blockCount = geometry.g() * ranges() * blocks;
        return Task.of(
                samples -> part.samples(samples) == 0 ? 0 : blockCount + (diffBias == null ? 0 : 1),
                1, (index, _, thread, samples) -> {
                    int lines = part.samples(samples) * part.lines();
                    if (index == blockCount) {
                        bias(part, lines, diffDst, diffBias);
                    } else {
                        add(part, index / blocks, lanes.blocks()[index % blocks], lines, src,
                                sums, panels[thread]);
                    }
                });
    }

    /** The first row of a range, which is whole tiles. */
    private int edge(int range, int tile) {
        return Math.min(geometry.ocg(), Math.ceilDiv(range * ROWS, tile) * tile);
    }

    private void add(BatchPart part, int index, LaneBlocks.Block block, int lines, double[] src,
            double[] sums, double[] panel) {
        int group = index / ranges();
        int range = index % ranges();
        int ow = geometry.window().ow();
        int at = group * geometry.ocg() * geometry.icg() + block.first();
        int tile = Lanes.tileRows(block.vectors());
        int last = edge(range + 1, tile);
        for (int line = 0; line < lines; line += linesOfRun) {
            int count = Math.min(linesOfRun, lines - line);
            for (int i = 0; i < count; i++) {
                copy(part, group, block, line + i, src, panel,
                        Element.ALIGNMENT_OFFSET + i * ow * block.lanes());
            }
            for (int row = edge(range, tile); row < last; row += tile) {
                int end = Math.min(last, row + tile);
                if (begins(part) && line == 0) {
                    Sums.begin(sums, out, row, end, at, block.vectors(), zeros, 0);
                }
                MicroKernels.gemm(tile, block.vectors(), end - row, transposed, rows, row,
                        Element.ALIGNMENT_OFFSET + group * geometry.ocg() * pitch + line * ow,
                        count * ow, panel, Element.ALIGNMENT_OFFSET, block.lanes(), sums,
                        out, row, at);
            }
        }
    }

    /** Copies some lanes of what a line of the output reads. */
    private void copy(BatchPart part, int group, LaneBlocks.Block block, int line, double[] src,
            double[] panel, int at) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int pixel = in.at(part.sample(line),
                group * geometry.icg() + block.first(),
                window.row(part.line(line), 0), window.column(0, 0));
        Panel.copy(src, pixel, window.sw() * in.column(), window.ow(), block.lanes(), panel, at,
                block.vectors());
    }

    /** Writes the sums of the slices so far; the last of them may be a part. */
    private void bias(BatchPart part, int lines, double[] diffDst, double[] diffBias) {
        Layout dst = geometry.dst();
        int vectors = geometry.oc() / Lanes.COUNT;
        if (begins(part)) {
            System.arraycopy(diffBias, 0, biasBefore, 0, geometry.oc());
            Arrays.fill(biasSums, 0.0);
        }
        for (int line = 0; line < lines; line++) {
            Sums.addUp(diffDst, dst.at(part.sample(line), 0, part.line(line), 0),
                    geometry.window().ow(), vectors, biasSums, 0);
        }
        System.arraycopy(biasSums, 0, diffBias, 0, geometry.oc());
        if (part.fromSample() >= slices.samples()) {
            Sums.addUp(biasBefore, 0, 1, vectors, diffBias, 0);
        }
    }
}
