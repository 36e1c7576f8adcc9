package org.lanewise.kernel.winograd;

import java.util.Arrays;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.gemm.Lanes;

/**
 * A tile of m by m outputs of a convolution by windows of r by r, and its transforms: from m + r - 1 by
 * m + r - 1 inputs by as many products. Lanes hold channels.
 *
 * <p>A larger window is several of r by r, the last of which have taps that are 0; each reads inputs of its own, as
 * if they were other channels, and the products of all are added up. Of a window with stride 2, a part has every second
 * tap of every second row, and reads every second pixel; back to the input, each part has outputs of its own instead.
 *
 * <p>Every transform is that of one line, applied to all columns and then to all rows: element i of
 * line l is read at {@code x + l * next + i * step} and written at {@code y + l * after + i *
 * pitch}.
 */
enum WinogradTile {
    /** F(4x4, 3x3). */
    FOUR(4, 3, 320, Integer.MAX_VALUE),

    /** F(7x7, 3x3) of doubles, and the next of 8x8; of floats, which have fewer digits to lose, 5x5 and 6x6. */
    //float FIVE(5, 3, 480, 256),
    SEVEN(7, 3, 500, Integer.MAX_VALUE),
    //float SIX(6, 3, 650, 256),
    EIGHT(8, 3, 1000, Integer.MAX_VALUE),

    /**
     * F(4x4, 5x5); the next are F(6x6, 5x5) and F(4x4, 7x7), or with fewer digits F(5x5, 4x4) of the four parts of a
     * window of 7x7.
     */
    FOUR_OF_5X5(4, 5, 900, Integer.MAX_VALUE),
    //float
    SIX_OF_5X5(6, 5, 1300, Integer.MAX_VALUE),
    //float FIVE_OF_7X7(5, 7, 4, 1, 2800, 128),
    FOUR_OF_7X7(4, 7, 1800, Integer.MAX_VALUE),

    /** F(8x8, 3x3) and F(7x7, 3x3) of the four parts of a 5x5 window with stride 2, F(7x7, 4x4) of 7x7; with fewer digits smaller ones. */
    //float FOUR_OF_5X5_BY_2(4, 5, 3, 2, 1400),
    EIGHT_OF_5X5_BY_2(8, 5, 3, 2, 4000),
    //float
    SEVEN_OF_5X5_BY_2(7, 5, 3, 2, 3200),
    //float FIVE_OF_7X7_BY_2(5, 7, 4, 2, 2800, 128);
    SEVEN_OF_7X7_BY_2(7, 7, 4, 2, 5000);

    /** Vectors of filters of one call: of calls, not of what loops in them, the JIT compiler takes notice. */
    private static final int VECTORS = 16;

    /** What it costs to transform an input and an output of a 3x3 convolution, in multiply-adds; for all tiles alike. */
    private static final long PIXEL = 24;

    /** Elements between the arrays of two products, which must not share cache sets. */
    static final int CACHE_LINE_STRIDE = Cpu.LINE / Double.BYTES;

    private static final int L = Lanes.COUNT;

    /** Outputs across and down. */
    final int m;

    /** Rows and columns of the window, or of a part of it. */
    final int r;

    /** Elements of that. */
    final int taps;

    /** Rows and columns of the whole window. */
    final int window;

    /** Of the window. */
    final int stride;

    /** Elements of the whole window. */
    final int elements;

    /** Parts of the window down and across, and all of them. */
    final int across;
    final int parts;

    /** Inputs and products across and down. */
    final int alpha;

    /** Products of a tile. */
    final int products;

    /** Where pixels of one vector are that a tile reads and no map holds: some windows of 2x2. */
    final Layout patch;

    /** What it costs to transform a filter, in multiply-adds. */
    final long filter;

    /**
     * Channels of the longest sums. The error grows with their square root: floats by tiles of 6x6 are up to 2.3e-5 of
     * the largest output off where 256 channels are summed, and 3.7e-5 with 512, where tiles of 4x4 are 2.4e-5; those of
     * 7x7 windows up to 4.1e-5 with 128, and 5.2e-5 with 512.
     */
    private final int mostChannels;

    WinogradTile(int m, int window, long filter, int mostChannels) {
        this(m, window, window, 1, filter, mostChannels);
    }

    WinogradTile(int m, int window, int r, int stride, long filter) {
        this(m, window, r, stride, filter, Integer.MAX_VALUE);
    }

    WinogradTile(int m, int window, int r, int stride, long filter, int mostChannels) {
        this.m = m;
        this.stride = stride;
        this.window = window;
        this.r = r;
        this.taps = r * r;
        this.elements = window * window;
        this.across = Math.ceilDiv(window, r);
        this.parts = across * across;
        this.filter = filter;
        this.mostChannels = mostChannels;
        this.alpha = m + r - 1;
        this.products = alpha * alpha;
        // An odd number of pixels before the first window, alpha in all, and what ends the last window.
        int side = (alpha / 2 + 1) * 2;
        int row = side * Lanes.COUNT;
        this.patch = new Layout(Element.ALIGNMENT_OFFSET + (products + m * m) * Lanes.COUNT,
                side * row, 1, row, Lanes.COUNT);
    }

    /** {@return whether there are tiles for windows of some rows and a stride, and sums over so many channels} */
    static boolean exist(int window, int stride, int channels) {
        return Arrays.stream(values())
                .anyMatch(tile -> tile.computes(window, stride) && tile.sums(channels));
    }

    boolean computes(int rows, int step) {
        return window == rows && stride == step;
    }

    /** {@return whether a transform of so many channels is as exact as others} */
    boolean sums(int channels) {
        return channels <= mostChannels;
    }

    /**
     * {@return what a pass over some tiles costs, as a count of multiply-adds, so that shapes alone decide}
     *
     * @param tiles of a batch
     * @param channels of the inputs
     */
    long cost(long tiles, int channels, int outputs) {
        long filters = (long) channels * outputs;
        return tiles * (parts * products * filters
                + (alpha - 2) * (alpha - 2) * PIXEL * (parts * channels + outputs))
                + filter * filters;
    }

    /** {@return where in packed filters a tap of the window is}: part after part */
    int place(int tap) {
        int row = tap / window;
        int column = tap % window;
        return stride == 1
                ? (row / r * across + column / r) * taps + row % r * r + column % r
                : (row % stride * across + column % stride) * taps + row / stride * r
                        + column / stride;
    }

    /** {@return the row or column of the window that one of a part is} */
    int along(int part, int i) {
        return stride == 1 ? part * r + i : i * stride + part;
    }

    /** {@return how a transform is called between products and some outputs or taps} */
    private int size(int values) {
        return 10 * alpha + values;
    }

    /** {@return its outputs in words, as {@code 8x8}} */
    String size() {
        return m + "x" + m;
    }

    /** {@return its name in words} */
    String info() {
        return "Winograd F(" + size() + "," + r + "x" + r + ")"
                + (parts == 1 ? "" : " of " + parts + " parts");
    }

    /** {@return the product of point 1 twice, which of a gradient is the sum of the tile} */
    int sum() {
        return alpha + 1;
    }

    /** {@return doubles that every transform needs to work in} */
    int scratch() {
        return patch.origin() + patch.sample();
    }

    /**
     * {@code B^T d B} of one tile, all channels: product e of channel c goes to
     * {@code at + e * plane + c}.
     *
     * @param x position of the tile's first pixel; channels are adjacent
     * @param maps layout of {@code from}
     */
    void input(double[] from, int x, Layout maps, int channels, Products to, int at,
            double[] work) {
        for (int c = 0; c < channels; c += L) {
            WinogradTransforms.input(alpha, alpha, from, x + c, maps.row(), maps.column(), work,
                    Element.ALIGNMENT_OFFSET, alpha * L, L);
            WinogradTransforms.input(alpha, alpha, work, Element.ALIGNMENT_OFFSET, L, alpha * L,
                    to.values(), at + c, to.plane(), alpha * to.plane());
        }
    }

    /**
     * {@code A^T m A} of one tile, a vector of channels: output (i, j) goes to
     * {@code work[outputs() + (i * m + j) * L]}.
     *
     * @param from read; product e is at {@code x + e * plane}
     */
    void output(double[] from, int x, int plane, double[] work) {
        WinogradTransforms.output(size(m), alpha, from, x, alpha * plane, plane, work,
                Element.ALIGNMENT_OFFSET,
                alpha * L, L);
        WinogradTransforms.output(size(m), m, work, Element.ALIGNMENT_OFFSET, L, alpha * L, work,
                outputs(), L, m * L);
    }

    /** {@return where {@link #output} writes} */
    int outputs() {
        return Element.ALIGNMENT_OFFSET + products * L;
    }

    /**
     * {@code G g} of some vectors of filters: row i of column j goes to
     * {@code to[at + (r * i + j) * plane]}, vector after vector.
     *
     * @param vectors how many, which follow one another
     * @param from read: r by r taps
     */
    void filterColumns(int vectors, double[] from, int x, int tap, double[] to, int at,
            int plane) {
        for (int v = 0; v < vectors; v += VECTORS) {
            for (int j = 0; j < r; j++) {
                WinogradTransforms.filter(size(r), Math.min(VECTORS, vectors - v), from,
                        x + j * tap + v * L, r * tap, L,
                        to, at + j * plane + v * L, r * plane, L);
            }
        }
    }

    /**
     * A row of {@code (G g) G^T} of some vectors of filters: product j goes to
     * {@code to[at + j * pitch]}, vector after vector.
     *
     * @param vectors how many, which follow one another
     * @param from read: the row's r columns
     */
    void filterRow(int vectors, double[] from, int x, int plane, double[] to, int at, int pitch) {
        for (int v = 0; v < vectors; v += VECTORS) {
            WinogradTransforms.filter(size(r), Math.min(VECTORS, vectors - v), from, x + v * L,
                    plane, L,
                    to, at + v * L,
                    pitch, L);
        }
    }

    /**
     * {@code A y A^T} of one tile of an output's gradient, some channels: product e of channel k
     * goes to {@code at + e * plane + k}.
     *
     * @param x position of the tile's first pixel; channels are adjacent
     * @param maps layout of {@code from}
     */
    void outputGradient(double[] from, int x, Layout maps, int channels, Products to, int at,
            double[] work) {
        for (int c = 0; c < channels; c += L) {
            WinogradTransforms.outputGradient(size(m), m, from, x + c, maps.row(), maps.column(),
                    work,
                    Element.ALIGNMENT_OFFSET, m * L, L);
            WinogradTransforms.outputGradient(size(m), alpha, work, Element.ALIGNMENT_OFFSET, L,
                    m * L,
                    to.values(), at + c, to.plane(), alpha * to.plane());
        }
    }

    /**
     * {@code u G} of a row of some vectors of sums: tap j goes to {@code to[at + j * plane]},
     * vector after vector.
     *
     * @param vectors how many, which follow one another
     * @param from read: the row's products
     */
    void tapRow(int vectors, double[] from, int x, int pitch, double[] to, int at, int plane) {
        for (int v = 0; v < vectors; v += VECTORS) {
            WinogradTransforms.filterGradient(size(r), Math.min(VECTORS, vectors - v), from,
                    x + v * L,
                    pitch, L, to, at + v * L,
                    plane, L);
        }
    }

    /**
     * {@code G^T (u G)} of some vectors of sums: tap (i, j) goes to
     * {@code to[at + (r * i + j) * tap]}, vector after vector.
     *
     * @param vectors how many, which follow one another
     * @param from read: all rows' taps, tap j of row i at {@code x + (r * i + j) * plane}
     */
    void tapColumns(int vectors, double[] from, int x, int plane, double[] to, int at, int tap) {
        for (int v = 0; v < vectors; v += VECTORS) {
            for (int j = 0; j < r; j++) {
                WinogradTransforms.filterGradient(size(r), Math.min(VECTORS, vectors - v), from,
                        x + j * plane + v * L, r * plane,
                        L, to, at + j * tap + v * L, r * tap, L);
            }
        }
    }
}
