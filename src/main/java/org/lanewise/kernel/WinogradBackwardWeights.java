package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.PixelTilesVector.Pixels;

/**
 * The backward pass by the weights by Winograd's tiles: {@code dG = G^T [sum over tiles of (B^T d B)
 * * (A dY A^T)] G}. Rows of sums are input channels, lanes are output channels, and a sum walks over
 * tiles.
 */
final class WinogradBackwardWeights {
    private static final int E = Winograd4Vector.PRODUCTS;

    /** Planes of products must not stand on the same cache sets. */
    private static final int APART = 8;

    /**
     * Tiles that are transformed before they are multiplied: few where all sums stay in the second
     * cache beside them, more where sums come from farther away.
     */
    private static final int FEW_TILES = 24;
    private static final int SOME_TILES = 40;
    private static final int FEW_SUMS = 64 * 64;

    /** Up to so many tiles are multiplied at once. */
    private static final int ONE_BLOCK = 128;

    private static final int TILES_OF_PIECE = 4;

    private final WinogradTiles tiles;
    private final ConvGeometry geometry;
    private final int capacity;
    private final LaneBlocks lanes;
    private final int tilesOfJob;
    private final Pixels[] walks;
    private final int[] places;
    private final double[] inputs;
    private final double[] gradients;
    private final double[] sums;
    private final double[] packed;
    private final double[] biasSums;
    private final double[][] work;

    WinogradBackwardWeights(ConvGeometry geometry, int capacity, Scratch scratch) {
        int ic = geometry.ic();
        this.tiles = new WinogradTiles(geometry.window().oh(), geometry.window().ow());
        this.geometry = geometry;
        this.capacity = capacity;
        this.lanes = LaneBlocks.ofPixels(geometry.oc());
        int all = capacity * tiles.perSample();
        int most = ic * geometry.oc() <= FEW_SUMS ? FEW_TILES : SOME_TILES;
        this.tilesOfJob = all <= ONE_BLOCK ? all : most;
        this.walks = new Pixels[tilesOfJob + 1];
        Arrays.setAll(walks, count -> new Pixels(count, ic, 0));
        this.places = new int[9 * ic];
        Arrays.setAll(places, i -> i % 9 * ic + i / 9);
        this.inputs = scratch.doubles("transformed input of the weights",
                Lanes.LEAD + (long) E * inputPlane() + Layout.SLACK);
        this.gradients = scratch.doubles("transformed output gradient",
                Lanes.LEAD + (long) E * gradientPlane());
        this.sums = scratch.doubles("transformed weight gradient",
                Lanes.LEAD + (long) E * sumPlane());
        this.packed = scratch.doubles("packed weight gradient",
                Lanes.LEAD + 9L * ic * lanes.lanes());
        this.biasSums = scratch.doubles("packed bias gradient", lanes.lanes());
        this.work = scratch.perThread("a tile of the weights", Winograd4Vector.scratch());
    }

    private int inputPlane() {
        return tilesOfJob * geometry.ic() + APART;
    }

    private int gradientPlane() {
        return tilesOfJob * lanes.lanes() + APART;
    }

    private int sumPlane() {
        return geometry.ic() * lanes.lanes() + APART;
    }

    List<Job> jobs(double[] src, double[] diffDst, double[] diffWeights, double[] diffBias) {
        List<Job> jobs = new ArrayList<>();
        for (int first = 0; first < capacity * tiles.perSample(); first += tilesOfJob) {
            jobs.add(new Transforming(src, diffDst, first));
            jobs.add(new Summing(diffDst, first));
        }
        jobs.add(new Job() {
            @Override
            public int pieces(int samples) {
                return lanes.blocks().length;
            }

            @Override
            public void run(int piece, int thread, int samples) {
                transformBack(lanes.blocks()[piece], diffWeights, diffBias, work[thread]);
            }
        });
        return List.copyOf(jobs);
    }

    private int count(int first, int samples) {
        return Math.clamp((long) samples * tiles.perSample() - first, 0, tilesOfJob);
    }

    /** Transforms inputs and gradients of some tiles. */
    private final class Transforming implements Job {
        private final double[] src;
        private final double[] diffDst;
        private final int first;

        Transforming(double[] src, double[] diffDst, int first) {
            this.src = src;
            this.diffDst = diffDst;
            this.first = first;
        }

        @Override
        public int pieces(int samples) {
            return Math.ceilDiv(count(first, samples), TILES_OF_PIECE);
        }

        @Override
        public void run(int piece, int thread, int samples) {
            WindowGeometry window = geometry.window();
            Layout in = geometry.src();
            Layout out = geometry.dst();
            int last = Math.min(count(first, samples), (piece + 1) * TILES_OF_PIECE);
            for (int i = piece * TILES_OF_PIECE; i < last; i++) {
                int t = first + i;
                int n = tiles.sample(t);
                Winograd4Vector.input(src,
                        in.at(n, 0, tiles.row(t) - window.ph(), tiles.column(t) - window.pw()),
                        in.row(), geometry.ic(), inputs, Lanes.LEAD + i * geometry.ic(),
                        inputPlane(), work[thread]);
                for (LaneBlocks.Block block : lanes.blocks()) {
                    Winograd4Vector.outputGradient(diffDst,
                            out.at(n, block.first(), tiles.row(t), tiles.column(t)), out.row(),
                            out.column(), block.lanes(), gradients, Lanes.LEAD
                                    + block.first() * tilesOfJob + i * block.lanes(),
                            gradientPlane(), work[thread]);
                }
            }
        }
    }

    /** Adds some tiles: a piece is a product, the last one is the bias. */
    private final class Summing implements Job {
        private final double[] diffDst;
        private final int first;

        Summing(double[] diffDst, int first) {
            this.diffDst = diffDst;
            this.first = first;
        }

        @Override
        public int pieces(int samples) {
            return count(first, samples) == 0 ? 0 : E + 1;
        }

        @Override
        public void run(int piece, int thread, int samples) {
            int count = count(first, samples);
            if (piece == E) {
                bias(diffDst, first, count);
                return;
            }
            int start = Lanes.LEAD + piece * sumPlane();
            if (first == 0) {
                Arrays.fill(sums, start, start + sumPlane(), 0.0);
            }
            for (LaneBlocks.Block block : lanes.blocks()) {
                PixelTilesVector.multiply(block.vectors(), inputs,
                        Lanes.LEAD + piece * inputPlane(), geometry.ic(), walks[count], 1,
                        gradients,
                        Lanes.LEAD + piece * gradientPlane() + block.first() * tilesOfJob, sums,
                        start + geometry.ic() * block.first());
            }
        }
    }

    private void bias(double[] diffDst, int first, int count) {
        Layout out = geometry.dst();
        if (first == 0) {
            Arrays.fill(biasSums, 0.0);
        }
        for (int t = first; t < first + count; t++) {
            for (int i = 0; i < Winograd4Vector.M; i++) {
                int pixel = out.at(tiles.sample(t), 0, tiles.row(t) + i, tiles.column(t));
                // Beyond the outputs stand zeros.
                SumsVector.addUp(diffDst, pixel, Winograd4Vector.M,
                        lanes.lanes() / Lanes.COUNT, biasSums, 0);
            }
        }
    }

    private void transformBack(LaneBlocks.Block block, double[] diffWeights, double[] diffBias,
            double[] tile) {
        int ic = geometry.ic();
        int wide = block.lanes();
        int start = Lanes.LEAD + 9 * ic * block.first();
        for (int i = 0; i < ic * wide; i += Lanes.COUNT) {
            Winograd4Vector.filterGradient(sums, Lanes.LEAD + ic * block.first() + i, sumPlane(),
                    packed, start + i, ic * wide, tile);
        }
        for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
            PanelVector.unpack(packed, start + lane, places, wide, diffWeights,
                    (block.first() + lane) * 9 * ic, 9 * ic, Lanes.COUNT, 9 * ic);
        }
        if (diffBias != null) {
            System.arraycopy(biasSums, block.first(), diffBias, block.first(), wide);
        }
    }
}
