package org.lanewise.kernel.winograd;

import org.lanewise.kernel.Layout;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Prefetch;
import org.lanewise.kernel.gemm.Sums;

/**
 * The positions of inputs, and of outputs or their gradients, in a pass by Winograd's tiles.
 *
 * @param tiles of the outputs
 * @param top rows between the first output and the first input that it reads
 * @param left the same for columns
 * @param src layout of the inputs
 * @param dst layout of outputs and their gradients
 */
record WinogradMaps(WinogradTiles tiles, int top, int left, Layout src, Layout dst) {
    /**
     * What is done to outputs.
     *
     * @param bias read; added, from the first output channel on, where no mask is applied
     * @param floor outputs up to this are written as 0; NaN for none
     * @param reluMask null, or outputs are 0 where it is not above 0
     * @param to overwritten
     */
    record Target(double[] bias, double floor, double[] reluMask, double[] to) {}

    /** Transforms some channels of the inputs of a tile. */
    void input(double[] from, int t, int channel, int count, Products to, int at,
            double[] work) {
        tiles.tile().input(from,
                src.at(tiles.sample(t), channel, tiles.row(t) - top, tiles.column(t) - left), src,
                count, to, at, work);
    }

    /** Transforms some channels of the gradient by a tile's outputs. */
    void gradient(double[] from, int t, LaneBlocks.Block block, Products to, int at,
            double[] work) {
        tiles.tile().outputGradient(from,
                dst.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t)), dst,
                block.lanes(), to, at, work);
    }

    /**
     * Transforms the products of a tile and some channels, and writes the outputs that lie within
     * the map.
     *
     * @param target where outputs go and what is done to them
     */
    void output(Products sums, int x, LaneBlocks.Block block, int t, Target target,
            double[] work) {
        WinogradTile tile = tiles.tile();
        int down = Math.min(tile.m, tiles.h() - tiles.row(t));
        int across = Math.min(tile.m, tiles.w() - tiles.column(t));
        int pixel = dst.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t));
        for (int k = 0; k < block.lanes(); k += Lanes.COUNT) {
            tile.output(sums.values(), x + k, sums.plane(), work);
            if (target.reluMask() == null) {
                Sums.storeTile(work, tile.outputs(), tile.m, down, across, target.bias(),
                        block.first() + k, target.floor(), target.to(), pixel + k, dst.row(),
                        dst.column());
            } else {
                Sums.storeTileWhereAboveZero(work, tile.outputs(), tile.m, down, across,
                        target.reluMask(), target.to(), pixel + k, dst.row(), dst.column());
            }
        }
    }

    /**
     * Prefetches the inputs of some tiles in the order of memory: tiles access pixels and rows in a
     * pattern that defeats the hardware prefetcher.
     *
     * @return a sum of what was read, for the compiler to keep
     */
    double inputsAhead(double[] from, int first, int last) {
        double sum = 0.0;
        int neighbours;
        for (int t = first; t < last; t += neighbours) {
            neighbours = neighbours(t, last);
            sum += ahead(from, src,
                    src.at(tiles.sample(t), 0, tiles.row(t) - top, tiles.column(t) - left),
                    tiles.tile().alpha, neighbours * tiles.tile().m + 2);
        }
        return sum;
    }

    /**
     * The same for what some tiles write, or read of the outputs' gradient: a line that is written
     * has to come from memory too.
     *
     * @return a sum of what was read, for the compiler to keep
     */
    double outputsAhead(double[] from, int first, int last) {
        double sum = 0.0;
        int neighbours;
        for (int t = first; t < last; t += neighbours) {
            neighbours = neighbours(t, last);
            sum += ahead(from, dst,
                    dst.at(tiles.sample(t), 0, tiles.row(t), tiles.column(t)),
                    Math.min(tiles.tile().m, tiles.h() - tiles.row(t)),
                    Math.min(neighbours * tiles.tile().m, tiles.w() - tiles.column(t)));
        }
        return sum;
    }

    /** Tiles from one on that are adjacent. */
    private int neighbours(int t, int last) {
        return Math.min(last - t, tiles.across() - tiles.column(t) / tiles.tile().m);
    }

    private static double ahead(double[] from, Layout layout, int pixel, int rows, int columns) {
        double sum = 0.0;
        for (int i = 0; i < rows; i++) {
            int x = pixel + i * layout.row();
            sum += Prefetch.read(from, x, x + columns * layout.column());
        }
        return sum;
    }
}
