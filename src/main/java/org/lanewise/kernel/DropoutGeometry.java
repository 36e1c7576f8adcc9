package org.lanewise.kernel;

/**
 * Maps from which elements are dropped, and which are.
 *
 * <p>Elements of a sample are counted in the order NHWC, whatever their layout. 32 of them are a group: eight
 * blocks of random numbers, of which element e takes word {@code e / 8 % 4} of block {@code e / 32 * 8 + e % 8}.
 * The mask of a group is an int, whose lowest bit is that of its first element: 1 where it is kept.
 *
 * @param c channels
 * @param h rows
 * @param w columns
 * @param layout of inputs, outputs and their gradients
 * @param node position of the layer in its network
 * @param p share of elements that are dropped
 */
public record DropoutGeometry(int c, int h, int w, Layout layout, int node, double p) {
    /** Blocks of random numbers of a group. */
    public static final int BLOCKS = 8;
    /** Words of a block. */
    public static final int WORDS = 4;

    /** {@return groups of a sample, the last of which may have fewer elements} */
    public int groups() {
        return Math.ceilDiv(c * h * w, Integer.SIZE);
    }

    /** {@return ints of a sample's mask: after the groups, room for a block of random numbers} */
    public int stride() {
        return groups() + WORDS;
    }

    /** {@return the least word, unsigned, of an element that is kept} */
    public long threshold() {
        return (long) Math.ceil(p * 0x1p32);
    }

    /** {@return what an element that is kept is multiplied by} */
    public double factor() {
        return 1.0 / (1.0 - p);
    }
}
