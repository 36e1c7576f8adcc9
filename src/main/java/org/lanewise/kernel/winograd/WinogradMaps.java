package org.lanewise.kernel.winograd;

import java.util.Arrays;
import org.lanewise.kernel.FusedMaxPool;
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
 * @param srcPool the max pooling of whose outputs there are gradients in place of inputs; null for none
 * @param dstPool the max pooling whose outputs, or gradients by them, are there in place of outputs; null for
 *        none
 * @param srcTile {@code src} from one pixel of a tile to the next
 * @param dstTile the same of {@code dst}
 */
record WinogradMaps(WinogradTiles tiles, int top, int left, Layout src, Layout dst,
        FusedMaxPool srcPool, FusedMaxPool dstPool, Layout srcTile, Layout dstTile) {
    private static final int L = Lanes.COUNT;

    /** Adds how the pixels of a tile follow one another. */
    WinogradMaps(WinogradTiles tiles, int top, int left, Layout src, Layout dst,
            FusedMaxPool srcPool, FusedMaxPool dstPool) {
        this(tiles, top, left, src, dst, srcPool, dstPool, tiles.within(src, tiles.gather()),
                tiles.within(dst, tiles.scatter()));
    }

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
        WinogradTile tile = tiles.tile();
        if (srcPool == null && tiles.sources() == 1) {
            tile.input(from,
                    src.at(tiles.sample(t), channel, tiles.row(t) - top, tiles.column(t) - left),
                    srcTile, count, to, at, work);
            return;
        }
        if (srcPool == null) {
            parts(from, t, channel, count, to, at, work);
            return;
        }
        for (int c = 0; c < count; c += L) {
            int x = spread(true, from, t, channel + c, work);
            tile.input(work, x, tile.patch, L, to, at + c, work);
        }
    }

    /** The same where a window has parts: a pixel has as many elements as there are channels, and those of the next part follow. */
    private void parts(double[] from, int t, int channel, int count, Products to, int at,
            double[] work) {
        WinogradTile tile = tiles.tile();
        int pixel = src.at(tiles.sample(t), 0, tiles.row(t) * tiles.gather() - top,
                tiles.column(t) * tiles.gather() - left);
        int part = tile.along(1, 0);
        int end;
        for (int c = 0; c < count; c = end) {
            int index = (channel + c) / src.column();
            int first = (channel + c) % src.column();
            end = Math.min(count, c + src.column() - first);
            int row = index / tile.across * part * tiles.dh();
            int column = index % tile.across * part * tiles.dw();
            tile.input(from, pixel + first + row * src.row() + column * src.column(), srcTile,
                    end - c, to, at + c, work);
        }
    }

    /** Transforms some channels of the gradient by a tile's outputs. */
    void gradient(double[] from, int t, LaneBlocks.Block block, Products to, int at,
            double[] work) {
        WinogradTile tile = tiles.tile();
        if (dstPool == null) {
            tile.outputGradient(from,
                    dst.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t)), dstTile,
                    block.lanes(), to, at, work);
            return;
        }
        for (int k = 0; k < block.lanes(); k += L) {
            int x = spread(false, from, t, block.first() + k, work);
            tile.outputGradient(work, x, tile.patch, L, to, at + k, work);
        }
    }

    /**
     * Makes the gradient with respect to a vector of channels of a tile's pixels out of that of a max pooling.
     *
     * @param read whether of the pixels that the tile reads, and not of its outputs
     * @return where the first pixel is in {@code work}, in the layout of a patch
     */
    private int spread(boolean read, double[] gradients, int t, int channel, double[] work) {
        WinogradTile tile = tiles.tile();
        Layout patch = tile.patch;
        Layout maps = read ? src : dst;
        FusedMaxPool pool = read ? srcPool : dstPool;
        int n = tiles.sample(t);
        int row = tiles.row(t) - (read ? top : 0);
        int column = tiles.column(t) - (read ? left : 0);
        int side = read ? tile.alpha : tile.m;
        int firstRow = Math.floorDiv(row, 2);
        int firstColumn = Math.floorDiv(column, 2);
        int fromRow = Math.max(0, firstRow);
        int fromColumn = Math.max(0, firstColumn);
        int endRow = Math.ceilDiv(row + side, 2);
        int endColumn = Math.ceilDiv(column + side, 2);
        int toRow = Math.min(pool.h(), endRow);
        int toColumn = Math.min(pool.w(), endColumn);
        if (fromRow > firstRow || fromColumn > firstColumn || toRow < endRow
                || toColumn < endColumn) {
            Arrays.fill(work, patch.origin(), patch.origin() + patch.sample(), 0.0);
        }
        PooledTile.spread(gradients, maps.at(n, channel, fromRow, fromColumn),
                maps.row(), maps.column(), pool.largest(),
                pool.at(n, fromRow, fromColumn) + channel / PooledTile.GROUP, pool.row(),
                pool.groups(), toRow - fromRow, toColumn - fromColumn, work,
                patch.at(0, 0, 2 * (fromRow - firstRow), 2 * (fromColumn - firstColumn)),
                patch.row() / L);
        return patch.at(0, 0, row - 2 * firstRow, column - 2 * firstColumn);
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
        if (dstPool != null) {
            pooled(sums, x, block, t, target, work);
            return;
        }
        if (tiles.phases() != null) {
            phases(sums, x, block, t, target, work);
            return;
        }
        int down = Math.min(tile.m, tiles.rowsLeft(t));
        int across = Math.min(tile.m, tiles.columnsLeft(t));
        int pixel = dst.at(tiles.sample(t), block.first(), tiles.row(t), tiles.column(t));
        for (int k = 0; k < block.lanes(); k += L) {
            // A pixel has as many elements as there are outputs.
            int valid = Math.min(L, dst.column() - block.first() - k);
            tile.output(sums.values(), x + k, sums.plane(), work);
            if (target.reluMask() == null) {
                Sums.storeTile(work, tile.outputs(), tile.m, down, across, valid, target.bias(),
                        block.first() + k, target.floor(), target.to(), pixel + k, dstTile.row(),
                        dstTile.column());
            } else {
                Sums.storeTileWhereAboveZero(work, tile.outputs(), tile.m, down, across, valid,
                        target.reluMask(), target.to(), pixel + k, dstTile.row(),
                        dstTile.column());
            }
        }
    }

    /** The same where outputs are those of the parts of a strided window, one after another: every second pixel. */
    private void phases(Products sums, int x, LaneBlocks.Block block, int t, Target target,
            double[] work) {
        WinogradTile tile = tiles.tile();
        int step = tile.stride;
        for (int k = 0; k < block.lanes(); k += L) {
            int part = (block.first() + k) / dst.column();
            int channel = (block.first() + k) % dst.column();
            if (part == tile.parts) {
                return;
            }
            int row = tiles.row(t) * step + part / tile.across - tiles.phases().top();
            int column = tiles.column(t) * step + part % tile.across - tiles.phases().left();
            int above = row < 0 ? 1 : 0;
            int before = column < 0 ? 1 : 0;
            int down = Math.clamp(Math.ceilDiv(tiles.h() - row, step), above, tile.m) - above;
            int across = Math.clamp(Math.ceilDiv(tiles.w() - column, step), before, tile.m)
                    - before;
            int valid = Math.min(L, dst.column() - channel);
            int from = tile.outputs() + (above * tile.m + before) * L;
            int to = dst.at(tiles.sample(t), channel, row + above * step, column + before * step);
            tile.output(sums.values(), x + k, sums.plane(), work);
            if (target.reluMask() == null) {
                Sums.storeTile(work, from, tile.m, down, across, valid, target.bias(), channel,
                        target.floor(), target.to(), to, dstTile.row(), dstTile.column());
            } else {
                Sums.storeTileWhereAboveZero(work, from, tile.m, down, across, valid,
                        target.reluMask(), target.to(), to, dstTile.row(), dstTile.column());
            }
        }
    }

    private void pooled(Products sums, int x, LaneBlocks.Block block, int t, Target target,
            double[] work) {
        WinogradTile tile = tiles.tile();
        int row = tiles.row(t) / 2;
        int column = tiles.column(t) / 2;
        int windows = Math.ceilDiv(tile.m, 2);
        int output = dst.at(tiles.sample(t), block.first(), row, column);
        int bits = dstPool.at(tiles.sample(t), row, column) + block.first() / PooledTile.GROUP;
        for (int k = 0; k < block.lanes(); k += L) {
            tile.output(sums.values(), x + k, sums.plane(), work);
            PooledTile.store(work, tile.outputs(), tile.m, Math.min(windows, dstPool.h() - row),
                    Math.min(windows, dstPool.w() - column), target.bias(), block.first() + k,
                    target.floor(), target.to(), output + k, dst.row(), dst.column(),
                    dstPool.largest(), bits + k / PooledTile.GROUP, dstPool.row(),
                    dstPool.groups());
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
            sum += srcPool != null
                    ? pooledAhead(from, src, srcPool, t, neighbours)
                    : ahead(from, tiles.gather() == 1 ? srcTile : src,
                            src.at(tiles.sample(t), 0, tiles.row(t) * tiles.gather() - top,
                                    tiles.column(t) * tiles.gather() - left),
                            tiles.reads(1), tiles.reads(neighbours));
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
            sum += dstPool != null
                    ? pooledAhead(from, dst, dstPool, t, neighbours)
                    : writtenAhead(from, t, neighbours * tiles.tile().m);
        }
        return sum;
    }

    private double writtenAhead(double[] from, int t, int columns) {
        int m = tiles.tile().m;
        if (tiles.phases() == null) {
            return ahead(from, dstTile,
                    dst.at(tiles.sample(t), 0, tiles.row(t), tiles.column(t)),
                    Math.min(m, tiles.rowsLeft(t)), Math.min(columns, tiles.columnsLeft(t)));
        }
        int step = tiles.scatter();
        int row = Math.max(0, tiles.row(t) * step - tiles.phases().top());
        int column = Math.max(0, tiles.column(t) * step - tiles.phases().left());
        return ahead(from, dst, dst.at(tiles.sample(t), 0, row, column),
                Math.min(m * step, tiles.h() - row),
                Math.min(columns * step, tiles.w() - column));
    }

    /** Tiles from one on that are adjacent. */
    private int neighbours(int t, int last) {
        return Math.min(last - t, tiles.neighbours(t));
    }

    /** Windows that begin in some tiles: what others read of them comes with those. */
    private double pooledAhead(double[] from, Layout layout, FusedMaxPool pool, int t,
            int neighbours) {
        int m = tiles.tile().m;
        int row = Math.ceilDiv(tiles.row(t), 2);
        int column = Math.ceilDiv(tiles.column(t), 2);
        return ahead(from, layout, layout.at(tiles.sample(t), 0, row, column),
                Math.min(Math.ceilDiv(m, 2), pool.h() - row),
                Math.clamp(pool.w() - column, 0, Math.ceilDiv(neighbours * m, 2)));
    }

    private double ahead(double[] from, Layout layout, int pixel, int rows, int columns) {
        double sum = 0.0;
        for (int i = 0; i < rows; i++) {
            int x = pixel + i * layout.row();
            if (tiles.dw() == 1) {
                sum += Prefetch.read(from, x, x + columns * layout.column());
                continue;
            }
            for (int j = 0; j < columns; j++) {
                int p = x + j * layout.column();
                sum += Prefetch.read(from, p, p + layout.column() / tiles.dw());
            }
        }
        return sum;
    }
}
