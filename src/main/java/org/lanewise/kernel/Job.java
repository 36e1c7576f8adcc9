package org.lanewise.kernel;

/**
 * A part of a pass, cut into blocks that depend on its shapes alone: the bits do not depend on
 * which thread computes which block, nor on the order.
 *
 * <p>Blocks of one job write different elements and may run at once; the jobs of a pass run one
 * after another.
 */
public interface Job {
    /**
     * {@return the number of blocks}
     *
     * @param samples samples of the batch
     */
    int pieces(int samples);

    /**
     * Computes one block.
     *
     * @param piece from 0
     * @param thread from 0; no two threads that run at once have the same
     * @param samples samples of the batch
     */
    void run(int piece, int thread, int samples);

    /** Returns the number of blocks. */
    @FunctionalInterface
    interface Pieces {
        /**
         * {@return how many}
         *
         * @param samples samples of the batch
         */
        int count(int samples);
    }

    /** Computes a block. */
    @FunctionalInterface
    interface Piece {
        /**
         * Computes one.
         *
         * @param piece from 0
         * @param thread from 0; no two threads that run at once have the same
         * @param samples samples of the batch
         */
        void run(int piece, int thread, int samples);
    }

    /**
     * A job of two functions: the one class of all jobs that hold nothing else.
     *
     * @param pieces the number of blocks
     * @param body what computes a block
     */
    record Cut(Pieces pieces, Piece body) implements Job {
        @Override
        public int pieces(int samples) {
            return pieces.count(samples);
        }

        @Override
        public void run(int piece, int thread, int samples) {
            body.run(piece, thread, samples);
        }
    }

    /**
     * {@return a job of two functions}
     *
     * @param pieces the number of blocks
     * @param body what computes a block
     */
    static Job of(Pieces pieces, Piece body) {
        return new Cut(pieces, body);
    }

    /** Computes some samples, or some of what else there are several of. */
    @FunctionalInterface
    interface Range {
        /**
         * Computes a range.
         *
         * @param from the first
         * @param to end, exclusive
         */
        void run(int from, int to);
    }

    /**
     * {@return a job over samples, in blocks of some}
     *
     * @param each samples of one block
     * @param range what computes some samples
     */
    static Job samples(int each, Range range) {
        return new Job() {
            @Override
            public int pieces(int samples) {
                return Math.ceilDiv(samples, each);
            }

            @Override
            public void run(int piece, int thread, int samples) {
                range.run(piece * each, Math.min(samples, (piece + 1) * each));
            }
        };
    }

    /**
     * {@return a job over something that does not depend on the samples, in blocks of some}
     *
     * @param count how many there are
     * @param each how many one block takes
     * @param range what computes some
     */
    static Job range(int count, int each, Range range) {
        return new Job() {
            @Override
            public int pieces(int samples) {
                return Math.ceilDiv(count, each);
            }

            @Override
            public void run(int piece, int thread, int samples) {
                range.run(piece * each, Math.min(count, (piece + 1) * each));
            }
        };
    }

    /** Computes one of several outputs from all samples. */
    @FunctionalInterface
    interface Output {
        /**
         * Computes one.
         *
         * @param output which
         * @param samples samples of the batch
         */
        void run(int output, int samples);
    }

    /**
     * {@return a job that computes each of several outputs from all samples}
     *
     * @param count how many there are
     * @param output what computes one
     */
    static Job outputs(int count, Output output) {
        return new Job() {
            @Override
            public int pieces(int samples) {
                return count;
            }

            @Override
            public void run(int piece, int thread, int samples) {
                output.run(piece, samples);
            }
        };
    }

    /** Computes some chunks in a thread. */
    @FunctionalInterface
    interface Chunks {
        /**
         * Computes chunks, counted through all samples.
         *
         * @param from the first
         * @param to end, exclusive
         * @param thread from 0; no two threads that run at once have the same
         */
        void run(int from, int to, int thread);
    }

    /**
     * {@return a job over chunks of every sample's rows, in blocks of some}
     *
     * @param chunks chunks of one sample
     * @param each chunks of one block
     * @param body what computes some chunks
     */
    static Job chunks(int chunks, int each, Chunks body) {
        return of(samples -> Math.ceilDiv(samples * chunks, each),
                (piece, thread, samples) -> body.run(piece * each,
                        Math.min(samples * chunks, (piece + 1) * each), thread));
    }
}
