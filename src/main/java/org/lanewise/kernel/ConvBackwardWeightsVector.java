package org.lanewise.kernel;

import java.util.Arrays;

/**
 * The backward pass by the weights on vectors: rows of the product are weights of one filter, lanes
 * are output channels, and a run is one row of output pixels.
 *
 * <p>The input stands as rows in which a window's stride is one element: column x of the padded map
 * is the {@code x / stride}-th of those with its remainder. So a run reads neighbours, whatever the
 * stride.
 */
final class ConvBackwardWeightsVector {
    private final ConvGeometry geometry;
    private final ChannelsLast gradient;
    private final LaneBlocks lanes;
    private final int columns;
    private final int weightsOfFilter;
    private final int length;
    private final double[] rows;
    private final double[] packed;
    private final double[] sums;
    private final Product[] products;

    ConvBackwardWeightsVector(ConvGeometry geometry, Scratch scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.lanes = LaneBlocks.of(geometry.ocg());
        this.gradient = new ChannelsLast(lanes.lanes(), window.oh(), window.ow(), 0, 0);
        this.columns = Math.ceilDiv(window.iw() + 2 * window.pw(), window.sw());
        this.weightsOfFilter = geometry.icg() * window.kh() * window.kw();
        // Where rows of outputs follow one another as the input's do, they make one long run.
        this.length = window.ow() == row() && window.sh() == 1
                ? window.oh() * window.ow()
                : window.ow();
        this.rows = scratch.doubles("rows of the input",
                (long) geometry.ic() * (window.ih() + 2 * window.ph()) * row());
        this.packed = scratch.doubles("packed output gradient", gradient.size());
        this.sums = scratch.doubles("packed weight gradient",
                (long) geometry.g() * weightsOfFilter * lanes.lanes());
        this.products = new Product[geometry.g()];
        for (int group = 0; group < products.length; group++) {
            products[group] = product(group);
        }
    }

    /** One row of the padded map, all remainders. */
    private int row() {
        return columns * geometry.window().sw();
    }

    private int map() {
        return (geometry.window().ih() + 2 * geometry.window().ph()) * row();
    }

    private int column(int x) {
        return x % geometry.window().sw() * columns + x / geometry.window().sw();
    }

    private Product product(int group) {
        WindowGeometry window = geometry.window();
        int[] from = new int[weightsOfFilter];
        int[] out = new int[weightsOfFilter];
        int i = 0;
        for (int c = 0; c < geometry.icg(); c++) {
            for (int r = 0; r < window.kh(); r++) {
                for (int s = 0; s < window.kw(); s++) {
                    from[i] = (group * geometry.icg() + c) * map() + r * window.dh() * row()
                            + column(s * window.dw());
                    out[i] = (group * weightsOfFilter + i) * lanes.lanes();
                    i++;
                }
            }
        }
        boolean joined = length > window.ow();
        int[] shifts = new int[joined ? 1 : window.oh()];
        int[] gradients = new int[shifts.length];
        Arrays.setAll(shifts, p -> p * window.sh() * row());
        Arrays.setAll(gradients, p -> p * window.ow() * lanes.lanes());
        return new Product(rows, Product.filledUp(from), shifts, gradients, packed,
                lanes.lanes(), sums,
                Product.filledUp(out));
    }

    void run(double[] src, double[] diffDst, double[] diffWeights, int samples) {
        WindowGeometry window = geometry.window();
        Layout out = geometry.dst();
        Arrays.fill(sums, 0.0);
        for (int n = 0; n < samples; n++) {
            fill(src, n);
            for (int group = 0; group < geometry.g(); group++) {
                gradient.fill(diffDst,
                        n * out.sample() + group * geometry.ocg() * out.channel(), out,
                        geometry.ocg(), window.oh(), window.ow(), packed);
                for (LaneBlocks.Block block : lanes.blocks()) {
                    ProductVector.multiply(products[group], length, weightsOfFilter,
                            block.vectors(),
                            block.first(), block.first());
                }
            }
        }
        unpack(diffWeights);
    }

    private void fill(double[] src, int n) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        for (int c = 0; c < geometry.ic(); c++) {
            for (int h = 0; h < window.ih(); h++) {
                int from = n * in.sample() + c * in.channel() + h * in.row();
                int to = c * map() + (h + window.ph()) * row();
                for (int w = 0; w < window.iw(); w++) {
                    rows[to + column(w + window.pw())] = src[from + w * in.column()];
                }
            }
        }
    }

    private void unpack(double[] diffWeights) {
        for (int k = 0; k < geometry.oc(); k++) {
            int group = k / geometry.ocg();
            int from = group * weightsOfFilter * lanes.lanes() + k % geometry.ocg();
            for (int i = 0; i < weightsOfFilter; i++) {
                diffWeights[k * weightsOfFilter + i] = sums[from + i * lanes.lanes()];
            }
        }
    }
}
