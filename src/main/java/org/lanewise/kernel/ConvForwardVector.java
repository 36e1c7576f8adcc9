package org.lanewise.kernel;

import java.util.Arrays;

/**
 * The forward pass on vectors: rows of the product are output pixels, lanes are output channels,
 * and a run is what one row of the kernel reads of one pixel's surroundings.
 */
final class ConvForwardVector {
    private final ConvGeometry geometry;
    private final ChannelsLast source;
    private final ChannelsLast result;
    private final LaneBlocks lanes;
    private final int length;
    private final int runs;
    private final double[] padded;
    private final double[] packed;
    private final double[] sums;
    private final Product[][] products;

    ConvForwardVector(ConvGeometry geometry, Scratch scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.lanes = LaneBlocks.of(geometry.ocg());
        this.source = new ChannelsLast(geometry.ic(), window.ih() + 2 * window.ph(),
                window.iw() + 2 * window.pw(), window.ph(), window.pw());
        this.result = new ChannelsLast(lanes.lanes(), window.oh(), window.ow(), 0, 0);
        // Neighbouring taps of all channels stand side by side, and their sum is one long run.
        boolean joined = geometry.g() == 1 && window.dw() == 1;
        this.length = joined ? window.kw() * geometry.ic() : geometry.icg();
        this.runs = joined ? window.kh() : window.kh() * window.kw();
        this.padded = scratch.doubles("padded input", source.size());
        this.packed = scratch.doubles("packed weights",
                (long) geometry.g() * runs * length * lanes.lanes());
        this.sums = scratch.doubles("packed output", result.size());
        this.products = products(joined ? 1 : window.kw());
    }

    /** One product for each group and block. */
    private Product[][] products(int runsPerRow) {
        WindowGeometry window = geometry.window();
        int[] rows = new int[window.oh() * window.ow()];
        int[] out = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int p = i / window.ow();
            int q = i % window.ow();
            rows[i] = p * window.sh() * source.row() + q * window.sw() * geometry.ic();
            out[i] = i * lanes.lanes();
        }
        // One pair of lists serves every group and block.
        int[] from = Product.filledUp(rows);
        int[] to = Product.filledUp(out);
        Product[][] all = new Product[geometry.g()][lanes.blocks().length];
        for (int group = 0; group < geometry.g(); group++) {
            int[] shifts = new int[runs];
            for (int run = 0; run < runs; run++) {
                shifts[run] = run / runsPerRow * window.dh() * source.row()
                        + run % runsPerRow * window.dw() * geometry.ic() + group * geometry.icg();
            }
            for (int i = 0; i < all[group].length; i++) {
                int step = lanes.blocks()[i].lanes();
                int[] weights = new int[runs];
                Arrays.setAll(weights, run -> run * length * step);
                all[group][i] = new Product(padded, from, shifts, weights, packed, step, sums,
                        to);
            }
        }
        return all;
    }

    void run(double[] src, double[] weights, double[] bias, double[] dst, int from, int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Layout out = geometry.dst();
        pack(weights);
        for (int n = from; n < to; n++) {
            source.fill(src, n * in.sample(), in, geometry.ic(), window.ih(), window.iw(), padded);
            for (int group = 0; group < geometry.g(); group++) {
                begin(bias, group);
                for (int i = 0; i < products[group].length; i++) {
                    LaneBlocks.Block block = lanes.blocks()[i];
                    ProductVector.multiply(products[group][i], length, window.oh() * window.ow(),
                            block.vectors(), start(group, block), block.first());
                }
                result.empty(sums, dst,
                        n * out.sample() + group * geometry.ocg() * out.channel(), out,
                        geometry.ocg());
            }
        }
    }

    private int start(int group, LaneBlocks.Block block) {
        return (group * lanes.lanes() + block.first()) * runs * length;
    }

    /** Every sum begins with the bias of its channel. */
    private void begin(double[] bias, int group) {
        int width = lanes.lanes();
        for (int k = 0; k < geometry.ocg(); k++) {
            double value = bias == null ? 0.0 : bias[group * geometry.ocg() + k];
            for (int i = k; i < sums.length; i += width) {
                sums[i] = value;
            }
        }
    }

    /** Weights of a block stand as (r, s, c, lane), in the order in which they are used. */
    private void pack(double[] weights) {
        int taps = geometry.window().kh() * geometry.window().kw();
        int icg = geometry.icg();
        for (int group = 0; group < geometry.g(); group++) {
            for (LaneBlocks.Block block : lanes.blocks()) {
                int to = start(group, block);
                int step = block.lanes();
                int count = Math.min(step, geometry.ocg() - block.first());
                for (int j = 0; j < count; j++) {
                    int k = group * geometry.ocg() + block.first() + j;
                    for (int c = 0; c < icg; c++) {
                        int w = (k * icg + c) * taps;
                        for (int tap = 0; tap < taps; tap++) {
                            packed[to + (tap * icg + c) * step + j] = weights[w + tap];
                        }
                    }
                }
            }
        }
    }
}
