package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * How the lanes of a row are cut into blocks that a tile can hold.
 *
 * @param lanes elements of a row: whole vectors
 * @param blocks from the first lane to the last; an array, for walking a list would allocate
 */
record LaneBlocks(int lanes, Block[] blocks) {
    /** Vectors that are computed together: from lane {@code first} on. */
    record Block(int first, int vectors) {
        int lanes() {
            return vectors * ProductVector.L;
        }
    }

    /** Cuts the lanes that hold some outputs; a block of one vector is avoided, for it is slow. */
    static LaneBlocks of(int outputs) {
        int lanes = Lanes.roundUp(outputs);
        List<Block> blocks = new ArrayList<>();
        int left = lanes / ProductVector.L;
        while (left > 0) {
            int vectors = left == 4 ? 2 : Math.min(left, ProductVector.WIDEST);
            blocks.add(new Block(lanes - left * ProductVector.L, vectors));
            left -= vectors;
        }
        return new LaneBlocks(lanes, blocks.toArray(Block[]::new));
    }
}
