package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.AffineKernel.BackwardInput;

/**
 * The backward pass by the input on vectors: rows of sums are input pixels, lanes are input
 * channels, and a run is all output channels of one tap.
 *
 * <p>With a stride, pixels fall into classes by their place between two windows: the pixels of a
 * class meet the same taps, and those of another class meet others.
 */
final class ConvBackwardInputVector {
    /** The pixels of a class, and the place of its taps among the packed weights. */
    private record Class(RowSums pixels, int firstTap) {}

    private final ConvGeometry geometry;
    private final boolean rectified;
    private final LaneBlocks lanes;
    private final int taps;
    private final int[] places;
    private final List<Class> classes = new ArrayList<>();
    private final boolean panelled;
    private final double[] packed;
    private final double[][] panels;
    private final double[] zeros;
    private final double[][] sums;

    private ConvBackwardInputVector(ConvGeometry geometry, boolean rectified, int capacity,
            Scratch scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.rectified = rectified;
        this.taps = window.kh() * window.kw();
        this.places = new int[taps];
        int tap = 0;
        for (int down = 0; down < window.sh(); down++) {
            for (int across = 0; across < window.sw(); across++) {
                tap = addClass(down, across, tap, scratch);
            }
        }
        boolean looked = classes.stream().anyMatch(one -> one.pixels().taps() != null);
        this.lanes = looked
                ? LaneBlocks.ofTaps(geometry.icg())
                : LaneBlocks.of(geometry.icg());
        this.panelled = LaneBlocks.panelsPay(
                (long) capacity * geometry.oc() * window.oh() * window.ow(),
                (long) geometry.oc() * taps * geometry.icg());
        this.packed = panelled
                ? null
                : scratch.doubles("packed weights of the backward pass", Lanes.LEAD
                        + (long) geometry.g() * taps * geometry.ocg() * lanes.lanes());
        this.panels = panelled
                ? scratch.perThread("packed weights of some channels of the backward pass",
                        Lanes.LEAD + (long) taps * geometry.ocg() * lanes.widest())
                : null;
        this.zeros = scratch.doubles("zeros of the backward pass", lanes.widest());
        this.sums = scratch.perThread("sums of a block of the backward pass",
                Lanes.tiles(RowSums.mostRows(), lanes.widest()));
    }

    /** The zeros around the output's gradient that the first and last pixels meet. */
    static Layout.Halo halo(ConvProblem problem) {
        WindowGeometry window = problem.window();
        int top = Math.max(0, -Math.floorDiv(
                window.ph() - (window.kh() - 1) * window.dh(), window.sh()));
        int left = Math.max(0, -Math.floorDiv(
                window.pw() - (window.kw() - 1) * window.dw(), window.sw()));
        int rows = (window.ih() - 1 + window.ph()) / window.sh() + 1;
        int columns = (window.iw() - 1 + window.pw()) / window.sw() + 1;
        return new Layout.Halo(top, left, Math.max(0, rows - window.oh()),
                Math.max(0, columns - window.ow()));
    }

    private int addClass(int down, int across, int firstTap, Scratch scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        Layout dst = geometry.dst();
        List<Integer> rows = new ArrayList<>();
        List<Integer> out = new ArrayList<>();
        for (int h = 0; h < window.ih(); h++) {
            for (int w = 0; w < window.iw(); w++) {
                int y = h + window.ph() - down;
                int x = w + window.pw() - across;
                if (Math.floorMod(y, window.sh()) == 0 && Math.floorMod(x, window.sw()) == 0) {
                    rows.add(dst.at(0, 0, Math.floorDiv(y, window.sh()),
                            Math.floorDiv(x, window.sw())));
                    out.add(src.at(0, 0, h, w));
                }
            }
        }
        List<Integer> runs = new ArrayList<>();
        int tap = firstTap;
        for (int i = 0; i < taps; i++) {
            int y = i / window.kw() * window.dh() - down;
            int x = i % window.kw() * window.dw() - across;
            if (Math.floorMod(y, window.sh()) == 0 && Math.floorMod(x, window.sw()) == 0) {
                runs.add(-Math.floorDiv(y, window.sh()) * dst.row()
                        - Math.floorDiv(x, window.sw()) * dst.column());
                places[i] = tap++ * geometry.ocg();
            }
        }
        if (!rows.isEmpty()) {
            // A class that meets no tap stays, for its gradient is 0.
            classes.add(new Class(RowSums.of(array(rows), array(out), array(runs),
                    geometry.ocg(), scratch, "backward"), firstTap));
        }
        return tap;
    }

    private static int[] array(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    static BoundPass<BackwardInput> bind(ConvGeometry geometry, Fusion fusion, int capacity,
            Scratch scratch) {
        ConvBackwardInputVector pass = new ConvBackwardInputVector(geometry, fusion.rectified(),
                capacity, scratch);
        return BoundPass.direct(pass.loops(), pass::jobs);
    }

    private String loops() {
        return classes.size() == 1
                ? classes.getFirst().pixels().loops()
                : classes.size() + " classes of pixels, the first by "
                        + classes.getFirst().pixels().loops();
    }

    private List<Job> jobs(double[] diffDst, double[] weights, double[] src, double[] diffSrc) {
        if (panelled) {
            return List.of(Job.of(samples -> geometry.g() * lanes.blocks().length,
                    (piece, thread, samples) -> {
                        pack(weights, piece, panels[thread], Lanes.LEAD);
                        for (Class one : classes) {
                            run(one, diffDst, src, diffSrc, piece, panels[thread], Lanes.LEAD, 0,
                                    samples * one.pixels().chunks(), sums[thread]);
                        }
                    }));
        }
        List<Job> jobs = new ArrayList<>();
        jobs.add(Job.range(geometry.g() * lanes.blocks().length, 1,
                (from, to) -> pack(weights, from, packed, start(from))));
        for (Class one : classes) {
            RowSums pixels = one.pixels();
            jobs.add(Job.chunks(pixels.chunks(), Math.max(1, 256 / pixels.chunk()),
                    (from, to, thread) -> run(one, diffDst, src, diffSrc, from, to,
                            sums[thread])));
        }
        return List.copyOf(jobs);
    }

    private LaneBlocks.Block block(int piece) {
        return lanes.blocks()[piece % lanes.blocks().length];
    }

    private int start(int piece) {
        int group = piece / lanes.blocks().length;
        return Lanes.LEAD
                + (group * lanes.lanes() + block(piece).first()) * taps * geometry.ocg();
    }

    /** Weights of a block are (tap, k, lane), the taps of a class together. */
    private void pack(double[] weights, int piece, double[] panel, int start) {
        int group = piece / lanes.blocks().length;
        LaneBlocks.Block block = block(piece);
        int valid = block.valid(geometry.icg());
        for (int k = 0; k < geometry.ocg(); k++) {
            int from = ((group * geometry.ocg() + k) * geometry.icg() + block.first()) * taps;
            int to = start + k * block.lanes();
            if (taps == 1) {
                Panel.copy(weights, from, 0, 1, valid, panel, to, block.vectors());
                continue;
            }
            for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
                Transpose.pack(weights, from + lane * taps, taps,
                        Math.min(Lanes.COUNT, valid - lane), taps, panel, to + lane, places,
                        block.lanes());
            }
        }
    }

    private void run(Class one, double[] diffDst, double[] src, double[] diffSrc, int from, int to,
            double[] rows) {
        if (one.pixels().runs().length == 0) {
            clear(one.pixels(), diffSrc, from, to);
            return;
        }
        for (int piece = 0; piece < geometry.g() * lanes.blocks().length; piece++) {
            run(one, diffDst, src, diffSrc, piece, packed, start(piece), from, to, rows);
        }
    }

    /** Computes a block of a class, whose weights begin somewhere in a panel. */
    private void run(Class one, double[] diffDst, double[] src, double[] diffSrc, int piece,
            double[] panel, int start, int from, int to, double[] rows) {
        int group = piece / lanes.blocks().length;
        LaneBlocks.Block block = block(piece);
        int taps = start + one.firstTap() * geometry.ocg() * block.lanes();
        for (int i = from; i < to; i++) {
            if (one.pixels().inPlace(block, geometry.icg())) {
                computeInPlace(one, diffDst, src, diffSrc, group, block, panel, taps, i);
            } else {
                compute(one, diffDst, src, diffSrc, group, block, panel, taps, i, rows);
            }
        }
    }

    /** The gradient of pixels that meet no tap is 0. */
    private void clear(RowSums pixels, double[] diffSrc, int from, int to) {
        for (int i = from; i < to; i++) {
            int first = i % pixels.chunks() * pixels.chunk();
            int last = Math.min(pixels.count(), first + pixels.chunk());
            int at = i / pixels.chunks() * geometry.src().sample();
            for (int row = first; row < last; row++) {
                int y = at + pixels.out()[row];
                Arrays.fill(diffSrc, y, y + geometry.ic(), 0.0);
            }
        }
    }

    private void computeInPlace(Class one, double[] diffDst, double[] src, double[] diffSrc,
            int group, LaneBlocks.Block block, double[] panel, int start, int chunk) {
        RowSums pixels = one.pixels();
        int n = chunk / pixels.chunks();
        int first = pixels.edge(chunk % pixels.chunks(), block.vectors());
        int last = pixels.edge(chunk % pixels.chunks() + 1, block.vectors());
        int at = n * geometry.src().sample() + group * geometry.icg() + block.first();
        pixels.compute(block.vectors(), diffDst, first, last,
                n * geometry.dst().sample() + group * geometry.ocg(), panel,
                start, zeros, 0, diffSrc, at);
        if (rectified) {
            for (int row = first; row < last; row++) {
                int y = at + pixels.out()[row];
                Relu.backward(src, diffSrc, diffSrc, y, y + block.lanes());
            }
        }
    }

    private void compute(Class one, double[] diffDst, double[] src, double[] diffSrc, int group,
            LaneBlocks.Block block, double[] panel, int start, int chunk, double[] rows) {
        RowSums pixels = one.pixels();
        int n = chunk / pixels.chunks();
        int first = chunk % pixels.chunks() * pixels.chunk();
        int last = Math.min(pixels.count(), first + pixels.chunk());
        Sums.zero(rows, last - first, block.vectors());
        pixels.add(block.vectors(), diffDst, first, last,
                n * geometry.dst().sample() + group * geometry.ocg(), panel,
                start, rows);
        int at = n * geometry.src().sample() + group * geometry.icg() + block.first();
        if (rectified) {
            Sums.storeWhereAboveZero(rows, block.vectors(), block.valid(geometry.icg()),
                    src, diffSrc, pixels.out(), first, last, at);
        } else {
            Sums.store(rows, block.vectors(), block.valid(geometry.icg()), diffSrc,
                    pixels.out(), first, last, at, false);
        }
    }
}
