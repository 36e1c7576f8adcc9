package org.lanewise.kernel.conv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Cpu;
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
import org.lanewise.kernel.gemm.Prefetch;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.TileSizes;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The gradient with respect to the weights on vectors: rows of sums are weights of one filter,
 * lanes are output channels, and a sum runs over the pixels of all samples in order.
 *
 * <p>Rows that are adjacent in the input, such as the channels of one row of the kernel, make a
 * strip; where strips are short, all rows are read through offsets instead. A task is as many pixels
 * as stay in cache while every strip and every block of lanes, its blocks, read them. The output's
 * gradient is packed in chunks that fit L1.
 */
public final class ConvBackwardWeightsVector {
    private static final int PIXELS_OF_CHUNK = 256;

    private static final int SHORT = 24;

    private final ConvGeometry geometry;
    private final LaneBlocks lanes;
    private final int taps;
    private final boolean joined;
    private final int[] lookedUp;
    private final int strips;
    private final int length;
    private final int rows;
    private final int rowsOfBlock;
    private final int blocksOfStrip;
    private final int linesOfChunk;
    private final Pixels pixels;
    private final int capacity;
    private final int[] offsets;
    private final double[] sums;
    private final double[] biasSums;
    private final int linesOfJob;
    private final int samplesOfJob;
    private final int pixelsOfJob;
    private final double[] packed;
    private final double[][] touched;

    private ConvBackwardWeightsVector(ConvGeometry geometry, int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        this.geometry = geometry;
        this.capacity = capacity;
        this.lanes = LaneBlocks.ofPixels(geometry.ocg());
        this.taps = window.kh() * window.kw();
        this.joined = geometry.g() == 1 && window.dw() == 1;
        int neighbours = joined ? window.kw() * geometry.ic() : geometry.icg();
        boolean looks = neighbours < SHORT && neighbours < taps * geometry.icg();
        this.lookedUp = looks
                ? scratch.integers("places of weights", Lanes.padded(geometry.offsets()))
                : null;
        this.strips = looks ? 1 : joined ? window.kh() : taps;
        this.length = looks ? taps * geometry.icg() : neighbours;
        this.rows = looks
                ? TileSizes.wholeIndirectTiles(length)
                : TileSizes.wholeTiles(length);
        this.rowsOfBlock = rowsOfBlock(looks ? rows : TileSizes.wholeTiles(1), scratch.threads());
        this.blocksOfStrip = Math.ceilDiv(length, rowsOfBlock);
        this.pixels = new Pixels(window.ow(), window.sw() * src.column(),
                window.sh() * src.row());
        this.linesOfChunk = Math.clamp(PIXELS_OF_CHUNK / window.ow(), 1, window.oh());
        this.offsets = new int[geometry.icg() * taps];
        for (int c = 0; c < geometry.icg(); c++) {
            for (int tap = 0; tap < taps; tap++) {
                offsets[c * taps + tap] = looks
                        ? tap * geometry.icg() + c
                        : joined
                                ? tap / window.kw() * rows + tap % window.kw() * geometry.ic() + c
                                : tap * rows + c;
            }
        }
        this.sums = scratch.doubles("packed weight gradient",
                Layout.ALIGNMENT_OFFSET + (long) geometry.g() * strips * rows * lanes.lanes());
        this.biasSums = scratch.doubles("packed bias gradient",
                (long) geometry.g() * lanes.lanes());
        long line = Double.BYTES * ((long) src.row() * window.sh() + geometry.dst().row());
        long part = (long) Cpu.L2_TASK * scratch.pairs();
        this.linesOfJob = Math.min(window.oh(), Math.ceilDiv(
                Math.clamp(part / line, 1, window.oh()), linesOfChunk) * linesOfChunk);
        this.samplesOfJob = Math.clamp(part / (line * window.oh()), 1, capacity);
        this.pixelsOfJob = samplesOfJob * linesOfJob * window.ow();
        this.packed = scratch.doubles("packed output gradient",
                Layout.ALIGNMENT_OFFSET + (long) geometry.g() * lanes.lanes() * pixelsOfJob);
        this.touched = scratch.perThread("prefetched elements", 8);
    }

    /**
     * Rows of a block: a whole strip, or as many of its tiles as leave the thread with most blocks least to add
     * up.
     */
    private int rowsOfBlock(int tile, int threads) {
        int best = rows;
        for (int some = rows - tile; some >= tile; some -= tile) {
            if (cost(some, threads) < cost(best, threads)) {
                best = some;
            }
        }
        return best;
    }

    private int cost(int some, int threads) {
        return Math.ceilDiv(geometry.g() * lanes.blocks().length * strips
                * Math.ceilDiv(length, some), threads) * some;
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardWeightsVector pass = new ConvBackwardWeightsVector(geometry, capacity, scratch);
        return BoundPass.direct(pass.info(), pass::tasks);
    }

    private String info() {
        return lookedUp == null
                ? "pixel tiles: " + strips + " strips of " + length
                : "pixel tiles: " + length + " weights looked up";
    }

    private List<Task> tasks(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        WindowGeometry window = geometry.window();
        List<Task> tasks = new ArrayList<>();
        for (BatchPart part : BatchPart.of(capacity, samplesOfJob, window.oh(), linesOfJob)) {
            tasks.add(packing(part, src, diffDst));
            tasks.add(summing(part, src));
        }
        tasks.add(Task.range(geometry.g() * lanes.blocks().length, 1,
                (from, to) -> unpack(diffWeights, diffBias, from)));
        return List.copyOf(tasks);
    }

    /**
     * Packs the gradient of a part, and prefetches its input in the order of memory: strips read
     * pixel by pixel, which defeats the hardware prefetcher.
     */
    private Task packing(BatchPart part, double[] src, double[] diffDst) {
        return Task.of(samples -> part.samples(samples) * Math.ceilDiv(part.lines(), linesOfChunk),
                1,
                (index, _, thread, samples) -> {
                    WindowGeometry window = geometry.window();
                    Layout out = geometry.dst();
                    int chunks = Math.ceilDiv(part.lines(), linesOfChunk);
                    int n = index / chunks;
                    int from = index % chunks * linesOfChunk;
                    int to = Math.min(part.lines(), from + linesOfChunk);
                    int sample = part.fromSample() + n;
                    int line = part.fromLine();
                    for (int i = from; i < to; i++) {
                        for (int group = 0; group < geometry.g(); group++) {
                            Panel.split(diffDst,
                                    out.at(sample, group * geometry.ocg(), line + i, 0),
                                    out.column(), window.ow(), lanes, geometry.ocg(), packed,
                                    packedStart(group, 0), (n * part.lines() + i) * window.ow(),
                                    pixelsOfJob);
                        }
                    }
                    touched[thread][0] = Prefetch.read(src,
                            geometry.src().at(sample, 0, window.row(line + from, 0),
                                    window.column(0, 0)),
                            geometry.src().at(sample, 0, window.row(line + to, 0),
                                    window.column(0, 0)));
                });
    }

    /** Adds a part to all sums. */
    private Task summing(BatchPart part, double[] src) {
        int blocks = strips * blocksOfStrip;
        return Task.of(samples -> part.samples(samples) == 0
                ? 0
                : geometry.g() * lanes.blocks().length * blocks, 1, (index, _, thread, samples) -> {
                    int tiles = index % blocks;
                    LaneBlocks.Block block = lanes.blocks()[index / blocks % lanes.blocks().length];
                    int group = index / blocks / lanes.blocks().length;
                    if (part.first()) {
                        begin(group, block, tiles);
                    }
                    for (int n = 0; n < part.samples(samples); n++) {
                        for (int i = 0; i < part.lines(); i += linesOfChunk) {
                            add(src, group, block, tiles, part, n, i);
                        }
                    }
                });
    }

    private int packedStart(int group, int lane) {
        return Layout.ALIGNMENT_OFFSET + (group * lanes.lanes() + lane) * pixelsOfJob;
    }

    private int start(int group, LaneBlocks.Block block, int strip) {
        return Layout.ALIGNMENT_OFFSET + (group * lanes.lanes() + block.first()) * strips * rows
                + strip * rows * block.lanes();
    }

    /** The first row of a block within its strip; blocks are counted through the strips. */
    private int row(int tiles) {
        return tiles % blocksOfStrip * rowsOfBlock;
    }

    private void begin(int group, LaneBlocks.Block block, int tiles) {
        int start = start(group, block, tiles / blocksOfStrip) + row(tiles) * block.lanes();
        Arrays.fill(sums, start,
                start + Math.min(rowsOfBlock, rows - row(tiles)) * block.lanes(), 0.0);
        if (tiles == 0) {
            int bias = group * lanes.lanes() + block.first();
            Arrays.fill(biasSums, bias, bias + block.lanes(), 0.0);
        }
    }

    /** Adds a chunk of lines of a sample, both counted from where the part begins. */
    private void add(double[] src, int group, LaneBlocks.Block block, int tiles, BatchPart part,
            int sample, int line) {
        WindowGeometry window = geometry.window();
        int n = part.fromSample() + sample;
        int p = part.fromLine() + line;
        int lines = Math.min(linesOfChunk, part.lines() - line);
        int gradient = packedStart(group, block.first())
                + (sample * part.lines() + line) * window.ow() * block.lanes();
        if (tiles == 0) {
            Sums.addUp(packed, gradient, lines * window.ow(), block.vectors(), biasSums,
                    group * lanes.lanes() + block.first());
        }
        int strip = tiles / blocksOfStrip;
        int row = row(tiles);
        int count = Math.min(rowsOfBlock, length - row);
        int start = start(group, block, strip) + row * block.lanes();
        if (lookedUp != null) {
            MicroKernels.indirectPixelReduction(TileSizes.indirectPixelReduction(block.vectors()),
                    block.vectors(), count, src, lookedUp, row,
                    geometry.src().at(n, group * geometry.icg(), window.row(p, 0),
                            window.column(0, 0)),
                    pixels, lines, packed, gradient, block.lanes(), sums, start, block.lanes());
            return;
        }
        int r = joined ? strip : strip / window.kw();
        int s = joined ? 0 : strip % window.kw();
        MicroKernels.pixelReduction(TileSizes.pixelReduction(block.vectors()), block.vectors(),
                count, src,
                geometry.src().at(n, group * geometry.icg(), window.row(p, r),
                        window.column(0, s)) + row,
                pixels, lines, packed, gradient, block.lanes(), sums, start, block.lanes());
    }

    private void unpack(double[] diffWeights, double[] diffBias, int index) {
        int group = index / lanes.blocks().length;
        LaneBlocks.Block block = lanes.blocks()[index % lanes.blocks().length];
        int valid = block.valid(geometry.ocg());
        int weights = geometry.icg() * taps;
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            int k = group * geometry.ocg() + block.first() + lane;
            Transpose.unpack(sums, start(group, block, 0) + lane, offsets, block.lanes(),
                    diffWeights, k * weights, weights, Math.min(Lanes.COUNT, valid - lane),
                    weights);
        }
        if (diffBias != null) {
            System.arraycopy(biasSums, group * lanes.lanes() + block.first(), diffBias,
                    group * geometry.ocg() + block.first(), valid);
        }
    }
}
