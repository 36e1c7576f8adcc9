package org.lanewise.kernel;

import java.util.List;

/**
 * The backward pass by the weights by Winograd's tiles: {@code dG = G^T [sum over tiles of (B^T d B)
 * * (A dY A^T)] G}. Rows of sums are input channels, lanes are output channels, and a sum walks over
 * tiles.
 */
sealed interface WinogradWeights permits WinogradWeightBlocks, WinogradWeightPanels {
    /**
     * {@return the pass that suits the number of tiles}
     *
     * @param geometry shapes and strides
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     */
    static WinogradWeights of(ConvGeometry geometry, int capacity, Scratch scratch) {
        WinogradTiles tiles = new WinogradTiles(geometry.window().oh(), geometry.window().ow());
        return capacity * tiles.perSample() <= WinogradWeightPanels.MOST_TILES
                ? new WinogradWeightPanels(geometry, tiles, capacity, scratch)
                : new WinogradWeightBlocks(geometry, tiles, capacity, scratch);
    }

    /**
     * {@return what computes the pass}
     *
     * @param src read
     * @param diffDst read
     * @param diffWeights overwritten
     * @param diffBias overwritten; null for none
     */
    List<Job> jobs(double[] src, double[] diffDst, double[] diffWeights, double[] diffBias);

    /**
     * Transforms some input channels of a tile.
     *
     * @param geometry shapes and strides
     * @param tiles of the outputs
     * @param src read
     * @param t which tile
     * @param channel the first
     * @param count how many
     * @param to overwritten
     * @param at where the first product goes
     * @param plane from one product to the next
     * @param tile overwritten
     */
    static void input(ConvGeometry geometry, WinogradTiles tiles, double[] src, int t,
            int channel, int count, double[] to, int at, int plane, double[] tile) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Winograd4Vector.input(src,
                in.at(tiles.sample(t), channel, tiles.row(t) - window.ph(),
                        tiles.column(t) - window.pw()),
                in.row(), in.column(), count, to, at, plane, tile);
    }

    /**
     * Transforms some channels of a tile of the output's gradient.
     *
     * @param geometry shapes and strides
     * @param tiles of the outputs
     * @param diffDst read
     * @param t which tile
     * @param block which channels
     * @param to overwritten
     * @param at where the first product goes
     * @param plane from one product to the next
     * @param tile overwritten
     */
    static void gradient(ConvGeometry geometry, WinogradTiles tiles, double[] diffDst, int t,
            LaneBlocks.Block block, double[] to, int at, int plane, double[] tile) {
        Layout out = geometry.dst();
        Winograd4Vector.outputGradient(diffDst,
                out.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t)), out.row(),
                out.column(), block.lanes(), to, at, plane, tile);
    }
}
