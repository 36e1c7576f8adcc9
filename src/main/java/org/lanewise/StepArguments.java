package org.lanewise;

import org.lanewise.plan.Plan;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Shape;

/** Checks the arrays of a single step, which come one by one from a caller, against a plan. */
final class StepArguments {
    private StepArguments() {}

    /**
     * {@return how many samples a step with class labels has}
     *
     * @param shards of a batch
     * @throws IllegalArgumentException if lengths or labels do not fit
     */
    static int samples(Plan plan, int shards, int inputs, int[] labels) {
        if (plan.labels() == null) {
            throw new IllegalArgumentException("loss " + plan.network().loss().type()
                    + " needs target values, not labels");
        }
        requireEach(plan, inputs, labels.length, 1, "label");
        requireBatch(plan, shards, labels.length, inputs);
        int classes = plan.outputSize();
        for (int i = 0; i < labels.length; i++) {
            if ((labels[i] < 0 || labels[i] >= classes)
                    && !plan.network().loss().ignores(labels[i])) {
                throw new IllegalArgumentException("sample " + i + ": label " + labels[i]
                        + " is none of " + classes + " classes");
            }
        }
        return labels.length;
    }

    /**
     * Checks that batch normalization has more than one value for each channel.
     *
     * @param samples that are normalized together: of a batch, or of one shard of it
     * @throws IllegalArgumentException if a batch of one sample has only one
     */
    static void requireVariance(Plan plan, int samples, int shards) {
        if (samples < plan.fewestSamples()) {
            LayerDescription layer = plan.network().describe().stream()
                    .filter(LayerDescription::oneValueAChannel).findFirst().orElseThrow();
            throw new IllegalArgumentException(layer.label() + " has one value for each channel"
                    + " in a batch of one sample, which has no variance; a batch, the last of an"
                    + " epoch included, needs two samples"
                    + (shards == 1 ? "" : " for each of its " + shards + " shards"));
        }
    }

    /**
     * {@return how many samples a step with target values has}
     *
     * @param shards of a batch
     * @throws IllegalArgumentException if lengths do not fit
     */
    static int samples(Plan plan, int shards, int inputs, int targets) {
        if (plan.targets() == null) {
            throw new IllegalArgumentException("loss " + plan.network().loss().type()
                    + " needs labels, not target values");
        }
        int width = plan.outputSize();
        requireEach(plan, inputs, targets, width, "target value");
        if (targets % width != 0) {
            throw new IllegalArgumentException(
                    targets + " target values are no rows of " + width + " outputs");
        }
        requireBatch(plan, shards, targets / width, inputs);
        return targets / width;
    }

    /**
     * Checks the first target values of a plan's array.
     *
     * @param first index of the first of these samples in their batch
     * @throws IllegalArgumentException if the loss is not defined for one
     */
    static void requireAccepted(Plan plan, int samples, int first) {
        Loss loss = plan.network().loss();
        int width = plan.outputSize();
        for (int i = 0; i < samples * width; i++) {
            if (!loss.accepts(plan.targets().get(i))) {
                throw new IllegalArgumentException("target value " + i % width + " of sample "
                        + (first + i / width) + " is " + plan.targets().get(i)
                        + "; " + loss.type() + " needs " + loss.accepted());
            }
        }
    }

    /** Where the inputs are whole samples, the labels or target values are what is wrong. */
    private static void requireEach(Plan plan, int inputs, int found, int each, String what) {
        int samples = inputs / plan.inputSize();
        if (inputs % plan.inputSize() == 0 && found != (long) samples * each) {
            throw new IllegalArgumentException(counted(found, what) + " for "
                    + counted(samples, "sample") + (each == 1
                            ? ""
                            : " of " + each + " outputs; expected " + (long) samples * each));
        }
    }

    private static void requireBatch(Plan plan, int shards, int samples, int inputs) {
        int most = plan.capacity() * shards;
        if (samples < 1 || samples > most) {
            throw new IllegalArgumentException(
                    counted(samples, "sample") + "; a step takes 1 to " + most);
        }
        long needed = (long) samples * plan.inputSize();
        if (inputs != needed) {
            throw new IllegalArgumentException(counted(samples, "sample") + " of "
                    + plan.network().input() + " need " + counted((int) needed, "value")
                    + ", found " + inputs);
        }
        requireVariance(plan, Shards.fewest(samples, shards), shards);
    }

    /**
     * {@return how many samples some input values are}
     *
     * @throws IllegalArgumentException if they are no whole number of samples, or none
     */
    static int wholeSamples(int elements, Shape shape, int each) {
        if (elements == 0 || elements % each != 0) {
            throw new IllegalArgumentException(counted(elements, "input value")
                    + " for samples of " + shape + " = " + each
                    + ": expected a whole number of samples, at least 1");
        }
        return elements / each;
    }

    /**
     * {@return how many samples some input values are, for whose outputs there is an array}
     *
     * @throws IllegalArgumentException if they are no whole number, or the array has another length
     */
    static int rows(Plan plan, int inputs, int outputs) {
        int samples = wholeSamples(inputs, plan.network().input(), plan.inputSize());
        int width = plan.outputSize();
        if (outputs != (long) samples * width) {
            throw new IllegalArgumentException("the output array has " + outputs + " elements; "
                    + counted(samples, "sample") + " of " + counted(width, "output") + " need "
                    + (long) samples * width);
        }
        return samples;
    }

    /** {@return a count for a message, as {@code 1 label} and {@code 2 labels}} */
    static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
