package org.lanewise.kernel;

/**
 * A job over blocks of lanes, for all samples: a piece packs the weights of its block and is the only
 * one to read them, so that they never leave the second cache.
 *
 * @param blocks how many there are, of all groups
 * @param body what computes a block
 */
record BlockJob(int blocks, Body body) implements Job {
    /** Computes a block in a thread. */
    @FunctionalInterface
    interface Body {
        void run(int block, int thread, int samples);
    }

    /** Whether the maps, which every block reads, are small beside the weights. */
    static boolean pays(long elements, long weights) {
        return 2 * elements < weights;
    }

    @Override
    public int pieces(int samples) {
        return blocks;
    }

    @Override
    public void run(int piece, int thread, int samples) {
        body.run(piece, thread, samples);
    }
}
