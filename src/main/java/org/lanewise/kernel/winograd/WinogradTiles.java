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
 * @param down tiles of one of the maps whose taps are neighbours, from one row of pixels to the next
 * @param across the same from one column to the next
 * @param perSample tiles of a sample
 */
record WinogradTiles(WinogradTile tile, int h, int w, int dh, int dw, int down, int across,
        int perSample) {
    WinogradTiles(WinogradTile tile, int h, int w, int dh, int dw) {
        this(tile, h, w, dh, dw, Math.ceilDiv(Math.ceilDiv(h, dh), tile.m),
                Math.ceilDiv(Math.ceilDiv(w, dw), tile.m));
    }

    private WinogradTiles(WinogradTile tile, int h, int w, int dh, int dw, int down, int across) {
        this(tile, h, w, dh, dw, down, across, dh * dw * down * across);
    }

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
            if (tile.window == window.kh() && tile.sums(channels) && (best == null || tiles
                    .cost(samples, channels, outputs) < best.cost(samples, channels, outputs))) {
                best = tiles;
            }
        }
        return best;
    }

    long cost(int samples, int channels, int outputs) {
        return tile.cost((long) samples * perSample, channels, outputs);
    }

    int sample(int t) {
        return t / perSample;
    }

    /** The first row of outputs. */
    int row(int t) {
        int line = t % perSample / across;
        return dh * dw == 1
                ? line * tile.m
                : line % down * tile.m * dh + line / down / dw;
    }

    /** The first column of outputs. */
    int column(int t) {
        int place = t % across * tile.m;
        return dh * dw == 1 ? place : place * dw + t % perSample / across / down % dw;
    }

    /** Tiles that follow one in its row, and itself. */
    int neighbours(int t) {
        return across - t % across;
    }

    /** Rows of outputs from a tile's first to the last of the map, those that belong to it. */
    int rowsLeft(int t) {
        return dh == 1 ? h - row(t) : Math.max(0, Math.ceilDiv(h - row(t), dh));
    }

    /** The same for columns. */
    int columnsLeft(int t) {
        return dw == 1 ? w - column(t) : Math.max(0, Math.ceilDiv(w - column(t), dw));
    }

    /** {@return a layout in which the pixels of a tile are neighbours} */
    Layout within(Layout maps) {
        return new Layout(maps.origin(), maps.sample(), maps.channel(), dh * maps.row(),
                dw * maps.column());
    }

    /** What all tiles together read around a map, where the first begins some pixels before it. */
    Layout.Halo read(int top, int left, int ih, int iw) {
        return new Layout.Halo(top, left,
                Math.max(0, dh * tile.reads(down) - top - ih),
                Math.max(0, dw * tile.reads(across) - left - iw));
    }

    /** What all tiles together write beyond the outputs. */
    Layout.Halo beyond() {
        return new Layout.Halo(0, 0, dh * down * tile.m - h, dw * across * tile.m - w);
    }
}
