package org.lanewise.kernel;

/**
 * How maps are cut into tiles of {@link Winograd4Vector}: tiles of all samples are counted through.
 *
 * @param h rows of the outputs
 * @param w columns of the outputs
 */
record WinogradTiles(int h, int w) {
    private static final int M = Winograd4Vector.M;

    int down() {
        return Math.ceilDiv(h, M);
    }

    int across() {
        return Math.ceilDiv(w, M);
    }

    int perSample() {
        return down() * across();
    }

    int sample(int tile) {
        return tile / perSample();
    }

    /** The first row of outputs. */
    int row(int tile) {
        return tile % perSample() / across() * M;
    }

    /** The first column of outputs. */
    int column(int tile) {
        return tile % across() * M;
    }

    /** What all tiles together read around a map, where the first begins some pixels before it. */
    Layout.Halo read(int top, int left, int ih, int iw) {
        return new Layout.Halo(top, left,
                Math.max(0, down() * M + 2 - top - ih), Math.max(0, across() * M + 2 - left - iw));
    }

    /** What all tiles together write beyond the outputs. */
    Layout.Halo beyond() {
        return new Layout.Halo(0, 0, down() * M - h, across() * M - w);
    }
}
