package org.lanewise.kernel;

import java.util.function.IntUnaryOperator;

/**
 * A part of a pass: a range that is cut into blocks such that the bits are the same whichever thread computes which
 * block, in what order, and however many threads there are.
 *
 * <p>Blocks of one task write different elements and may run at once; the tasks of a pass run one
 * after another.
 */
public final class Task {
    /** Computes a part of a range. */
    @FunctionalInterface
    public interface Range {
        /** Computes a part. */
        void run(int from, int to);
    }

    /** Computes a part of a range with the memory of a thread, or by the size of the batch. */
    @FunctionalInterface
    public interface Body {
        /** Computes a part. */
        void run(int from, int to, int thread, int samples);
    }

    private final IntUnaryOperator total;
    private final int grain;
    private final Range range;
    private final Body body;

    private Task(IntUnaryOperator total, int grain, Range range, Body body) {
        this.total = total;
        this.grain = grain;
        this.range = range;
        this.body = body;
    }

    /**
     * {@return a task}
     *
     * @param total the length of the range, by the samples of the batch
     * @param grain how much of it is a block
     * @param body computes a part
     */
    public static Task of(IntUnaryOperator total, int grain, Body body) {
        return new Task(total, grain, null, body);
    }

    /**
     * {@return a task over samples}
     *
     * @param grain samples of a block
     * @param range computes some samples
     */
    public static Task samples(int grain, Range range) {
        return new Task(samples -> samples, grain, range, null);
    }

    /**
     * {@return a task over a range that does not depend on the samples}
     *
     * @param total its length
     * @param grain how much of it is a block
     * @param range computes a part
     */
    public static Task range(int total, int grain, Range range) {
        return new Task(_ -> total, grain, range, null);
    }

    /**
     * {@return samples of a slice of the batch whose sum is one: the fewest, and a power of two, that have some terms}
     *
     * @param terms of a sum, at least
     * @param each terms of one sample
     */
    public static int samplesOfSlice(int terms, int each) {
        return Integer.highestOneBit(2 * Math.ceilDiv(terms, each) - 1);
    }

    /** {@return the number of blocks} */
    public int blocks(int samples) {
        return Math.ceilDiv(total.applyAsInt(samples), grain);
    }

    /**
     * Computes one block.
     *
     * @param block from 0
     */
    public void run(int block, int thread, int samples) {
        int from = block * grain;
        int to = Math.min(total.applyAsInt(samples), from + grain);
        if (range != null) {
            range.run(from, to);
        } else {
            body.run(from, to, thread, samples);
        }
    }
}
