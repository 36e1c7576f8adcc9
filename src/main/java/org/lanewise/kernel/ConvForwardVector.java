package org.lanewise.kernel;

import java.util.List;
import org.lanewise.kernel.AffineKernel.Forward;

/**
 * The forward pass on vectors: rows of sums are output pixels, lanes are output channels, and a run
 * is what one row of the kernel reads of one pixel's surroundings.
 */
final class ConvForwardVector {
    private static final int PIXELS_OF_PIECE = 256;

    private final ConvGeometry geometry;
    private final boolean rectify;
    private final RowSums pixels;
    private final ConvFilters filters;
    private final boolean panelled;
    private final double[] packed;
    private final double[][] panels;
    private final double[][] sums;

    private ConvForwardVector(ConvGeometry geometry, boolean rectify, int capacity,
            Scratch scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.rectify = rectify;
        this.pixels = pixels(scratch);
        LaneBlocks lanes = pixels.taps() != null
                ? LaneBlocks.ofTaps(geometry.ocg())
                : LaneBlocks.of(geometry.ocg());
        this.filters = new ConvFilters(geometry, lanes, scratch);
        this.panelled = LaneBlocks.panelsPay(
                (long) capacity * geometry.ic() * window.ih() * window.iw(),
                (long) geometry.oc() * window.kh() * window.kw() * geometry.icg());
        this.packed = panelled ? null : scratch.doubles("packed weights", filters.elements());
        this.panels = panelled
                ? scratch.perThread("packed weights of some filters", filters.elementsOfBlock())
                : null;
        this.sums = scratch.perThread("sums of a block",
                Lanes.tiles(RowSums.mostRows(), lanes.widest()));
    }

    static BoundPass<Forward> bind(ConvGeometry geometry, Fusion fusion, int capacity,
            Scratch scratch) {
        ConvForwardVector pass = new ConvForwardVector(geometry, fusion.rectify(), capacity,
                scratch);
        return BoundPass.direct(pass.pixels.loops(), pass::jobs);
    }

    /** The zeros around the input that windows reach. */
    static Layout.Halo sourceHalo(ConvProblem problem) {
        WindowGeometry window = problem.window();
        return new Layout.Halo(window.ph(), window.pw(),
                Math.max(0, window.row(window.oh() - 1, window.kh() - 1) - window.ih() + 1),
                Math.max(0, window.column(window.ow() - 1, window.kw() - 1) - window.iw() + 1));
    }

    private RowSums pixels(Scratch scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        // Adjacent kernel positions of all channels are contiguous, and their sum is one long run.
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

    private List<Job> jobs(double[] src, double[] weights, double[] bias, double[] dst) {
        if (panelled) {
            return List.of(Job.of(samples -> filters.count(), (piece, thread, samples) -> {
                filters.pack(weights, bias, piece, panels[thread], Lanes.LEAD);
                run(src, dst, piece, panels[thread], Lanes.LEAD, 0, samples * pixels.chunks(),
                        sums[thread]);
            }));
        }
        return List.of(
                Job.range(filters.count(), 1,
                        (from, to) -> filters.pack(weights, bias, from, packed,
                                filters.start(from))),
                // Enough rows that a block of weights is read often once it is near.
                Job.chunks(pixels.chunks(), Math.max(1, PIXELS_OF_PIECE / pixels.chunk()),
                        (from, to, thread) -> run(src, dst, from, to, sums[thread])));
    }

    /** Computes chunks of pixels, counted through all samples. */
    private void run(double[] src, double[] dst, int from, int to, double[] rows) {
        for (int piece = 0; piece < filters.count(); piece++) {
            run(src, dst, piece, packed, filters.start(piece), from, to, rows);
        }
    }

    /** Computes a block of them, whose weights begin somewhere in a panel. */
    private void run(double[] src, double[] dst, int piece, double[] panel, int start, int from,
            int to, double[] rows) {
        LaneBlocks.Block block = filters.block(piece);
        for (int i = from; i < to; i++) {
            if (pixels.inPlace(block, geometry.ocg())) {
                computeInPlace(src, dst, piece, panel, start, i);
            } else {
                compute(src, dst, piece, panel, start, i, rows);
            }
        }
    }

    private void computeInPlace(double[] src, double[] dst, int piece, double[] panel,
            int start, int chunk) {
        LaneBlocks.Block block = filters.block(piece);
        int group = filters.group(piece);
        int n = chunk / pixels.chunks();
        int first = pixels.edge(chunk % pixels.chunks(), block.vectors());
        int last = pixels.edge(chunk % pixels.chunks() + 1, block.vectors());
        int at = n * geometry.dst().sample() + group * geometry.ocg() + block.first();
        pixels.compute(block.vectors(), src, first, last,
                n * geometry.src().sample() + group * geometry.icg(), panel,
                start, filters.begin, filters.first(piece), dst, at);
        if (rectify) {
            for (int row = first; row < last; row++) {
                int y = at + pixels.out()[row];
                Relu.forward(dst, dst, y, y + block.lanes());
            }
        }
    }

    private void compute(double[] src, double[] dst, int piece, double[] panel, int start,
            int chunk, double[] rows) {
        LaneBlocks.Block block = filters.block(piece);
        int group = filters.group(piece);
        int n = chunk / pixels.chunks();
        int first = chunk % pixels.chunks() * pixels.chunk();
        int last = Math.min(pixels.count(), first + pixels.chunk());
        Sums.begin(rows, last - first, block.vectors(), filters.begin,
                filters.first(piece));
        pixels.add(block.vectors(), src, first, last,
                n * geometry.src().sample() + group * geometry.icg(), panel,
                start, rows);
        Sums.store(rows, block.vectors(), block.valid(geometry.ocg()), dst, pixels.out(),
                first, last,
                n * geometry.dst().sample() + group * geometry.ocg() + block.first(), rectify);
    }
}
