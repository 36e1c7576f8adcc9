package org.lanewise.random;

/**
 * Philox 4x32-10 (Salmon and others 2011, "Parallel random numbers: as easy as 1, 2, 3"): four random words of
 * each counter, under a key.
 *
 * <p>A key is a seed and a stream. A counter is four words: the step or epoch, the node or stage, the sample,
 * and the number of the block for that sample.
 */
public final class Philox {
    /** The stream of dropout masks. */
    public static final int DROPOUT = 0;
    /** The stream of flips. */
    public static final int FLIP = 1;
    /** The stream of crops. */
    public static final int CROP = 2;
    /** The stream of cutouts. */
    public static final int CUTOUT = 3;
    /** The stream of changes of colour. */
    public static final int COLOR_JITTER = 4;
    /** The stream of the orders of shards. */
    public static final int SHARD_ORDER = 5;

    /** How often a counter is mixed. */
    public static final int ROUNDS = 10;
    /** Factor of the first word of a counter. */
    public static final long FACTOR_0 = 0xD2511F53L;
    /** Factor of the third word. */
    public static final long FACTOR_1 = 0xCD9E8D57L;
    /** What is added to the first word of the key after each round: the golden ratio. */
    public static final int WEYL_0 = 0x9E3779B9;
    /** What is added to the second word: the root of 3, less 1. */
    public static final int WEYL_1 = 0xBB67AE85;

    private static final long WORD = 0xFFFFFFFFL;

    private Philox() {}

    /**
     * {@return a key}
     *
     * @param seed the lower 32 bits count
     * @param stream what the numbers are for, such as {@link #DROPOUT}
     */
    public static long key(long seed, int stream) {
        return (long) stream << Integer.SIZE | seed & WORD;
    }

    /**
     * Computes the four words of a counter.
     *
     * @param key seed and stream
     * @param step first word of the counter: step or epoch
     * @param node second word: position of a layer, or stage
     * @param sample third word: index of a sample
     * @param block fourth word: index of a block for this sample
     * @param words four of them are overwritten
     * @param at index of the first
     */
    public static void block(long key, int step, int node, int sample, int block, int[] words,
            int at) {
        int key0 = (int) key;
        int key1 = (int) (key >>> Integer.SIZE);
        int a = step;
        int b = node;
        int c = sample;
        int d = block;
        for (int round = 0; round < ROUNDS; round++) {
            long first = (a & WORD) * FACTOR_0;
            long second = (c & WORD) * FACTOR_1;
            a = (int) (second >>> Integer.SIZE) ^ b ^ key0;
            b = (int) second;
            c = (int) (first >>> Integer.SIZE) ^ d ^ key1;
            d = (int) first;
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
        words[at] = a;
        words[at + 1] = b;
        words[at + 2] = c;
        words[at + 3] = d;
    }

    /**
     * {@return a number from 0 to below 1}
     *
     * @param word random bits
     */
    public static double uniform(int word) {
        return (word & WORD) * 0x1p-32;
    }

    /**
     * {@return a whole number from 0 to below a bound, each as likely but for one part in 2^32}
     *
     * @param word random bits
     * @param bound above 0
     */
    public static int below(int word, int bound) {
        return (int) ((word & WORD) * bound >>> Integer.SIZE);
    }
}
