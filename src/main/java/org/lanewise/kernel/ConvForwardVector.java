package org.lanewise.kernel;

import java.util.List;

/**
 * The forward pass on vectors: rows of sums are output pixels, lanes are output channels, and a run
 * is what one row of the kernel reads of one pixel's surroundings.
 */
final class ConvForwardVector {
    private final ConvGeometry geometry;
    private final boolean rectify;
    private final LaneBlocks lanes;
    private final RowSums pixels;
    private final int products;
    private final int[] places;
    private final double[] packed;
    private final double[] begin;
    private final double[][] sums;

    ConvForwardVector(ConvGeometry geometry, boolean rectify, Scratch scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        Layout dst = geometry.dst();
        this.geometry = geometry;
        this.rectify = rectify;
        int taps = window.kh() * window.kw();
        // Neighbouring taps of all channels stand side by side, and their sum is one long run.
        boolean joined = geometry.g() == 1 && window.dw() == 1;
        int length = joined ? window.kw() * geometry.ic() : geometry.icg();
        int[] runs = new int[joined ? window.kh() : taps];
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
            out[i] = dst.at(0, 0, p, q);
        }
        this.pixels = RowSums.of(rows, out, runs, length, scratch, "forward");
        this.lanes = pixels.taps() == null
                ? LaneBlocks.of(geometry.ocg())
                : LaneBlocks.ofTaps(geometry.ocg());
        this.products = taps * geometry.icg();
        this.places = new int[products];
        for (int c = 0; c < geometry.icg(); c++) {
            for (int tap = 0; tap < taps; tap++) {
                places[c * taps + tap] = tap * geometry.icg() + c;
            }
        }
        this.packed = scratch.doubles("packed weights", Lanes.LEAD
                + (long) geometry.g() * products * lanes.lanes());
        this.begin = scratch.doubles("packed bias", (long) geometry.g() * lanes.lanes());
        this.sums = scratch.perThread("sums of a block",
                Lanes.tiles(RowSums.mostRows(), lanes.widest()));
    }

    String loops() {
        return pixels.loops();
    }

    List<Job> jobs(double[] src, double[] weights, double[] bias, double[] dst) {
        return List.of(
                Job.range(geometry.g() * lanes.blocks().length, 1,
                        (from, to) -> pack(weights, bias, from)),
                new ChunkJob(pixels.chunks(), rowsOfPiece(),
                        (from, to, thread) -> run(src, dst, from, to, sums[thread])));
    }

    /** Enough rows that a block of weights is read often once it is near. */
    private int rowsOfPiece() {
        return Math.max(1, 256 / pixels.chunk());
    }

    private int start(int group, LaneBlocks.Block block) {
        return Lanes.LEAD + (group * lanes.lanes() + block.first()) * products;
    }

    /** Weights of a block stand as (r, s, c, lane). */
    private void pack(double[] weights, double[] bias, int piece) {
        int group = piece / lanes.blocks().length;
        LaneBlocks.Block block = lanes.blocks()[piece % lanes.blocks().length];
        int valid = block.valid(geometry.ocg());
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            int k = group * geometry.ocg() + block.first() + lane;
            PanelVector.pack(weights, k * products, products,
                    Math.min(Lanes.COUNT, valid - lane), products, packed,
                    start(group, block) + lane, places, block.lanes());
        }
        if (bias != null) {
            System.arraycopy(bias, group * geometry.ocg() + block.first(), begin,
                    group * lanes.lanes() + block.first(), valid);
        }
    }

    /** Computes chunks of pixels, counted through all samples. */
    private void run(double[] src, double[] dst, int from, int to, double[] rows) {
        for (int group = 0; group < geometry.g(); group++) {
            for (LaneBlocks.Block block : lanes.blocks()) {
                for (int i = from; i < to; i++) {
                    int n = i / pixels.chunks();
                    int first = i % pixels.chunks() * pixels.chunk();
                    int last = Math.min(pixels.count(), first + pixels.chunk());
                    SumsVector.begin(rows, last - first, block.vectors(), begin,
                            group * lanes.lanes() + block.first());
                    pixels.add(block.vectors(), src, first, last,
                            n * geometry.src().sample() + group * geometry.icg(), packed,
                            start(group, block), rows);
                    SumsVector.store(rows, block.vectors(), block.valid(geometry.ocg()), dst,
                            pixels.out(), first, last, n * geometry.dst().sample()
                                    + group * geometry.ocg() + block.first(),
                            rectify);
                }
            }
        }
    }
}
