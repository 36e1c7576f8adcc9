package org.lanewise;

import org.lanewise.plan.Plan;
import org.lanewise.spec.Network;

/** The samples of one shard of a training. */
public final class Shard {
    private final Samples samples;
    private final int number;
    private final int shards;
    private int epoch = -1;
    private int[] order;
    private TrainingOptions ordered;
    private boolean fits;

    /**
     * A shard of samples.
     *
     * @param samples those whose rank is {@code number} modulo {@code shards}, in order of their ranks: see {@link Shards}
     * @param number from 0
     * @param shards how many there are
     * @throws IllegalArgumentException if there is no such shard
     */
    public Shard(Samples samples, int number, int shards) {
        if (number < 0 || number >= shards) {
            throw new IllegalArgumentException(
                    "shard " + number + " is none of " + shards + ", 0 to " + (shards - 1));
        }
        this.samples = samples;
        this.number = number;
        this.shards = shards;
    }

    /**
     * {@return one shard of samples in any order; arrays are copied}
     *
     * @param samples of all shards
     * @param options of the training
     * @param network what learns
     * @param number of the shard, from 0
     * @throws IllegalArgumentException if the shard would have no sample
     */
    public static Shard of(Samples samples, TrainingOptions options,
            Network network, int number) {
        int[] ranked = Shards.ranked(samples, network.loss());
        int[] indices = new int[Shards.size(ranked.length, options.shards(), number)];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = ranked[i * options.shards() + number];
        }
        return new Shard(select(samples, indices), number, options.shards());
    }

    private static Samples select(Samples samples, int[] indices) {
        int each = (int) samples.shape().size();
        int width = samples.hasTargets() ? samples.targetsPerSample() : 0;
        double[] inputs = new double[Math.multiplyExact(indices.length, each)];
        double[] targets = new double[Math.multiplyExact(indices.length, width)];
        int[] labels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            samples.copyPlain(indices[i], inputs, i * each);
            if (samples.hasTargets()) {
                samples.copyTargets(indices[i], targets, i * width);
            } else {
                labels[i] = samples.label(indices[i]);
            }
        }
        Samples selected = samples.hasTargets()
                ? Samples.valued(samples.shape(), inputs, targets)
                : Samples.labelled(samples.shape(), inputs, labels);
        return selected.classes(samples.classes()).normalize(samples.normalization());
    }

    /** {@return which it is, from 0} */
    public int number() {
        return number;
    }

    /** {@return its samples, in order of their ranks} */
    public Samples samples() {
        return samples;
    }

    /** {@return a checksum of all that the samples hold: other samples give another, but for 1 in 2^32} */
    public long checksum() {
        return samples.checksum();
    }

    /** Checks that a network can learn from the samples; once. */
    synchronized void requireFit(Network network) {
        if (!fits) {
            samples.requireEach(network);
            fits = true;
        }
    }

    /** Loads what a batch takes of this shard. */
    synchronized BatchLoader loader(Plan plan, TrainingOptions options,
            GradientSource.Batch batch) {
        if (shards != options.shards()) {
            throw new IllegalArgumentException("this is a shard of " + shards
                    + "; the training has " + options.shards());
        }
        if (epoch != batch.epoch() || !options.equals(ordered)) {
            order = Shards.order(samples.size(), options, batch.epoch(), number);
            epoch = batch.epoch();
            ordered = options;
        }
        int start = batch.number() * (options.batchSize() / shards);
        int count = Shards.size(batch.samples(), shards, number);
        if (start + count > order.length) {
            throw new IllegalArgumentException("batch " + batch.number() + " takes samples " + start
                    + " to " + (start + count - 1) + " of shard " + number + ", which has "
                    + order.length);
        }
        BatchLoader loader = new BatchLoader(plan, samples,
                options.syncEvery(1).shards(1).batchSize(options.capacity()));
        loader.keys(i -> i * shards + number);
        loader.begin(batch.epoch(), order, start + count);
        loader.batch(start);
        return loader;
    }
}
