package org.lanewise.kernel.conv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
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
 * of some slices as stay in cache while every strip and every block of lanes, its blocks, read them.
 * The output's gradient is packed in chunks that fit L1.
 */
public final class ConvBackwardWeightsVector {
    private static final int PIXELS_OF_CHUNK = 256;

    private static final int SHORT = 24;

    /** What a block adds up: a strip for some lanes, the first one with the bias. */
    private record Strip(int group, LaneBlocks.Block lanes, int index, int start) {}

    private final ConvGeometry geometry;
    private final LaneBlocks lanes;
    private final int taps;
    private final boolean joined;
    private final int[] lookedUp;
    private final int strips;
    private final int length;
    private final int rows;
    private final Strip[] blocks;
    private final int linesOfChunk;
    private final Pixels pixels;
    private final int[] offsets;
    private final Slices slices;
    private final double[] sums;
    private final int pixelsOfPart;
    private final double[] packed;
    private final double[][] touched;

    private ConvBackwardWeightsVector(ConvGeometry geometry, int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        this.geometry = geometry;
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
        this.blocks = blocks();
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
        this.slices = Slices.of(geometry,
                (strips * rows + 1L) * geometry.g() * lanes.lanes(),
                Double.BYTES * ((long) src.row() * window.sh() + geometry.dst().row()), capacity,
                scratch);
        this.sums = scratch.doubles("packed weight gradient",
                Element.ALIGNMENT_OFFSET + slices.slots() * slices.elements());
        BatchPart part = slices.parts().getFirst();
        this.pixelsOfPart = part.toSample() * part.lines() * window.ow();
        this.packed = scratch.doubles("packed output gradient", Element.ALIGNMENT_OFFSET
                + (long) slices.places(scratch.threads()) * geometry.g() * lanes.lanes()
                        * pixelsOfPart);
        this.touched = scratch.doublesPerThread("prefetched elements", 8);
    }

    private Strip[] blocks() {
        List<Strip> list = new ArrayList<>();
        for (int group = 0; group < geometry.g(); group++) {
            for (LaneBlocks.Block block : lanes.blocks()) {
                for (int strip = 0; strip < strips; strip++) {
                    list.add(new Strip(group, block, strip, start(group, block, strip)));
                }
            }
        }
        return list.toArray(Strip[]::new);
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardWeightsVector pass = new ConvBackwardWeightsVector(geometry, capacity, scratch);
        return BoundPass.ofDoubles(null, pass.info(), pass::tasks);
    }

    private String info() {
        return lookedUp == null
                ? "pixel tiles: " + strips + " strips of " + length
                : "pixel tiles: " + length + " weights looked up";
    }

    private List<Task> tasks(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        List<Task> tasks = new ArrayList<>();
        for (int round = 0; round < slices.rounds(); round++) {
            List<Task> parts = new ArrayList<>();
            for (BatchPart part : slices.parts()) {
                parts.add(packing(round, part, src, diffDst));
                parts.add(summing(round, part, src));
            }
            tasks.addAll(slices.tasks(round, parts));
            tasks.add(slices.adding(round, sums, Element.ALIGNMENT_OFFSET + slices.start(1), sums,
                    Element.ALIGNMENT_OFFSET));
        }
        tasks.add(Task.range(geometry.g() * lanes.blocks().length, 1,
                (from, to) -> unpack(diffWeights, diffBias, from)));
        return List.copyOf(tasks);
    }

    /**
     * Packs the gradient of a part, and prefetches its input in the order of memory: strips read
     * pixel by pixel, which defeats the hardware prefetcher.
     */
    private Task packing(int round, BatchPart part, double[] src, double[] diffDst) {
        int chunks = Math.ceilDiv(part.lines(), linesOfChunk);
        int chunksOfSlice = chunks * (part.toSample() - part.fromSample());
        return Task.of(batch -> slices.count(round, batch) * chunksOfSlice, 1,
                (index, _, thread, batch) -> {
                    WindowGeometry window = geometry.window();
                    int slice = index / chunksOfSlice;
                    int n = index % chunksOfSlice / chunks;
                    if (n >= slices.samples(part, round, slice, batch)) {
                        return;
                    }
                    int sample = slices.first(round, slice) + part.fromSample() + n;
                    int from = part.fromLine() + index % chunks * linesOfChunk;
                    int to = Math.min(part.toLine(), from + linesOfChunk);
                    for (int line = from; line < to; line++) {
                        for (int group = 0; group < geometry.g(); group++) {
                            Panel.split(diffDst,
                                    geometry.dst().at(sample, group * geometry.ocg(), line, 0),
                                    geometry.dst().column(), window.ow(), lanes, geometry.ocg(),
                                    packed, packedStart(slices.place(slice, thread), group, 0),
                                    (n * part.lines() + line - part.fromLine()) * window.ow(),
                                    pixelsOfPart);
                        }
                    }
                    touched[thread][0] = Prefetch.read(src,
                            geometry.src().at(sample, 0, window.row(from, 0), window.column(0, 0)),
                            geometry.src().at(sample, 0, window.row(to, 0), window.column(0, 0)));
                });
    }

    /** Adds a part of slices to their sums. */
    private Task summing(int round, BatchPart part, double[] src) {
        return Task.of(batch -> slices.count(round, batch) * blocks.length, 1,
                (index, _, thread, batch) -> {
                    int slice = index / blocks.length;
                    Strip block = blocks[index % blocks.length];
                    int slot = slices.start(slices.slot(round, slice));
                    if (part.first()) {
                        begin(block, slot);
                    }
                    int first = slices.first(round, slice) + part.fromSample();
                    int gradient = packedStart(slices.place(slice, thread), block.group(),
                            block.lanes().first());
                    for (int n = 0; n < slices.samples(part, round, slice, batch); n++) {
                        for (int i = 0; i < part.lines(); i += linesOfChunk) {
                            add(src, block, slot, first + n, part.fromLine() + i,
                                    Math.min(linesOfChunk, part.lines() - i),
                                    gradient + (n * part.lines() + i) * geometry.window().ow()
                                            * block.lanes().lanes());
                        }
                    }
                });
    }

    private int packedStart(int place, int group, int lane) {
        return Element.ALIGNMENT_OFFSET
                + ((place * geometry.g() + group) * lanes.lanes() + lane) * pixelsOfPart;
    }

    private int start(int group, LaneBlocks.Block block, int strip) {
        return Element.ALIGNMENT_OFFSET + (group * lanes.lanes() + block.first()) * strips * rows
                + strip * rows * block.lanes();
    }

    /** Bias sums come after all others. */
    private int bias(int group, LaneBlocks.Block block) {
        return Element.ALIGNMENT_OFFSET + geometry.g() * strips * rows * lanes.lanes()
                + group * lanes.lanes() + block.first();
    }

    private void begin(Strip block, int slot) {
        int lanes = block.lanes().lanes();
        int start = slot + block.start();
        Arrays.fill(sums, start, start + rows * lanes, 0.0);
        if (block.index() == 0) {
            int bias = slot + bias(block.group(), block.lanes());
            Arrays.fill(sums, bias, bias + lanes, 0.0);
        }
    }

    /** Adds some lines of a sample, whose packed gradient is given. */
    private void add(double[] src, Strip block, int slot, int n, int p, int lines, int gradient) {
        WindowGeometry window = geometry.window();
        int vectors = block.lanes().vectors();
        int width = block.lanes().lanes();
        if (block.index() == 0) {
            Sums.addUp(packed, gradient, lines * window.ow(), vectors, sums,
                    slot + bias(block.group(), block.lanes()));
        }
        int start = slot + block.start();
        int channel = block.group() * geometry.icg();
        if (lookedUp != null) {
            MicroKernels.indirectPixelReduction(TileSizes.indirectPixelReduction(vectors), vectors,
                    length, src, lookedUp, 0,
                    geometry.src().at(n, channel, window.row(p, 0), window.column(0, 0)), pixels,
                    lines, packed, gradient, width, sums, start, width);
            return;
        }
        int r = joined ? block.index() : block.index() / window.kw();
        int s = joined ? 0 : block.index() % window.kw();
        MicroKernels.pixelReduction(TileSizes.pixelReduction(vectors), vectors, length, src,
                geometry.src().at(n, channel, window.row(p, r), window.column(0, s)), pixels,
                lines, packed, gradient, width, sums, start, width);
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
            System.arraycopy(sums, bias(group, block), diffBias,
                    group * geometry.ocg() + block.first(), valid);
        }
    }
}
