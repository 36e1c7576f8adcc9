package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Schedule;

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
    public static final int CONTRACT = 5;

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
     * @param optimizer how parameters follow their gradients
     * @param batchSize samples of one step
     * @param seed first state of the random numbers
     * @param shuffle whether samples come in random order
     * @param gradientNorm the longest that gradients may be; infinity for no limit
     * @param algorithm what computes the steps, as {@code direct+winograd-4x4}
     * @param schedule of the learning rate
     * @param groups of parameters
     * @param average of the parameters, if any
     * @param accumulate batches of one update
     * @param augment random changes of images
     * @param dropLast whether a smaller last batch is left out
     */
    public record Setup(int contract, Network network, Optimizer optimizer, int batchSize,
            long seed, boolean shuffle, double gradientNorm, String algorithm,
            Schedule schedule, List<ParameterGroup> groups, Optional<Average> average,
            int accumulate, List<Augmentation> augment, boolean dropLast) {
        private List<String> mismatches(Setup expected) {
            List<String> list = new ArrayList<>();
            compare(list, "version of the numerical contract", contract, expected.contract);
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
            compare(list, "optimizer", optimizer, expected.optimizer);
            compare(list, "batch size", batchSize, expected.batchSize);
            compare(list, "seed", seed, expected.seed);
            compare(list, "shuffle", shuffle, expected.shuffle);
            compare(list, "longest gradient", gradientNorm, expected.gradientNorm);
            compare(list, "algorithm", algorithm, expected.algorithm);
            compare(list, "schedule", schedule, expected.schedule);
            compare(list, "parameter groups", groups, expected.groups);
            compare(list, "average", average.isEmpty() ? "none" : average.get(),
                    expected.average.isEmpty() ? "none" : expected.average.get());
            compare(list, "batches of an update", accumulate, expected.accumulate);
            compare(list, "augmentations", augment, expected.augment);
            compare(list, "drop_last", dropLast, expected.dropLast);
            return list;
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
        if (setup.optimizer.equals(trainer.optimizer) && setup.groups.equals(trainer.groups)
                && setup.average.equals(trainer.average)
                && setup.accumulate == trainer.accumulate
                && setup.schedule.equals(trainer.schedule)) {
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
