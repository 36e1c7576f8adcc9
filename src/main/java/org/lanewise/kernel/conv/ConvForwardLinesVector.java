package org.lanewise.kernel.conv;

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
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.TileSizes;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The forward pass where the pixels of a row are adjacent, as in an image: lanes are output
 * channels, the rows of a tile are adjacent pixels, and all factors of a sum are read through
 * offsets.
 *
 * <p>The output may be NCHW too: lanes are pixels, where rows and filters fill them, or sums of
 * some rows are transposed while they are in cache.
 */
public final class ConvForwardLinesVector {
    private static final int PIXELS_OF_BLOCK = 256;

    private final ConvGeometry geometry;
    private final boolean fuseRelu;
    private final ConvFilters filters;
    private final int[] offsets;
    private final int[] columns;
    private final double[] packed;
    private final double[][] sums;

    private ConvForwardLinesVector(ConvGeometry geometry, boolean fuseRelu, Scratchpad scratch) {
        this.geometry = geometry;
        this.fuseRelu = fuseRelu;
        LaneBlocks lanes = LaneBlocks.ofOffsets(geometry.ocg());
        this.offsets = scratch.integers("forward taps", geometry.offsets());
        this.columns = scratch.integers("forward columns", columns());
        this.filters = new ConvFilters(geometry, lanes, scratch);
        this.packed = scratch.doubles("packed weights", filters.elements());
        this.sums = scratch.doublesPerThread("sums of a block",
                Lanes.tiles(ImplicitGemmRows.mostRows(), lanes.widest()));
    }

    /** Why it does not compute a convolution; null if it does. */
    public static String refusal(ConvProblem problem) {
        return problem.lines() ? null : "the pixels of a line are not adjacent";
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvForwardLinesVector pass = new ConvForwardLinesVector(geometry, postOps.fuseRelu(),
                scratch);
        return BoundPass.ofDoubles(null, pass.info(), pass::tasks);
    }

    /** Where the pixels of a line go, or those of some lines of a plane. */
    private int[] columns() {
        int[] columns = new int[Math.max(geometry.window().ow(), TileSizes.MOST_PIXELS)];
        Arrays.setAll(columns, q -> q * geometry.dst().column());
        return columns;
    }

    private String info() {
        return "line tiles: " + offsets.length + " factors looked up for a line of pixels"
                + (geometry.dst().channelsLast()
                        ? ""
                        : pixelsInLanes() ? ", lanes are pixels" : ", transposed");
    }

    private List<Task> tasks(double[] src, double[] weights, double[] bias, double[] dst) {
        return List.of(
                Task.range(filters.count(), 1,
                        (from, to) -> filters.pack(weights, bias, from, packed,
                                filters.start(from))),
                // Enough rows that a block of weights is read often once it is near.
                Task.of(samples -> samples * geometry.window().oh(),
                        Math.ceilDiv(PIXELS_OF_BLOCK, geometry.window().ow()), pixelsInLanes()
                                ? (from, to, _, _) -> runPlanes(src, dst, from, to)
                                : (from, to, thread, _) -> runLines(src, dst, from, to,
                                        sums[thread])));
    }

    /** Whether the tile of eight filters fits rows of NCHW maps. */
    private boolean pixelsInLanes() {
        return Lanes.COUNT == TileSizes.FILTERS
                && !geometry.dst().channelsLast()
                && geometry.oc() % TileSizes.FILTERS == 0
                && geometry.window().ow() >= TileSizes.PIXELS;
    }

    /** Computes lines of pixels, counted through all samples. */
    private void runLines(double[] src, double[] dst, int from, int to, double[] rows) {
        WindowGeometry window = geometry.window();
        for (int b = 0; b < filters.count(); b++) {
            LaneBlocks.Block block = filters.block(b);
            int tile = TileSizes.nchwRow(block.vectors(), window.ow());
            int most = TileSizes.MOST_PIXELS / tile * tile;
            if (geometry.dst().channelsLast() && block.valid(geometry.oc()) == block.lanes()
                    && window.ow() >= tile) {
                runWholeLines(src, dst, block, filters.start(b), tile, from, to);
                continue;
            }
            int linesAtOnce = geometry.dst().channelsLast() ? 1 : Math.max(1, most / window.ow());
            int lines;
            for (int i = from; i < to; i += lines) {
                int n = i / window.oh();
                int p = i % window.oh();
                lines = Math.min(linesAtOnce, Math.min(to - i, window.oh() - p));
                for (int q = 0; q < window.ow(); q += most) {
                    int end = Math.min(window.ow(), q + most);
                    for (int line = 0; line < lines; line++) {
                        MicroKernels.nchwRow(tile, block.vectors(), end - q, src,
                                geometry.src().at(n, 0, window.row(p + line, 0),
                                        window.column(q, 0)),
                                offsets, packed, filters.start(b), block.lanes(), filters.begin,
                                block.first(), rows,
                                Element.ALIGNMENT_OFFSET + line * (end - q) * block.lanes(),
                                block.lanes(), Double.NaN);
                    }
                    if (geometry.dst().channelsLast()) {
                        Sums.store(rows, block.vectors(), block.valid(geometry.oc()), dst,
                                columns, q, end, geometry.dst().at(n, block.first(), p, 0),
                                fuseRelu);
                    } else {
                        storePlanes(rows, lines * (end - q), dst, block,
                                geometry.dst().at(n, block.first(), p, q));
                    }
                }
            }
        }
    }

    /** Computes lines of whole vectors where they belong. */
    private void runWholeLines(double[] src, double[] dst, LaneBlocks.Block block, int panel,
            int tile, int from, int to) {
        WindowGeometry window = geometry.window();
        double floor = fuseRelu ? 0.0 : Double.NaN;
        for (int i = from; i < to; i++) {
            int n = i / window.oh();
            int p = i % window.oh();
            MicroKernels.nchwRow(tile, block.vectors(), window.ow(), src,
                    geometry.src().at(n, 0, window.row(p, 0), window.column(0, 0)), offsets,
                    packed, panel, block.lanes(), filters.begin, block.first(), dst,
                    geometry.dst().at(n, block.first(), p, 0), geometry.dst().column(), floor);
        }
    }

    /** Computes rows of NCHW maps, counted through all samples. */
    private void runPlanes(double[] src, double[] dst, int from, int to) {
        WindowGeometry window = geometry.window();
        double bound = fuseRelu ? 0.0 : Double.NaN;
        for (int b = 0; b < filters.count(); b++) {
            LaneBlocks.Block block = filters.block(b);
            for (int i = from; i < to; i++) {
                int n = i / window.oh();
                int p = i % window.oh();
                int x = geometry.src().at(n, 0, window.row(p, 0), window.column(0, 0));
                for (int f = 0; f < block.lanes(); f += TileSizes.FILTERS) {
                    int first = block.first() + f;
                    int y = geometry.dst().at(n, first, p, 0);
                    for (int q = 0; q < window.ow(); q += TileSizes.PIXELS) {
                        // The last tile computes some pixels again, to the same bits.
                        int pixel = Math.min(q, window.ow() - TileSizes.PIXELS);
                        MicroKernels.nchwFilters(TileSizes.FILTERS, 2, packed,
                                filters.start(b) + f, block.lanes(), src, x + pixel, offsets,
                                filters.begin, first, dst, y + pixel, geometry.dst().channel(),
                                bound);
                    }
                }
            }
        }
    }

    /** Writes neighbouring pixels to the planes of a block of lanes. */
    private void storePlanes(double[] rows, int count, double[] dst, LaneBlocks.Block block,
            int at) {
        if (fuseRelu) {
            Relu.forward(rows, rows, Element.ALIGNMENT_OFFSET,
                    Element.ALIGNMENT_OFFSET + count * block.lanes());
        }
        int valid = block.valid(geometry.oc());
        int plane = geometry.dst().channel();
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.unpack(rows, Element.ALIGNMENT_OFFSET + lane, columns, block.lanes(), dst,
                    at + lane * plane, plane, Math.min(Lanes.COUNT, valid - lane), count);
        }
    }
}
