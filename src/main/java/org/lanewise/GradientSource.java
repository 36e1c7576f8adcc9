package org.lanewise;

import java.io.Serializable;

/**
 * Computes the gradients of whole batches for a training, perhaps on other machines: a {@link GradientWorker} each
 * shard, and {@link Gradients#merge} what the trainer gets.
 */
public interface GradientSource {
    /** {@return what identifies the samples of all shards} */
    TrainingState.Data data();

    /**
     * {@return the gradients of all shards of a batch, for the parameters that the trainer has}
     *
     * <p>The trainer calls it in the thread that trains; {@link Trainer#flatParameters} may be called from here. An
     * exception ends the training, whose parameters are those before this step.
     *
     * @param batch which
     */
    Gradients gradients(Batch batch);

    /**
     * One batch of a training, or those of the steps that shards take before they are averaged.
     *
     * @param step of the training, from 0; the first one
     * @param epoch from 0
     * @param number of the batch in its epoch, from 0; of the first one
     * @param samples of all shards
     */
    record Batch(long step, int epoch, int number, int samples) implements Serializable {}
}
