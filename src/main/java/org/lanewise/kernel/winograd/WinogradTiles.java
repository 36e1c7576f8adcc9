package org.lanewise.kernel.winograd;

import org.lanewise.kernel.Layout;
import org.lanewise.kernel.WindowGeometry;

/**
 * How maps are cut into tiles: tiles of all samples are counted through. Where taps are some pixels apart, a map is
 * as many maps down and across, whose pixels are as far apart and whose taps are neighbours.
 *
 * @param tile how large a tile is
 * @param h rows of the outputs
 * @param w columns of the outputs
 * @param dh distance of taps down, and of a tile's rows
 * @param dw distance of taps across, and of a tile's columns
 */
record WinogradTiles(WinogradTile tile, int h, int w, int dh, int dw) {
    /**
     * {@return the tiles that make a pass over some maps cheapest}
     *
     * @param window whose rows and columns, and distances of taps, count
     * @param h rows of the outputs
     * @param w columns of the outputs
     * @param samples of a batch
     * @param channels of the inputs
     */
    static WinogradTiles cheapest(WindowGeometry window, int h, int w, int samples, int channels,
            int outputs) {
        WinogradTiles best = null;
        for (WinogradTile tile : WinogradTile.values()) {
            WinogradTiles tiles = new WinogradTiles(tile, h, w, window.dh(), window.dw());
            if (tile.r == window.kh() && tile.sums(channels) && (best == null || tiles
                    .cost(samples, channels, outputs) < best.cost(samples, channels, outputs))) {
                best = tiles;
            }
        }
        return best;
    }

    long cost(int samples, int channels, int outputs) {
        return tile.cost((long) samples * perSample(), channels, outputs);
    }

    /** Tiles of one of the maps whose taps are neighbours, from one row of pixels to the next. */
    int down() {
        return Math.ceilDiv(Math.ceilDiv(h, dh), tile.m);
    }

    int across() {
        return Math.ceilDiv(Math.ceilDiv(w, dw), tile.m);
    }

    int perSample() {
        return dh * dw * down() * across();
    }

    int sample(int t) {
        return t / perSample();
    }

    /** The first row of outputs. */
    int row(int t) {
        int place = t % perSample();
        return place / across() % down() * tile.m * dh + place / (down() * across()) / dw;
    }

    /** The first column of outputs. */
    int column(int t) {
        return t % across() * tile.m * dw + t % perSample() / (down() * across()) % dw;
    }

    /** Tiles that follow one in its row, and itself. */
    int neighbours(int t) {
        return across() - t % across();
    }

    /** Rows of outputs from a tile's first to the last of the map, those that belong to it. */
    int rowsLeft(int t) {
        return Math.max(0, Math.ceilDiv(h - row(t), dh));
    }

    /** The same for columns. */
    int columnsLeft(int t) {
        return Math.max(0, Math.ceilDiv(w - column(t), dw));
    }

    /** {@return a layout in which the pixels of a tile are neighbours} */
    Layout within(Layout maps) {
        return new Layout(maps.origin(), maps.sample(), maps.channel(), dh * maps.row(),
                dw * maps.column());
    }

    /** What all tiles together read around a map, where the first begins some pixels before it. */
    Layout.Halo read(int top, int left, int ih, int iw) {
        return new Layout.Halo(top, left,
                Math.max(0, dh * (down() * tile.m + tile.r - 1) - top - ih),
                Math.max(0, dw * (across() * tile.m + tile.r - 1) - left - iw));
    }

    /** What all tiles together write beyond the outputs. */
    Layout.Halo beyond() {
        return new Layout.Halo(0, 0, dh * down() * tile.m - h, dw * across() * tile.m - w);
    }
}
