package org.lanewise.kernel;

/**
 * Where a pass by Winograd's tiles reads inputs, and where outputs or their gradients stand.
 *
 * @param tiles of the outputs
 * @param top rows between the first output and the first input that it reads
 * @param left the same for columns
 * @param src where inputs stand
 * @param dst where outputs and their gradients stand
 */
record WinogradMaps(WinogradTiles tiles, int top, int left, Layout src, Layout dst) {
    /**
     * What is done to outputs.
     *
     * @param bias read; added, from the first output channel on
     * @param floor outputs up to this are written as 0; NaN for none
     * @param rectified null, or outputs are 0 where it is not above 0
     * @param to overwritten
     */
    record Target(double[] bias, double floor, double[] rectified, double[] to) {}

    /** {@return elements of memory for {@link #input} and {@link #output}} */
    static int scratch(int widest) {
        return Winograd4Vector.scratch() + Winograd4Vector.M * Winograd4Vector.M * widest;
    }

    /**
     * Transforms some channels of the inputs of a tile.
     *
     * @param from read
     * @param t which tile
     * @param channel the first
     * @param count how many
     * @param to overwritten
     * @param at where the first product goes
     * @param plane from one product to the next
     * @param tile overwritten
     */
    void input(double[] from, int t, int channel, int count, double[] to, int at, int plane,
            double[] tile) {
        Winograd4Vector.input(from,
                src.at(tiles.sample(t), channel, tiles.row(t) - top, tiles.column(t) - left),
                src.row(), src.column(), count, to, at, plane, tile);
    }

    /**
     * Transforms some channels of the gradient by a tile's outputs.
     *
     * @param from read
     * @param t which tile
     * @param block which channels
     * @param to overwritten
     * @param at where the first product goes
     * @param plane from one product to the next
     * @param tile overwritten
     */
    void gradient(double[] from, int t, LaneBlocks.Block block, double[] to, int at, int plane,
            double[] tile) {
        Winograd4Vector.outputGradient(from,
                dst.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t)), dst.row(),
                dst.column(), block.lanes(), to, at, plane, tile);
    }

    /**
     * Transforms the products of a tile and some channels, and writes outputs.
     *
     * @param sums read
     * @param x where the first product stands
     * @param plane from one product to the next
     * @param block which channels
     * @param t which tile
     * @param target where outputs go and what is done to them
     * @param tile overwritten
     */
    void output(double[] sums, int x, int plane, LaneBlocks.Block block, int t, Target target,
            double[] tile) {
        int wide = block.lanes();
        int down = Math.min(Winograd4Vector.M, tiles.h() - tiles.row(t));
        int across = Math.min(Winograd4Vector.M, tiles.w() - tiles.column(t));
        int y = dst.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t));
        if (down == Winograd4Vector.M && across == Winograd4Vector.M) {
            Winograd4Vector.output(sums, x, plane, wide, target.bias(), block.first(),
                    target.floor(), target.rectified(), target.to(), y, dst.row(), dst.column(),
                    tile);
        } else {
            int aside = Winograd4Vector.scratch();
            Winograd4Vector.output(sums, x, plane, wide, target.bias(), block.first(),
                    target.floor(), null, tile, aside, Winograd4Vector.M * wide, wide, tile);
            copy(tile, aside, wide, down, across, target, y);
        }
    }

    /** What lies within the map of a tile that reaches beyond it. */
    private void copy(double[] tile, int aside, int wide, int down, int across, Target target,
            int y) {
        for (int i = 0; i < down; i++) {
            for (int j = 0; j < across; j++) {
                int x = aside + (i * Winograd4Vector.M + j) * wide;
                int pixel = y + i * dst.row() + j * dst.column();
                if (target.rectified() == null) {
                    System.arraycopy(tile, x, target.to(), pixel, wide);
                } else {
                    SumsVector.storePixelWhereAboveZero(tile, x, wide, target.rectified(),
                            target.to(), pixel);
                }
            }
        }
    }
}
