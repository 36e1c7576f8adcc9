package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * The forward pass on vectors: rows of sums are output pixels, lanes are output channels, and a run
 * is what one row of the kernel reads of one pixel's surroundings.
 *
 * <p>Where the input stands in planes, the rows of a tile are neighbours in a line, and each sum is
 * looked up whole. Then the output may stand in planes too: by lanes that are pixels, where lines and
 * filters fill them, or sums of some lines are transposed while they are near.
 */
final class ConvForwardVector {
    private static final int PIXELS_OF_PIECE = 256;

    private final ConvGeometry geometry;
    private final boolean rectify;
    private final LaneBlocks lanes;
    private final RowSums pixels;
    private final int[] taps;
    private final int[] columns;
    private final int products;
    private final int[] places;
    private final boolean panelled;
    private final double[] packed;
    private final double[][] panels;
    private final double[] begin;
    private final double[][] sums;

    ConvForwardVector(ConvGeometry geometry, boolean rectify, int capacity, Scratch scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        Layout dst = geometry.dst();
        this.geometry = geometry;
        this.rectify = rectify;
        int windowTaps = window.kh() * window.kw();
        boolean lines = ConvVector.readsLines(geometry);
        this.taps = lines ? scratch.integers("forward taps", geometry.taps()) : null;
        this.columns = lines ? scratch.integers("forward columns", columns()) : null;
        this.pixels = lines ? null : pixels(scratch);
        this.lanes = lines || pixels.taps() != null
                ? LaneBlocks.ofTaps(geometry.ocg())
                : LaneBlocks.of(geometry.ocg());
        this.products = windowTaps * geometry.icg();
        this.places = new int[products];
        for (int c = 0; c < geometry.icg(); c++) {
            for (int tap = 0; tap < windowTaps; tap++) {
                places[c * windowTaps + tap] = tap * geometry.icg() + c;
            }
        }
        this.panelled = !lines && LaneBlocks.panelsPay(
                (long) capacity * geometry.ic() * window.ih() * window.iw(),
                (long) geometry.oc() * windowTaps * geometry.icg());
        this.packed = panelled
                ? null
                : scratch.doubles("packed weights", Lanes.LEAD
                        + (long) geometry.g() * products * lanes.lanes());
        this.panels = panelled
                ? scratch.perThread("packed weights of some filters",
                        Lanes.LEAD + (long) products * lanes.widest())
                : null;
        this.begin = scratch.doubles("packed bias", (long) geometry.g() * lanes.lanes());
        this.sums = scratch.perThread("sums of a block",
                Lanes.tiles(RowSums.mostRows(), lanes.widest()));
    }

    private RowSums pixels(Scratch scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        // Neighbouring taps of all channels stand side by side, and their sum is one long run.
        boolean joined = geometry.g() == 1 && window.dw() == 1;
        int length = joined ? window.kw() * geometry.ic() : geometry.icg();
        int[] runs = new int[joined ? window.kh() : window.kh() * window.kw()];
        for (int i = 0; i < runs.length; i++) {
            int r = joined ? i : i / window.kw();
            int s = joined ? 0 : i % window.kw();
            runs[i] = r * window.dh() * src.row() + s * window.dw() * src.column();
        }
        int[] rows = new int[window.oh() * window.ow()];
        int[] out = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int p = i / window.ow();
            int q = i % window.ow();
            rows[i] = src.at(0, 0, window.row(p, 0), window.column(q, 0));
            out[i] = geometry.dst().at(0, 0, p, q);
        }
        return RowSums.of(rows, out, runs, length, scratch, "forward");
    }

    /** Where the pixels of a line go, or those of some lines of a plane. */
    private int[] columns() {
        int[] columns = new int[Math.max(geometry.window().ow(), LineTilesVector.MOST_PIXELS)];
        Arrays.setAll(columns, q -> q * geometry.dst().column());
        return columns;
    }

    String loops() {
        return taps == null
                ? pixels.loops()
                : "line tiles: " + taps.length + " factors looked up for a line of pixels"
                        + (geometry.dst().channelsLast()
                                ? ""
                                : pixelsInLanes() ? ", lanes are pixels" : ", transposed");
    }

    List<Job> jobs(double[] src, double[] weights, double[] bias, double[] dst) {
        if (panelled) {
            return List.of(Job.of(samples -> geometry.g() * lanes.blocks().length,
                    (piece, thread, samples) -> {
                        pack(weights, bias, piece, panels[thread], Lanes.LEAD);
                        run(src, dst, piece, panels[thread], Lanes.LEAD, 0,
                                samples * pixels.chunks(), sums[thread]);
                    }));
        }
        return List.of(
                Job.range(geometry.g() * lanes.blocks().length, 1,
                        (from, to) -> pack(weights, bias, from, packed, start(from))),
                // Enough rows that a block of weights is read often once it is near.
                taps != null
                        ? Job.chunks(geometry.window().oh(),
                                Math.ceilDiv(PIXELS_OF_PIECE, geometry.window().ow()),
                                pixelsInLanes()
                                        ? (from, to, thread) -> runPlanes(src, dst, from, to)
                                        : (from, to, thread) -> runLines(src, dst, from, to,
                                                sums[thread]))
                        : Job.chunks(pixels.chunks(),
                                Math.max(1, PIXELS_OF_PIECE / pixels.chunk()),
                                (from, to, thread) -> run(src, dst, from, to, sums[thread])));
    }

    /** Whether the tile of eight filters fits lines of planes. */
    private boolean pixelsInLanes() {
        return Lanes.COUNT == PlaneLinesVector.FILTERS && !geometry.dst().channelsLast()
                && geometry.oc() % PlaneLinesVector.FILTERS == 0
                && geometry.window().ow() >= PlaneLinesVector.PIXELS;
    }

    private LaneBlocks.Block block(int piece) {
        return lanes.blocks()[piece % lanes.blocks().length];
    }

    private int start(int piece) {
        int group = piece / lanes.blocks().length;
        return Lanes.LEAD + (group * lanes.lanes() + block(piece).first()) * products;
    }

    /** Weights of a block stand as (r, s, c, lane). */
    private void pack(double[] weights, double[] bias, int piece, double[] panel, int start) {
        int group = piece / lanes.blocks().length;
        LaneBlocks.Block block = block(piece);
        int valid = block.valid(geometry.ocg());
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            int k = group * geometry.ocg() + block.first() + lane;
            Transpose.pack(weights, k * products, products,
                    Math.min(Lanes.COUNT, valid - lane), products, panel,
                    start + lane, places, block.lanes());
        }
        if (bias != null) {
            System.arraycopy(bias, group * geometry.ocg() + block.first(), begin,
                    group * lanes.lanes() + block.first(), valid);
        }
    }

    /** Computes chunks of pixels, counted through all samples. */
    private void run(double[] src, double[] dst, int from, int to, double[] rows) {
        for (int piece = 0; piece < geometry.g() * lanes.blocks().length; piece++) {
            run(src, dst, piece, packed, start(piece), from, to, rows);
        }
    }

    /** Computes a block of them, whose weights begin somewhere in a panel. */
    private void run(double[] src, double[] dst, int piece, double[] panel, int start, int from,
            int to, double[] rows) {
        int group = piece / lanes.blocks().length;
        LaneBlocks.Block block = block(piece);
        for (int i = from; i < to; i++) {
            if (pixels.inPlace(block, geometry.ocg())) {
                computeInPlace(src, dst, group, block, panel, start, i);
            } else {
                compute(src, dst, group, block, panel, start, i, rows);
            }
        }
    }

    private void computeInPlace(double[] src, double[] dst, int group, LaneBlocks.Block block,
            double[] panel, int start, int chunk) {
        int n = chunk / pixels.chunks();
        int first = pixels.edge(chunk % pixels.chunks(), block.vectors());
        int last = pixels.edge(chunk % pixels.chunks() + 1, block.vectors());
        int at = n * geometry.dst().sample() + group * geometry.ocg() + block.first();
        pixels.compute(block.vectors(), src, first, last,
                n * geometry.src().sample() + group * geometry.icg(), panel,
                start, begin, group * lanes.lanes() + block.first(), dst, at);
        if (rectify) {
            for (int row = first; row < last; row++) {
                int y = at + pixels.out()[row];
                Relu.forward(dst, dst, y, y + block.lanes());
            }
        }
    }

    private void compute(double[] src, double[] dst, int group, LaneBlocks.Block block,
            double[] panel, int start, int chunk, double[] rows) {
        int n = chunk / pixels.chunks();
        int first = chunk % pixels.chunks() * pixels.chunk();
        int last = Math.min(pixels.count(), first + pixels.chunk());
        Sums.begin(rows, last - first, block.vectors(), begin,
                group * lanes.lanes() + block.first());
        pixels.add(block.vectors(), src, first, last,
                n * geometry.src().sample() + group * geometry.icg(), panel,
                start, rows);
        Sums.store(rows, block.vectors(), block.valid(geometry.ocg()), dst, pixels.out(),
                first, last,
                n * geometry.dst().sample() + group * geometry.ocg() + block.first(), rectify);
    }

    /** Computes lines of pixels, counted through all samples. */
    private void runLines(double[] src, double[] dst, int from, int to, double[] rows) {
        WindowGeometry window = geometry.window();
        for (int b = 0; b < lanes.blocks().length; b++) {
            LaneBlocks.Block block = block(b);
            int tile = LineTilesVector.tile(block.vectors(), window.ow());
            int most = LineTilesVector.MOST_PIXELS / tile * tile;
            if (geometry.dst().channelsLast() && block.valid(geometry.oc()) == block.lanes()
                    && window.ow() >= tile) {
                runWholeLines(src, dst, block, start(b), tile, from, to);
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
                        LineTilesVector.multiply(block.vectors(), tile, src,
                                geometry.src().at(n, 0, window.row(p + line, 0),
                                        window.column(q, 0)),
                                end - q, taps, packed, start(b), begin, block.first(),
                                rows, Lanes.LEAD + line * (end - q) * block.lanes());
                    }
                    if (geometry.dst().channelsLast()) {
                        Sums.store(rows, block.vectors(), block.valid(geometry.oc()), dst,
                                columns, q, end, geometry.dst().at(n, block.first(), p, 0),
                                rectify);
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
        double floor = rectify ? 0.0 : Double.NaN;
        for (int i = from; i < to; i++) {
            int n = i / window.oh();
            int p = i % window.oh();
            LineTilesVector.line(block.vectors(), tile, src,
                    geometry.src().at(n, 0, window.row(p, 0), window.column(0, 0)), window.ow(),
                    taps, packed, panel, begin, block.first(), floor, dst,
                    geometry.dst().at(n, block.first(), p, 0), geometry.dst().column());
        }
    }

    /** Computes lines of planes, counted through all samples. */
    private void runPlanes(double[] src, double[] dst, int from, int to) {
        WindowGeometry window = geometry.window();
        double bound = rectify ? 0.0 : Double.NaN;
        for (int b = 0; b < lanes.blocks().length; b++) {
            LaneBlocks.Block block = block(b);
            for (int i = from; i < to; i++) {
                int n = i / window.oh();
                int p = i % window.oh();
                int x = geometry.src().at(n, 0, window.row(p, 0), window.column(0, 0));
                for (int f = 0; f < block.lanes(); f += PlaneLinesVector.FILTERS) {
                    int first = block.first() + f;
                    PlaneLinesVector.multiply(src, x, window.ow(), taps, packed,
                            start(b) + f, block.lanes(), begin, first, bound, dst,
                            geometry.dst().at(n, first, p, 0), geometry.dst().channel());
                }
            }
        }
    }

    /** Writes neighbouring pixels to the planes of a block of lanes. */
    private void storePlanes(double[] rows, int count, double[] dst, LaneBlocks.Block block,
            int at) {
        if (rectify) {
            Relu.forward(rows, rows, Lanes.LEAD, Lanes.LEAD + count * block.lanes());
        }
        int valid = block.valid(geometry.oc());
        int plane = geometry.dst().channel();
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.unpack(rows, Lanes.LEAD + lane, columns, block.lanes(), dst,
                    at + lane * plane, plane, Math.min(Lanes.COUNT, valid - lane), count);
        }
    }
}
