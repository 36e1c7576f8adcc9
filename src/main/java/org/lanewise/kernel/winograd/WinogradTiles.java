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
 * @param phases how outputs are those of the parts of a strided window, whose tiles begin together; null where
 *        inputs are
 */
record WinogradTiles(WinogradTile tile, int h, int w, int dh, int dw, int down, int across,
        int perSample, Phases phases) {
    /**
     * Where the first outputs of a strided window's first part are.
     *
     * @param top rows before the map: 0 or 1
     * @param left columns before the map: 0 or 1
     */
    record Phases(int top, int left) {}

    private static WinogradTiles of(WinogradTile tile, WindowGeometry window, boolean back) {
        if (back && tile.stride > 1) {
            Phases phases = new Phases(window.ph() % tile.stride, window.pw() % tile.stride);
            int down = Math.ceilDiv(Math.ceilDiv(window.ih() + phases.top, tile.stride), tile.m);
            int across = Math.ceilDiv(Math.ceilDiv(window.iw() + phases.left, tile.stride),
                    tile.m);
            return new WinogradTiles(tile, window.ih(), window.iw(), 1, 1, down, across,
                    down * across, phases);
        }
        int h = back ? window.ih() : window.oh();
        int w = back ? window.iw() : window.ow();
        int down = Math.ceilDiv(Math.ceilDiv(h, window.dh()), tile.m);
        int across = Math.ceilDiv(Math.ceilDiv(w, window.dw()), tile.m);
        return new WinogradTiles(tile, h, w, window.dh(), window.dw(), down, across,
                window.dh() * window.dw() * down * across, null);
    }

    /**
     * {@return the tiles that make a pass over some maps cheapest}
     *
     * @param back whether the outputs are gradients of the window's inputs
     * @param samples of a batch
     * @param channels of the inputs
     */
    static WinogradTiles cheapest(WindowGeometry window, boolean back, int samples, int channels,
            int outputs) {
        WinogradTiles best = null;
        for (WinogradTile tile : WinogradTile.values()) {
            WinogradTiles tiles = of(tile, window, back);
            if (tile.computes(window.kh(), window.sh()) && tile.sums(channels)
                    && (best == null || tiles.cost(samples, channels, outputs) < best.cost(samples,
                            channels, outputs))) {
                best = tiles;
            }
        }
        return best;
    }

    /** Pixels from an input of a part to the next. */
    int gather() {
        return phases == null ? tile.stride : 1;
    }

    /** Pixels from an output of a part to the next. */
    int scatter() {
        return phases == null ? 1 : tile.stride;
    }

    /** Parts that inputs are read for. */
    int sources() {
        return phases == null ? tile.parts : 1;
    }

    /** Parts that have outputs of their own. */
    int targets() {
        return phases == null ? 1 : tile.parts;
    }

    /** Pixels across that adjacent tiles read. */
    int reads(int neighbours) {
        return tile.stride == 1
                ? neighbours * tile.m + tile.across * tile.r - 1
                : gather() * (neighbours * tile.m + tile.r - 1);
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
    Layout within(Layout maps, int step) {
        return new Layout(maps.origin(), maps.sample(), maps.channel(), dh * step * maps.row(),
                dw * step * maps.column());
    }

    /** What all tiles together read around a map, where the first begins some pixels before it. */
    Layout.Halo read(int top, int left, int ih, int iw) {
        return new Layout.Halo(top, left,
                Math.max(0, dh * reads(down) - top - ih),
                Math.max(0, dw * reads(across) - left - iw));
    }

    /** What all tiles together write beyond the outputs. */
    Layout.Halo beyond() {
        return new Layout.Halo(0, 0, dh * down * tile.m - h, dw * across * tile.m - w);
    }
}
