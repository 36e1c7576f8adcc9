package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.ParameterSpec;

/**
 * The whole state of a training between two steps: a trainer that restores it computes the same
 * bits.
 *
 * @param setup what has to be equal for that
 * @param parameters what was learned; shared, not copied
 * @param memory the state of the optimizer and of an average, named as {@code 0.weight/velocity}; shared
 * @param updates updates applied by the optimizer
 * @param position progress of the training
 */
public record TrainingState(Setup setup, Parameters parameters, Parameters memory, long updates,
        Position position) {
    /** The number of changes of this library that changed the bits of a training. */
    public static final int CONTRACT = 7;

    /**
     * Checks what no training can be.
     *
     * @param setup what has to be equal
     * @param parameters what was learned; shared, not copied
     * @param memory the state of the optimizer and of an average; shared
     * @param updates updates applied by the optimizer
     * @param position progress of the training
     * @throws IllegalArgumentException if the parameters are not the network's or a count is below
     *         0
     */
    public TrainingState {
        parameters.requireMatch(setup.network());
        requireCount("updates", updates);
    }

    /**
     * What must not change between two parts of one training.
     *
     * @param contract version of the numerical contract
     * @param network what learns
     * @param options how it learns; those that may change have their defaults: initializer, backend, algorithm, and all
     *        safeguards but the limit of gradients
     * @param algorithm what computes the steps, as {@code direct+winograd-4x4}
     */
    public record Setup(int contract, Network network, TrainingOptions options, String algorithm) {
        /**
         * Leaves out the options that may change.
         *
         * @param contract version of the numerical contract
         * @param network what learns
         * @param options how it learns
         * @param algorithm what computes the steps, as {@code direct+winograd-4x4}
         */
        public Setup {
            options = options.lasting();
        }

        private List<String> mismatches(Setup expected) {
            List<String> list = new ArrayList<>();
            compare(list, "version of the numerical contract", contract, expected.contract);
            if (options.precision() != expected.options.precision()) {
                list.add("precision: found " + options.precision() + ", expected "
                        + expected.options.precision() + "; train on in " + options.precision()
                        + " precision, or begin a new training with the saved parameters");
            }
            compare(list, "input", network.input(), expected.network.input());
            List<Node> found = network.nodes();
            List<Node> wanted = expected.network.nodes();
            for (int i = 0; i < Math.max(found.size(), wanted.size()); i++) {
                compare(list, "layer " + i, i < found.size() ? found.get(i).layer() : "none",
                        i < wanted.size() ? wanted.get(i).layer() : "none");
                if (i < found.size() && i < wanted.size()) {
                    compare(list, "name of layer " + i, found.get(i).name(), wanted.get(i).name());
                    compare(list, "inputs of layer " + i, found.get(i).inputs(),
                            wanted.get(i).inputs());
                }
            }
            compare(list, "loss", network.loss(), expected.network.loss());
            TrainingOptions other = expected.options;
            compare(list, "optimizer", options.optimizer(), other.optimizer());
            compare(list, "batch size", options.batchSize(), other.batchSize());
            compare(list, "seed", options.seed(), other.seed());
            compare(list, "shuffle", options.shuffle(), other.shuffle());
            compare(list, "longest gradient", options.safeguards().gradientNorm(),
                    other.safeguards().gradientNorm());
            compare(list, "algorithm", algorithm, expected.algorithm);
            compare(list, "schedule", options.schedule(), other.schedule());
            compare(list, "parameter groups", options.groups(), other.groups());
            compare(list, "average", average(options), average(other));
            compare(list, "batches of an update", options.accumulate(), other.accumulate());
            compare(list, "augmentations", options.augment(), other.augment());
            compare(list, "drop_last", options.dropLast(), other.dropLast());
            compare(list, "shards of a batch", options.shards(), other.shards());
            compare(list, "steps between averages of shards", options.syncEvery(),
                    other.syncEvery());
            return list;
        }

        private static Object average(TrainingOptions options) {
            return options.average().isEmpty() ? "none" : options.average().get();
        }
    }

    /**
     * The position of a training in the running call of {@link Trainer#train}.
     *
     * @param steps steps taken since the trainer was made
     * @param epochs epochs that are done
     * @param step steps taken of the running epoch
     * @param lossSum sum of their losses
     * @param correct samples of them that were classified right
     * @param divisor of their mean
     * @param counted samples that are part of the accuracy
     * @param earlierEpochs epochs that were begun in calls before
     * @param best the epoch of the lowest loss, if one is done
     * @param data the samples, if training has begun
     * @param order state of the random numbers before the running epoch was shuffled
     */
    public record Position(long steps, int epochs, int step, double lossSum, int correct,
            double divisor, int counted, int earlierEpochs, Optional<Best> best,
            Optional<Data> data, RandomState.State order) {
        /**
         * Checks the counts.
         *
         * @param steps steps taken since the trainer was made
         * @param epochs epochs that are done
         * @param step steps taken of the running epoch
         * @param lossSum sum of their losses
         * @param correct samples of them that were classified right
         * @param divisor of their mean
         * @param counted samples that are part of the accuracy
         * @param earlierEpochs epochs that were begun in calls before
         * @param best the epoch of the lowest loss, if one is done
         * @param data the samples, if training has begun
         * @param order state of the random numbers before the running epoch was shuffled
         * @throws IllegalArgumentException if one is below 0
         */
        public Position {
            requireCount("steps", steps);
            requireCount("epochs", epochs);
            requireCount("step", step);
            requireCount("correct", correct);
            requireCount("counted", counted);
            requireCount("earlier epochs", earlierEpochs);
        }

        Position steps(long taken) {
            return new Position(taken, epochs, step, lossSum, correct, divisor, counted,
                    earlierEpochs, best, data, order);
        }
    }

    /**
     * The epoch with the lowest loss; that of the test samples, where there are any.
     *
     * @param epoch from 1
     * @param loss mean loss
     */
    public record Best(int epoch, double loss) {}

    /**
     * Identifies a set of samples.
     *
     * @param samples how many
     * @param checksum of all that they hold
     * @param classes names of their classes, which do not identify them
     * @param normalization of their inputs
     */
    public record Data(int samples, long checksum, ClassNames classes,
            Normalization normalization) {
        /**
         * Samples whose classes have no names and whose inputs stay as they are.
         *
         * @param samples how many
         * @param checksum of all that they hold
         */
        public Data(int samples, long checksum) {
            this(samples, checksum, ClassNames.UNKNOWN, Normalization.NONE);
        }

        boolean isSameAs(Data other) {
            return samples == other.samples && checksum == other.checksum
                    && normalization.equals(other.normalization);
        }

        @Override
        public String toString() {
            return samples + " samples with checksum " + Long.toHexString(checksum)
                    + (normalization.given() ? ", normalized by " + normalization : "");
        }
    }

    /** Every difference by which a trainer cannot take this over; rules have memories of their own. */
    List<String> mismatches(Setup trainer, List<ParameterSpec> learned,
            List<ParameterSpec> remembered) {
        List<String> list = setup.mismatches(trainer);
        list.addAll(parameters.mismatches(learned));
        TrainingOptions found = setup.options;
        TrainingOptions expected = trainer.options;
        if (found.optimizer().equals(expected.optimizer())
                && found.groups().equals(expected.groups())
                && found.average().equals(expected.average())
                && found.accumulate() == expected.accumulate()
                && found.schedule().equals(expected.schedule())) {
            list.addAll(memory.mismatches(remembered));
        }
        return list;
    }

    /** Adds a line where two things differ. */
    private static void compare(List<String> list, String name, Object found, Object expected) {
        if (!found.equals(expected)) {
            list.add(name + ": found " + found + ", expected " + expected);
        }
    }

    private static void requireCount(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " " + value + " must be at least 0");
        }
    }
}
