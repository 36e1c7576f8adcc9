package org.lanewise;

import org.lanewise.plan.Plan;
import org.lanewise.spec.Shape;
import org.lanewise.spec.LayerDescription;

/** Checks the arrays of a single step, which come one by one from a caller, against a plan. */
final class StepArguments {
    private StepArguments() {}

    /**
     * {@return how many samples a step with class labels has}
     *
     * @throws IllegalArgumentException if lengths or labels do not fit
     */
    static int samples(Plan plan, double[] inputs, int[] labels) {
        requireEach(plan, inputs.length, labels.length, 1, "label");
        requireBatch(plan, labels.length, inputs.length);
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
     * @throws IllegalArgumentException if a batch of one sample has only one
     */
    static void requireVariance(Plan plan, int samples) {
        if (samples < plan.fewestSamples()) {
            LayerDescription layer = plan.network().describe().stream()
                    .filter(LayerDescription::oneValueAChannel).findFirst().orElseThrow();
            throw new IllegalArgumentException(layer.label() + " has one value for each channel"
                    + " in a batch of one sample, which has no variance; a batch, the last of an"
                    + " epoch included, needs two samples");
        }
    }

    /**
     * {@return how many samples a step with target values has}
     *
     * @throws IllegalArgumentException if lengths or values do not fit
     */
    static int samples(Plan plan, double[] inputs, double[] targets) {
        int width = plan.outputSize();
        requireEach(plan, inputs.length, targets.length, width, "target value");
        if (targets.length % width != 0) {
            throw new IllegalArgumentException(
                    targets.length + " target values are no rows of " + width + " outputs");
        }
        requireBatch(plan, targets.length / width, inputs.length);
        int wrong = plan.network().loss().firstRefused(targets);
        if (wrong >= 0) {
            throw new IllegalArgumentException("target value " + wrong % width + " of sample "
                    + wrong / width + " is " + targets[wrong] + "; "
                    + plan.network().loss().type() + " needs "
                    + plan.network().loss().accepted());
        }
        return targets.length / width;
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

    private static void requireBatch(Plan plan, int samples, int inputs) {
        if (samples < 1 || samples > plan.capacity()) {
            throw new IllegalArgumentException(
                    counted(samples, "sample") + "; a step takes 1 to " + plan.capacity());
        }
        long needed = (long) samples * plan.inputSize();
        if (inputs != needed) {
            throw new IllegalArgumentException(counted(samples, "sample") + " of "
                    + plan.network().input() + " need " + counted((int) needed, "value")
                    + ", found " + inputs);
        }
        requireVariance(plan, samples);
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

    /** {@return a count for a message, as {@code 1 label} and {@code 2 labels}} */
    static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
