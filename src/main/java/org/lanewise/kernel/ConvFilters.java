package org.lanewise.kernel;

/**
 * Filters and bias of a convolution as the forward pass reads them: block by block of output channels,
 * the weights of a block as (r, s, c, lane).
 */
final class ConvFilters {
    /** What the sums of each block begin with. */
    final double[] begin;

    private final ConvGeometry geometry;
    private final LaneBlocks lanes;
    private final int products;
    private final int[] places;

    ConvFilters(ConvGeometry geometry, LaneBlocks lanes, Scratch scratch) {
        int taps = geometry.window().kh() * geometry.window().kw();
        this.geometry = geometry;
        this.lanes = lanes;
        this.products = taps * geometry.icg();
        this.places = new int[products];
        for (int c = 0; c < geometry.icg(); c++) {
            for (int tap = 0; tap < taps; tap++) {
                places[c * taps + tap] = tap * geometry.icg() + c;
            }
        }
        this.begin = scratch.doubles("packed bias", (long) geometry.g() * lanes.lanes());
    }

    /** Elements of all blocks. */
    long elements() {
        return Lanes.LEAD + (long) geometry.g() * products * lanes.lanes();
    }

    /** Elements of one block at most. */
    long elementsOfBlock() {
        return Lanes.LEAD + (long) products * lanes.widest();
    }

    /** Blocks of all groups. */
    int count() {
        return geometry.g() * lanes.blocks().length;
    }

    int group(int piece) {
        return piece / lanes.blocks().length;
    }

    LaneBlocks.Block block(int piece) {
        return lanes.blocks()[piece % lanes.blocks().length];
    }

    /** Where a block begins among all. */
    int start(int piece) {
        return Lanes.LEAD + (group(piece) * lanes.lanes() + block(piece).first()) * products;
    }

    /** Where the first sums of a block are. */
    int first(int piece) {
        return group(piece) * lanes.lanes() + block(piece).first();
    }

    /**
     * Packs a block.
     *
     * @param weights read
     * @param bias read; null for none
     * @param piece which block
     * @param panel overwritten
     * @param start where the block begins there
     */
    void pack(double[] weights, double[] bias, int piece, double[] panel, int start) {
        LaneBlocks.Block block = block(piece);
        int valid = block.valid(geometry.ocg());
        int channel = group(piece) * geometry.ocg() + block.first();
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.pack(weights, (channel + lane) * products, products,
                    Math.min(Lanes.COUNT, valid - lane), products, panel, start + lane, places,
                    block.lanes());
        }
        if (bias != null) {
            System.arraycopy(bias, channel, begin, first(piece), valid);
        }
    }
}
