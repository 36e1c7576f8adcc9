package org.lanewise;

import org.lanewise.TrainingState.Data;

/** The batches of a training, computed here or elsewhere. */
interface Batches extends AutoCloseable {
    /** {@return how many samples there are} */
    int size();

    /** {@return what identifies them} */
    Data data();

    /**
     * Begins an epoch, or resumes it.
     *
     * @param course of the training, which remembers its random numbers
     * @param epoch number, from 0
     * @param count how many samples it has
     */
    void begin(Course course, int epoch, int count);

    /**
     * Takes a step.
     *
     * @param step takes it
     * @param start samples of the epoch before this batch
     * @param samples of the batch
     * @param last whether an update follows
     * @return the loss before the update
     */
    double step(TrainingStep step, int start, int samples, boolean last);

    @Override
    default void close() {}
}
