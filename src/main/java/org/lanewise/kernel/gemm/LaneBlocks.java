package org.lanewise.kernel.gemm;

import java.util.ArrayList;
import java.util.List;

/**
 * How the lanes of a row are cut into blocks that a tile can hold.
 *
 * @param lanes elements of a row: whole vectors
 * @param blocks from the first lane to the last; an array, for walking a list would allocate
 */
public record LaneBlocks(int lanes, Block[] blocks) {
    /** Vectors that are computed together: from lane {@code first} on. */
    public record Block(int first, int vectors) {
        public int lanes() {
            return vectors * Lanes.COUNT;
        }

        /** How many of these lanes are outputs; the rest fills the last vector. */
        public int valid(int outputs) {
            return Math.min(lanes(), outputs - first);
        }
    }

    /** Most lanes of a block. */
    public int widest() {
        int most = 0;
        for (Block block : blocks) {
            most = Math.max(most, block.lanes());
        }
        return most;
    }

    /**
     * Whether each block should pack its own weights, so that they stay in L2: the maps, which
     * every block reads, are small compared with the weights.
     */
    public static boolean panelsPay(long elements, long weights) {
        return 2 * elements < weights;
    }

    /** Cuts the lanes that hold some outputs; a block of one vector is avoided, for it is slow. */
    public static LaneBlocks of(int outputs) {
        return cut(outputs, Lanes.MANY_REGISTERS ? 4 : 2, true);
    }

    /** The same for {@link MicroKernels#indirectGemm}, which has no tile of three vectors. */
    public static LaneBlocks ofOffsets(int outputs) {
        return cut(outputs, Lanes.MANY_REGISTERS ? 4 : 2, false);
    }

    /** The same for {@link MicroKernels#pixelReduction}: blocks of two vectors. */
    public static LaneBlocks ofPixels(int outputs) {
        return cut(outputs, 2, false);
    }

    /** Cuts lanes into blocks of 4, 2 and 1 vectors, the widest given, and of 3 if allowed. */
    public static LaneBlocks cut(int outputs, int widest, boolean threes) {
        int lanes = Lanes.roundUp(outputs);
        List<Block> blocks = new ArrayList<>();
        int left = lanes / Lanes.COUNT;
        while (left > 0) {
            int vectors = Math.min(left, widest);
            if (widest == 4) {
                if (left == 5) {
                    vectors = threes ? 3 : 4;
                } else if (left == 3 && !threes) {
                    vectors = 2;
                }
            }
            blocks.add(new Block(lanes - left * Lanes.COUNT, vectors));
            left -= vectors;
        }
        return new LaneBlocks(lanes, blocks.toArray(Block[]::new));
    }

    /**
     * {@return the blocks in panels of neighbours}
     *
     * @param most lanes of a panel, more than of any block
     */
    public List<List<Block>> panels(int most) {
        List<List<Block>> panels = new ArrayList<>();
        for (Block block : blocks) {
            if (panels.isEmpty()
                    || block.first() + block.lanes() - panels.getLast().getFirst().first() > most) {
                panels.add(new ArrayList<>());
            }
            panels.getLast().add(block);
        }
        return panels;
    }
}
