package org.lanewise.kernel;

/**
 * A job over chunks of every sample's rows.
 *
 * @param chunks chunks of one sample
 * @param each chunks of one piece
 * @param body what computes some chunks, counted through all samples
 */
record ChunkJob(int chunks, int each, Body body) implements Job {
    /** Computes some chunks in a thread. */
    @FunctionalInterface
    interface Body {
        void run(int from, int to, int thread);
    }

    @Override
    public int pieces(int samples) {
        return Math.ceilDiv(samples * chunks, each);
    }

    @Override
    public void run(int piece, int thread, int samples) {
        body.run(piece * each, Math.min(samples * chunks, (piece + 1) * each), thread);
    }
}
