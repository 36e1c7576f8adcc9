package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The backward pass by the input on vectors: rows of the product are input pixels, lanes are input
 * channels, and a run is all output channels of one tap.
 *
 * <p>With a stride, pixels fall into classes by their place between two windows: the pixels of a
 * class meet the same taps, and those of another class meet others.
 */
final class ConvBackwardInputVector {
    private record Class(int rows, Product[][] products) {}

    private final ConvGeometry geometry;
    private final ChannelsLast gradient;
    private final ChannelsLast result;
    private final LaneBlocks lanes;
    private final int taps;
    private final double[] padded;
    private final double[] packed;
    private final double[] sums;
    private final List<Class> classes = new ArrayList<>();

    ConvBackwardInputVector(ConvGeometry geometry, Scratch scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.lanes = LaneBlocks.of(geometry.icg());
        this.taps = window.kh() * window.kw();
        int top = border(window.ph() - (window.kh() - 1) * window.dh(), window.sh());
        int left = border(window.pw() - (window.kw() - 1) * window.dw(), window.sw());
        int rows = Math.max(window.oh(), (window.ih() - 1 + window.ph()) / window.sh() + 1);
        int columns = Math.max(window.ow(), (window.iw() - 1 + window.pw()) / window.sw() + 1);
        this.gradient = new ChannelsLast(geometry.oc(), top + rows, left + columns, top, left);
        this.result = new ChannelsLast(lanes.lanes(), window.ih(), window.iw(), 0, 0);
        this.padded = scratch.doubles("padded output gradient", gradient.size());
        this.packed = scratch.doubles("packed weights of the way back",
                (long) geometry.g() * taps * geometry.ocg() * lanes.lanes());
        this.sums = scratch.doubles("packed input gradient", result.size());
        for (int down = 0; down < window.sh(); down++) {
            for (int across = 0; across < window.sw(); across++) {
                addClass(down, across);
            }
        }
    }

    /** Outputs that the first pixel would meet before the first output there is. */
    private static int border(int first, int stride) {
        return Math.max(0, -Math.floorDiv(first, stride));
    }

    private void addClass(int down, int across) {
        WindowGeometry window = geometry.window();
        List<Integer> rows = new ArrayList<>();
        List<Integer> out = new ArrayList<>();
        for (int h = 0; h < window.ih(); h++) {
            for (int w = 0; w < window.iw(); w++) {
                int y = h + window.ph() - down;
                int x = w + window.pw() - across;
                if (Math.floorMod(y, window.sh()) == 0 && Math.floorMod(x, window.sw()) == 0) {
                    rows.add((Math.floorDiv(y, window.sh()) + gradient.top()) * gradient.row()
                            + (Math.floorDiv(x, window.sw()) + gradient.left()) * geometry.oc());
                    out.add((h * window.iw() + w) * lanes.lanes());
                }
            }
        }
        List<Integer> met = new ArrayList<>();
        for (int tap = 0; tap < taps; tap++) {
            if (Math.floorMod(tap / window.kw() * window.dh() - down, window.sh()) == 0
                    && Math.floorMod(tap % window.kw() * window.dw() - across, window.sw()) == 0) {
                met.add(tap);
            }
        }
        if (!rows.isEmpty() && !met.isEmpty()) {
            classes.add(new Class(rows.size(), products(filledUp(rows), filledUp(out), met, down,
                    across)));
        }
    }

    private Product[][] products(int[] rows, int[] out, List<Integer> met, int down, int across) {
        WindowGeometry window = geometry.window();
        Product[][] all = new Product[geometry.g()][lanes.blocks().length];
        for (int group = 0; group < geometry.g(); group++) {
            int[] shifts = new int[met.size()];
            for (int i = 0; i < shifts.length; i++) {
                int r = met.get(i) / window.kw();
                int s = met.get(i) % window.kw();
                shifts[i] = group * geometry.ocg()
                        - Math.floorDiv(r * window.dh() - down, window.sh()) * gradient.row()
                        - Math.floorDiv(s * window.dw() - across, window.sw()) * geometry.oc();
            }
            for (int i = 0; i < all[group].length; i++) {
                int step = lanes.blocks()[i].lanes();
                int[] weights = met.stream().mapToInt(tap -> tap * geometry.ocg() * step).toArray();
                all[group][i] = new Product(padded, rows, shifts, weights, packed, step, sums,
                        out);
            }
        }
        return all;
    }

    private static int[] filledUp(List<Integer> list) {
        return Product.filledUp(list.stream().mapToInt(Integer::intValue).toArray());
    }

    void run(double[] diffDst, double[] weights, double[] diffSrc, int from, int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Layout out = geometry.dst();
        pack(weights);
        for (int n = from; n < to; n++) {
            gradient.fill(diffDst, n * out.sample(), out, geometry.oc(), window.oh(), window.ow(),
                    padded);
            for (int group = 0; group < geometry.g(); group++) {
                Arrays.fill(sums, 0.0);
                for (int k = 0; k < classes.size(); k++) {
                    Class pixels = classes.get(k);
                    for (int i = 0; i < lanes.blocks().length; i++) {
                        LaneBlocks.Block block = lanes.blocks()[i];
                        ProductVector.multiply(pixels.products()[group][i], geometry.ocg(),
                                pixels.rows(),
                                block.vectors(), start(group, block), block.first());
                    }
                }
                result.empty(sums, diffSrc,
                        n * in.sample() + group * geometry.icg() * in.channel(), in,
                        geometry.icg());
            }
        }
    }

    private int start(int group, LaneBlocks.Block block) {
        return (group * lanes.lanes() + block.first()) * taps * geometry.ocg();
    }

    /** Weights of a block stand as (r, s, k, lane). */
    private void pack(double[] weights) {
        int icg = geometry.icg();
        int ocg = geometry.ocg();
        for (int group = 0; group < geometry.g(); group++) {
            for (LaneBlocks.Block block : lanes.blocks()) {
                int to = start(group, block);
                int step = block.lanes();
                int count = Math.min(step, icg - block.first());
                for (int k = 0; k < ocg; k++) {
                    for (int j = 0; j < count; j++) {
                        int w = ((group * ocg + k) * icg + block.first() + j) * taps;
                        for (int tap = 0; tap < taps; tap++) {
                            packed[to + (tap * ocg + k) * step + j] = weights[w + tap];
                        }
                    }
                }
            }
        }
    }
}
