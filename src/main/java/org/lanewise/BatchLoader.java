package org.lanewise;

import org.lanewise.plan.Plan;
import org.lanewise.spec.Loss;

/** Brings the samples of a training into the arrays of a plan, batch by batch. */
final class BatchLoader {
    private final Plan plan;
    private final Samples samples;
    private final Augmenter augmenter;
    private int[] indices;
    private int epoch;
    private int end;

    /**
     * Allocates what augmentations need.
     *
     * @throws IllegalArgumentException if an augmentation does not fit the samples
     */
    BatchLoader(Plan plan, TrainingOptions options, Samples samples) {
        options.augment().forEach(one -> one.requireFit(samples.shape()));
        this.plan = plan;
        this.samples = samples;
        this.augmenter = new Augmenter(options.augment(), options.seed(), samples.shape(),
                samples.normalization());
    }

    /**
     * Begins an epoch, or resumes it.
     *
     * @param number of the epoch, from 0
     * @param order indices of the samples; shared
     * @param count how many of them the epoch has
     */
    void begin(int number, int[] order, int count) {
        epoch = number;
        indices = order;
        end = count;
    }

    /** Loads the batch that begins at a place of the order; {@return how many samples it has} */
    int load(int start) {
        int count = Math.min(plan.capacity(), end - start);
        int each = plan.inputSize();
        for (int i = 0; i < count; i++) {
            int sample = indices[start + i];
            samples.copyPlain(sample, plan.inputs(), i * each);
            augmenter.apply(epoch, sample, plan.inputs(), i * each);
            samples.normalize(plan.inputs(), i * each);
            load(plan, samples, sample, i);
        }
        return count;
    }

    /** Copies the label or the target values of a sample to a place of the batch. */
    static void load(Plan plan, Samples samples, int sample, int place) {
        if (samples.hasLabels()) {
            plan.labels()[place] = samples.label(sample);
        } else {
            samples.copyTargets(sample, plan.targets(), place * samples.targetsPerSample());
        }
    }

    /** {@return what the summed losses of the epoch are divided by for their mean} */
    double divisor() {
        Loss loss = plan.network().loss();
        if (end == samples.size()) {
            return samples.divisor(loss, plan.outputSize());
        }
        if (!loss.takesLabels()) {
            return (double) end * plan.outputSize();
        }
        double sum = 0.0;
        for (int i = 0; i < end; i++) {
            sum += loss.divisor(samples.label(indices[i]));
        }
        return sum;
    }

    /** {@return how many samples of the epoch the loss does not ignore} */
    int counting() {
        Loss loss = plan.network().loss();
        int ignored = 0;
        for (int i = 0; samples.hasLabels() && i < end; i++) {
            ignored += loss.ignores(samples.label(indices[i])) ? 1 : 0;
        }
        return end - ignored;
    }
}
