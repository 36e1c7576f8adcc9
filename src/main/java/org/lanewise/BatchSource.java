package org.lanewise;

/** Brings the samples of a batch into the arrays of a plan, shard after shard. */
interface BatchSource {
    /**
     * Loads the samples of a shard.
     *
     * @param shard from 0
     * @return how many it has
     */
    int load(int shard);

    /**
     * {@return a name of a sample for a message}
     *
     * @param place of the sample in the shard that was loaded last
     */
    String name(int place);
}
