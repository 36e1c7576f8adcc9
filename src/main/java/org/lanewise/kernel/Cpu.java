package org.lanewise.kernel;

/**
 * What arrays are cut for, in bytes, so that elements of any size fit.
 *
 * <p>These are constants of common processors, not of the one at hand, so that a plan is the same on every machine.
 * No sum of a direct kernel depends on them.
 */
public final class Cpu {
    /** A cache line. */
    public static final int LINE = 64;

    /** What precedes the elements of an array in memory. */
    public static final int ARRAY_HEADER = 16;

    /** The part of L1 for lines that are transposed and then read by all tiles. */
    public static final int L1_LINES = 16 << 10;

    /** The part of L2 for what one task reads again and again. */
    public static final int L2_TASK = 512 << 10;

    /** The part of L2 for a panel that a whole batch is multiplied by: the batch has to fit as well. */
    public static final int L2_PANEL = 256 << 10;

    /** What a task of products and their sums may fill, which is worth more than L2 holds. */
    public static final int PRODUCTS = 1536 << 10;

    /** What may be read again for every block of tiles: a part of L3. */
    public static final int L3_FILTERS = 4 << 20;

    /** What each pair of threads transforms before it reads it: a part of L3. */
    public static final int L3_INPUTS = 8 << 20;

    private Cpu() {}

    /**
     * {@return elements before the first of arrays that vectors read: with the array's header they fill a cache line,
     * so that no vector straddles two in an array that is aligned to one, as large arrays are}
     *
     * @param bytes of an element
     */
    public static int alignmentOffset(int bytes) {
        return (LINE - ARRAY_HEADER) / bytes;
    }

    /**
     * {@return elements after the last: a vector or a tile that begins at the last element may read as far}
     *
     * @param bytes of an element
     */
    public static int tailPadding(int bytes) {
        return 5 * LINE / bytes;
    }
}
