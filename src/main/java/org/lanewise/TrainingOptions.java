package org.lanewise;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Schedule;

/**
 * How a network is trained.
 *
 * @param optimizer the rule by which parameters follow their gradients
 * @param batchSize samples of one step; the last step of an epoch may have fewer
 * @param seed first state of two random sequences, that of the weights and that of the order, and the key
 *        of the masks of dropout
 * @param shuffle whether each epoch takes the samples in a new random order
 * @param initializer how weights begin
 * @param backend which kernels compute
 * @param algorithm how convolutions may be computed
 * @param safeguards limits on gradients, early stopping and the handling of values that are not
 *        finite
 * @param schedule of the learning rate
 * @param groups of parameters that are trained in another way than the rest; the first that matches a
 *        parameter counts
 * @param average of the parameters over the updates, if any
 * @param accumulate batches of one update, whose gradients are those of one large batch; the last update of
 *        an epoch may have fewer
 * @param augment random changes of the images of a step, in the order in which they are applied
 * @param dropLast whether an epoch leaves out the samples that would be a smaller last batch
 * @param precision of all numbers that are learned and computed
 * @param shards equal parts of each batch, whose gradients are computed one by one and added up: see {@link Shards}
 * @param syncEvery steps that each shard takes by itself before shards are averaged; 1 where they are added up in each step
 */
public record TrainingOptions(
        Optimizer optimizer,
        int batchSize,
        long seed,
        boolean shuffle,
        Initializer initializer,
        Backend backend,
        Algorithm algorithm,
        Safeguards safeguards,
        Schedule schedule,
        List<ParameterGroup> groups,
        Optional<Average> average,
        int accumulate,
        List<Augmentation> augment,
        boolean dropLast,
        Precision precision,
        int shards,
        int syncEvery) {
    /** One object, so that options by default are equal. */
    private static final Initializer HE_NORMAL = Initializer.heNormal();

    /**
     * Checks the arguments.
     *
     * @param optimizer the rule by which parameters follow their gradients
     * @param batchSize samples of one step
     * @param seed first state of the random sequences, 0 to 2^32 - 1
     * @param shuffle whether each epoch takes the samples in a new random order
     * @param initializer how weights begin
     * @param backend which kernels compute
     * @param algorithm how convolutions may be computed
     * @param safeguards limits on gradients, early stopping and the handling of values that are not
     *        finite
     * @param schedule of the learning rate
     * @param groups of parameters that are trained in another way than the rest
     * @param average of the parameters over the updates, if any
     * @param accumulate batches of one update
     * @param augment random changes of the images of a step, in the order in which they are applied
     * @param dropLast whether an epoch leaves out the samples that would be a smaller last batch
     * @param precision of all numbers that are learned and computed
     * @param shards equal parts of each batch
     * @param syncEvery steps that each shard takes by itself
     * @throws IllegalArgumentException if the batch size is below 1 or the seed out of range
     */
    public TrainingOptions {
        Objects.requireNonNull(optimizer, "optimizer");
        Objects.requireNonNull(initializer, "initializer");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(safeguards, "safeguards");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(average, "average");
        Objects.requireNonNull(precision, "precision");
        groups = List.copyOf(groups);
        augment = List.copyOf(augment);
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size " + batchSize + " must be at least 1");
        }
        if (accumulate < 1) {
            throw new IllegalArgumentException(
                    "accumulate " + accumulate + " must be at least 1 batch of an update");
        }
        new RandomState(seed);
        if (shards < 1 || shards > Shards.MAX_SHARDS) {
            throw new IllegalArgumentException(
                    shards + " shards; expected 1 to " + Shards.MAX_SHARDS);
        }
        if (batchSize % shards != 0) {
            throw new IllegalArgumentException("a batch of " + batchSize + " samples cannot be"
                    + " divided into " + shards + " equal shards; make it a multiple of them");
        }
        if (syncEvery < 1) {
            throw new IllegalArgumentException(
                    "steps between averages: found " + syncEvery + ", expected 1 or more");
        }
        if (syncEvery > 1 && (shards == 1 || accumulate > 1 || average.isPresent()
                || schedule.plateau().isPresent())) {
            throw new IllegalArgumentException("shards are averaged every " + syncEvery
                    + " steps; that takes 2 shards or more, and no accumulated batches, no average"
                    + " of parameters and no schedule that follows the loss");
        }
    }

    /**
     * {@return batches of 32 in random order from seed 0, weights from He's normal distribution, a constant
     * learning rate}
     *
     * @param optimizer the rule by which parameters follow their gradients
     */
    public static TrainingOptions of(Optimizer optimizer) {
        return new TrainingOptions(optimizer, 32, 0, true, HE_NORMAL, Backend.AUTO,
                Algorithm.AUTO, Safeguards.NONE, Schedule.CONSTANT, List.of(), Optional.empty(), 1,
                List.of(), false, Precision.DOUBLE, 1, 1);
    }

    /**
     * {@return how many of some samples an epoch sees}
     *
     * @param samples how many there are
     * @throws IllegalArgumentException if they are less than a batch, and a smaller one is left out
     */
    public int perEpoch(int samples) {
        if (dropLast && samples < batchSize) {
            throw new IllegalArgumentException(StepArguments.counted(samples, "sample")
                    + " are less than a batch of " + batchSize + ", and a smaller last batch is"
                    + " left out; make batches smaller or keep the last one");
        }
        return dropLast ? samples - samples % batchSize : samples;
    }

    /**
     * {@return these options with defaults for those that may change when a training is resumed: initializer, backend,
     * algorithm, and of the safeguards all but the limit of gradients}
     */
    TrainingOptions lasting() {
        return initializer(HE_NORMAL).backend(Backend.AUTO).algorithm(Algorithm.AUTO)
                .safeguards(Safeguards.NONE.gradientNorm(safeguards.gradientNorm()));
    }

    /** How a network is compiled under these options. */
    PlanOptions plan(Purpose purpose) {
        return PlanOptions.of(purpose, backend.kernels(algorithm), capacity()).seed(seed)
                .groups(groups).precision(precision);
    }

    /**
     * {@return these options with another batch size}
     *
     * @param samples of one step
     */
    public TrainingOptions batchSize(int samples) {
        return new TrainingOptions(optimizer, samples, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with another seed}
     *
     * @param value 0 to 2^32 - 1
     */
    public TrainingOptions seed(long value) {
        return new TrainingOptions(optimizer, batchSize, value, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with another order of samples}
     *
     * @param value whether each epoch takes the samples in a new random order
     */
    public TrainingOptions shuffle(boolean value) {
        return new TrainingOptions(optimizer, batchSize, seed, value, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with other first weights}
     *
     * @param value how weights begin
     */
    public TrainingOptions initializer(Initializer value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, value, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with another backend}
     *
     * @param value which kernels compute
     */
    public TrainingOptions backend(Backend value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, value,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with another choice of algorithms}
     *
     * @param value how convolutions may be computed
     */
    public TrainingOptions algorithm(Algorithm value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                value, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with other safeguards}
     *
     * @param value limits on gradients, early stopping and the handling of values that are not
     *        finite
     */
    public TrainingOptions safeguards(Safeguards value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, value, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with another schedule of the learning rate}
     *
     * @param value what gives each update its learning rate
     */
    public TrainingOptions schedule(Schedule value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, value, groups, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with other augmentations}
     *
     * @param value random changes of the images of a step, in the order in which they are applied
     */
    public TrainingOptions augment(List<Augmentation> value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, value, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with or without a smaller last batch}
     *
     * @param value whether an epoch leaves out the samples that would be a smaller last batch
     */
    public TrainingOptions dropLast(boolean value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, value,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with groups of parameters}
     *
     * @param value the groups, of which the first that matches a parameter counts
     */
    public TrainingOptions groups(List<ParameterGroup> value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, value, average, accumulate, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options with an average of the parameters}
     *
     * @param value which average
     */
    public TrainingOptions average(Average value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, Optional.of(value), accumulate, augment,
                dropLast, precision, shards, syncEvery);
    }

    /**
     * {@return these options with gradients that are added up over several batches before each update}
     *
     * @param batches of one update, at least 1
     */
    public TrainingOptions accumulate(int batches) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, batches, augment, dropLast,
                precision, shards, syncEvery);
    }

    /**
     * {@return these options in another precision}
     *
     * @param value of all numbers that are learned and computed; the sum over the samples of a batch, which
     *        becomes the loss, is of doubles in both
     */
    public TrainingOptions precision(Precision value) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                value, shards, syncEvery);
    }

    /**
     * {@return these options with batches in shards}
     *
     * <p>Batch normalization takes each shard by itself. The gradients of shards are added up along a tree over their
     * numbers, so that they may be computed on other machines: the bits are those of {@link GradientWorker}s.
     *
     * @param count equal parts of each batch; 1 for none
     */
    public TrainingOptions shards(int count) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, count, syncEvery);
    }

    /**
     * {@return these options with shards that take several steps by themselves}
     *
     * <p>In place of adding up gradients in each step, shards begin with the same parameters and the same state of the
     * optimizer, each takes some steps on its own samples, and both are averaged: another training than with 1.
     *
     * @param steps between two averages; 1 for none
     */
    public TrainingOptions syncEvery(int steps) {
        return new TrainingOptions(optimizer, batchSize, seed, shuffle, initializer, backend,
                algorithm, safeguards, schedule, groups, average, accumulate, augment, dropLast,
                precision, shards, steps);
    }

    /** The samples of all shards between two averages, where they do not end with the epoch. */
    int perRound() {
        return (int) Math.min(Integer.MAX_VALUE, (long) batchSize * syncEvery);
    }

    /** How many steps some samples are. */
    int steps(int samples) {
        return Math.ceilDiv(samples, batchSize);
    }

    /** The most samples of a shard of a batch, for which memory is allocated. */
    int capacity() {
        return batchSize / shards;
    }
}
