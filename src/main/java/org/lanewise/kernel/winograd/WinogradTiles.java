package org.lanewise.kernel.winograd;

import org.lanewise.kernel.Layout;

/**
 * How maps are cut into tiles: tiles of all samples are counted through.
 *
 * @param tile how large a tile is
 * @param h rows of the outputs
 * @param w columns of the outputs
 */
record WinogradTiles(WinogradTile tile, int h, int w) {
    int down() {
        return Math.ceilDiv(h, tile.m);
    }

    int across() {
        return Math.ceilDiv(w, tile.m);
    }

    int perSample() {
        return down() * across();
    }

    int sample(int t) {
        return t / perSample();
    }

    /** The first row of outputs. */
    int row(int t) {
        return t % perSample() / across() * tile.m;
    }

    /** The first column of outputs. */
    int column(int t) {
        return t % across() * tile.m;
    }

    /** What all tiles together read around a map, where the first begins some pixels before it. */
    Layout.Halo read(int top, int left, int ih, int iw) {
        return new Layout.Halo(top, left,
                Math.max(0, down() * tile.m + 2 - top - ih),
                Math.max(0, across() * tile.m + 2 - left - iw));
    }

    /** What all tiles together write beyond the outputs. */
    Layout.Halo beyond() {
        return new Layout.Halo(0, 0, down() * tile.m - h, across() * tile.m - w);
    }
}
