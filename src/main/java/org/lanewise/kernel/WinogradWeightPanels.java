package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.PixelTilesVector.Pixels;

/**
 * The pass by the weights where there are few tiles: transformed sums would be many times what they
 * are made from, so they are never written to memory. All inputs and gradients are transformed
 * first; then a piece is some input channels and a panel of outputs, whose sums are transformed back
 * at once.
 */
final class WinogradWeightPanels implements WinogradWeights {
    /** Up to so many tiles the pass is computed so. */
    static final int MOST_TILES = 128;

    /** Channels and outputs whose sums stay in the second cache. */
    private static final int CHANNELS = 32;
    private static final int OUTPUTS = 64;

    private static final int TILES_OF_PIECE = 4;

    /** Planes of products must not stand on the same cache sets. */
    private static final int APART = 8;

    private static final int E = Winograd4Vector.PRODUCTS;

    private final WinogradMaps maps;
    private final int ic;
    private final int most;
    private final int chunk;
    private final List<List<LaneBlocks.Block>> panels;
    private final LaneBlocks lanes;
    private final Pixels[] walks;
    private final int[] places;
    private final double[] inputs;
    private final double[] gradients;
    private final double[][] sums;
    private final double[][] packed;
    private final double[][] work;

    WinogradWeightPanels(WinogradMaps maps, int ic, int oc, int capacity, Scratch scratch) {
        this.maps = maps;
        this.ic = ic;
        this.most = capacity * maps.tiles().perSample();
        this.chunk = Math.min(ic, CHANNELS);
        this.lanes = LaneBlocks.ofPixels(oc);
        this.panels = lanes.panels(OUTPUTS);
        this.walks = new Pixels[most + 1];
        Arrays.setAll(walks, count -> new Pixels(count, chunk, 0));
        this.places = new int[9 * chunk];
        Arrays.setAll(places, i -> i % 9 * chunk + i / 9);
        this.inputs = scratch.doubles("transformed input of the weights", Lanes.LEAD
                + (long) Math.ceilDiv(ic, chunk) * E * inputPlane() + Layout.SLACK);
        this.gradients = scratch.doubles("transformed output gradient",
                Lanes.LEAD + (long) E * gradientPlane());
        this.sums = scratch.perThread("transformed weight gradient",
                Lanes.LEAD + (long) E * sumPlane());
        this.packed = scratch.perThread("packed weight gradient",
                Lanes.LEAD + 9L * chunk * OUTPUTS);
        this.work = scratch.perThread("a tile of the weights", Winograd4Vector.scratch());
    }

    private int inputPlane() {
        return most * chunk + APART;
    }

    private int gradientPlane() {
        return most * lanes.lanes() + APART;
    }

    private int sumPlane() {
        return chunk * OUTPUTS + APART;
    }

    /** Where product e of some channels stands among the transformed inputs. */
    private int input(int channel, int e) {
        return Lanes.LEAD + (channel / chunk * E + e) * inputPlane();
    }

    /** Where product e of some outputs stands among the transformed gradients. */
    private int gradient(LaneBlocks.Block block, int e) {
        return Lanes.LEAD + e * gradientPlane() + most * block.first();
    }

    @Override
    public List<Job> jobs(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return List.of(transforms(src, diffDst), products(diffWeights, diffBias));
    }

    private Job transforms(double[] src, double[] diffDst) {
        return Job.of(samples -> Math.ceilDiv(samples * maps.tiles().perSample(), TILES_OF_PIECE),
                (piece, thread, samples) -> {
                    int last = Math.min(samples * maps.tiles().perSample(),
                            (piece + 1) * TILES_OF_PIECE);
                    for (int t = piece * TILES_OF_PIECE; t < last; t++) {
                        for (int c = 0; c < ic; c += chunk) {
                            maps.input(src, t, c,
                                    Math.min(chunk, ic - c), inputs,
                                    input(c, 0) + t * chunk, inputPlane(), work[thread]);
                        }
                        for (LaneBlocks.Block block : lanes.blocks()) {
                            maps.gradient(diffDst, t, block, gradients,
                                    gradient(block, 0) + t * block.lanes(), gradientPlane(),
                                    work[thread]);
                        }
                    }
                });
    }

    private Job products(double[] diffWeights, double[] diffBias) {
        int chunks = Math.ceilDiv(ic, chunk);
        return Job.of(samples -> panels.size() * chunks, (piece, thread, samples) -> {
            List<LaneBlocks.Block> panel = panels.get(piece / chunks);
            int channel = piece % chunks * chunk;
            int some = Math.min(chunk, ic - channel);
            int count = samples * maps.tiles().perSample();
            for (int b = 0; b < panel.size(); b++) {
                LaneBlocks.Block block = panel.get(b);
                int at = Lanes.LEAD
                        + chunk * (block.first() - panel.getFirst().first());
                for (int e = 0; e < E; e++) {
                    multiply(block, channel, some, e, count, sums[thread],
                            at + e * sumPlane());
                }
                transformBack(block, channel, some, sums[thread], at, diffWeights,
                        packed[thread], work[thread]);
                if (channel == 0 && diffBias != null) {
                    Arrays.fill(diffBias, block.first(), block.first() + block.lanes(), 0.0);
                    SumsVector.addUp(gradients, gradient(block, Winograd4Vector.SUM), count,
                            block.vectors(), diffBias, block.first());
                }
            }
        });
    }

    private void multiply(LaneBlocks.Block block, int channel, int some, int e, int count,
            double[] to, int at) {
        Arrays.fill(to, at, at + some * block.lanes(), 0.0);
        PixelTilesVector.multiply(block.vectors(), inputs, input(channel, e), some, walks[count],
                1, gradients, gradient(block, e), to, at);
    }

    private void transformBack(LaneBlocks.Block block, int channel, int some, double[] from,
            int at, double[] diffWeights, double[] taps, double[] tile) {
        int wide = block.lanes();
        for (int i = 0; i < some * wide; i += Lanes.COUNT) {
            Winograd4Vector.filterGradient(from, at + i, sumPlane(), taps, Lanes.LEAD + i,
                    chunk * wide, tile);
        }
        for (int lane = 0; lane < wide; lane += Lanes.COUNT) {
            PanelVector.unpack(taps, Lanes.LEAD + lane, places, wide, diffWeights,
                    ((block.first() + lane) * ic + channel) * 9, 9 * ic,
                    Lanes.COUNT, 9 * some);
        }
    }
}
