package org.lanewise;

import org.lanewise.TrainingState.Data;

/** Batches whose gradients are computed elsewhere. */
final class RemoteBatches implements Batches {
    private final GradientSource source;
    private final Data data;
    private final int batchSize;
    private int epoch;

    RemoteBatches(GradientSource source, TrainingOptions options) {
        GradientWorker.requireShards(options);
        this.source = source;
        this.data = source.data();
        this.batchSize = options.batchSize();
    }

    @Override
    public int size() {
        return data.samples();
    }

    @Override
    public Data data() {
        return data;
    }

    @Override
    public void begin(Course course, int number, int count) {
        epoch = number;
    }

    @Override
    public double step(TrainingStep step, int start, int samples, boolean last) {
        Gradients gradients = source.gradients(
                new GradientSource.Batch(step.steps(), epoch, start / batchSize, samples));
        if (gradients.samples() != samples) {
            throw new IllegalStateException("found gradients of " + gradients.samples()
                    + " samples for a batch of " + samples);
        }
        return step.apply(gradients, last);
    }
}
