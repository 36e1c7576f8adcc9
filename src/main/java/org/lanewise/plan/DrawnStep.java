package org.lanewise.plan;

import org.lanewise.random.Philox;

/** The step, and the shard of its batch, whose random numbers a forward pass draws. */
final class DrawnStep {
    /** Streams of random numbers, of which each shard has its own copy. */
    private static final int STREAMS = 1 << 8;

    private final long seed;
    private volatile long step;
    private volatile int shard;

    DrawnStep(long seed) {
        this.seed = seed;
    }

    /** Lets the next forward pass be that of a shard, from 0, of a step, from 0. */
    void set(long ofStep, int ofShard) {
        step = ofStep;
        shard = ofShard;
    }

    /** The first word of a counter; that of the first shard and of a batch without shards is the same. */
    int step() {
        return (int) step;
    }

    /** The key of the masks of dropout. */
    long key() {
        return Philox.key(seed, Philox.DROPOUT + STREAMS * shard);
    }
}
