package org.lanewise;

import org.lanewise.TrainingState.Data;
import org.lanewise.plan.Plan;

/** Batches whose gradients a trainer computes. */
final class LocalBatches implements Batches {
    private final Samples samples;
    private final TrainingOptions options;
    private final BatchLoader loader;
    private final int[] indices;
    /** Indices of samples by their ranks; null where batches have no shards. */
    private final int[] ranked;

    /**
     * Allocates the order of an epoch.
     *
     * @throws IllegalArgumentException if an augmentation does not fit the samples
     */
    LocalBatches(Plan plan, Samples samples, TrainingOptions options) {
        this.samples = samples;
        this.options = options;
        this.loader = new BatchLoader(plan, samples, options);
        this.indices = new int[samples.size()];
        this.ranked = options.shards() == 1
                ? null
                : Shards.ranked(samples, plan.network().loss());
        if (ranked != null) {
            int[] ranks = new int[ranked.length];
            for (int rank = 0; rank < ranks.length; rank++) {
                ranks[ranked[rank]] = rank;
            }
            loader.keys(sample -> ranks[sample]);
        }
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public Data data() {
        return new Data(samples.size(), samples.checksum(), samples.classes(),
                samples.normalization());
    }

    @Override
    public void begin(Course course, int epoch, int count) {
        if (ranked == null) {
            course.shuffle(indices, options.shuffle());
        } else {
            Shards.epoch(indices, ranked, options.perEpoch(samples.size()), options, epoch);
        }
        loader.begin(epoch, indices, count);
    }

    @Override
    public double step(TrainingStep step, int start, int count, boolean last) {
        if (options.syncEvery() > 1) {
            return step.round(loader, start, count);
        }
        loader.batch(start);
        return step.run(loader, count, last);
    }

    @Override
    public void close() {
        loader.close();
    }
}
