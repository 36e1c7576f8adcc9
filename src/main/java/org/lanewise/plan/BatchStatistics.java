package org.lanewise.plan;

import org.lanewise.kernel.Elements;

/** What a layer computes of a batch of a training, and what then moves a state of the layer. */
interface BatchStatistics {
    /** {@return how many elements they are} */
    int size();

    /**
     * Writes those of the last forward pass.
     *
     * @param samples how many it was for
     * @param share of these samples in their batch, by which the statistics are multiplied
     * @param into overwritten
     * @param at place of the first
     */
    void read(int samples, double share, Elements into, int at);

    /**
     * Moves the state of the layer.
     *
     * @param statistics of a batch
     * @param at place of the first
     */
    void follow(Elements statistics, int at);
}
