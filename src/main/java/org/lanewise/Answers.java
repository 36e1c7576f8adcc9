package org.lanewise;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.lanewise.spec.Loss;

/**
 * What samples should give: a class label each, a row of target values each, or nothing.
 *
 * @param size how many samples
 * @param labels shared; null if there are none
 * @param targets shared; null if there are none
 */
record Answers(int size, int[] labels, double[] targets) {
    Answers {
        if (labels != null && labels.length != size) {
            throw new IllegalArgumentException(
                    StepArguments.counted(labels.length, "label") + " for "
                            + StepArguments.counted(size, "sample"));
        }
        if (targets != null && (targets.length == 0 || targets.length % size != 0)) {
            throw new IllegalArgumentException(StepArguments.counted(targets.length, "target value")
                    + " for " + StepArguments.counted(size, "sample")
                    + "; each sample needs the same number, at least 1");
        }
    }

    int targetsPerSample() {
        return targets.length / size;
    }

    Answers slice(int from, int to) {
        return new Answers(to - from, labels == null ? null : Arrays.copyOfRange(labels, from, to),
                targets == null
                        ? null
                        : Arrays.copyOfRange(targets, from * targetsPerSample(),
                                to * targetsPerSample()));
    }

    /** {@return the bytes in memory} */
    long bytes() {
        return (labels == null ? 0 : (long) Integer.BYTES * labels.length)
                + (targets == null ? 0 : (long) Double.BYTES * targets.length);
    }

    /** Adds everything to a checksum. */
    void add(CRC32C checksum) {
        if (targets != null) {
            Inputs.Numbers.add(checksum, targets);
        }
        ByteBuffer label = ByteBuffer.allocate(Integer.BYTES);
        for (int i = 0; labels != null && i < labels.length; i++) {
            checksum.update(label.clear().putInt(labels[i]).flip());
        }
    }

    /** {@return where the first target value is that is not finite, for a message; null if none} */
    String nonFinite() {
        int index = targets == null ? -1 : Inputs.Numbers.firstNonFinite(targets);
        return index < 0
                ? null
                : "target value " + index % targetsPerSample() + " of sample "
                        + index / targetsPerSample() + " is " + targets[index];
    }

    /** Checks that a loss can be computed for as many outputs. */
    void requireFit(Loss loss, long outputs) {
        requireEach(loss, outputs);
        if (loss.takesLabels() && divisor(loss, (int) outputs) == 0.0) {
            throw new IllegalArgumentException("the labels of all "
                    + StepArguments.counted(size, "sample")
                    + " are ignored, or have the weight 0, in "
                    + loss + "; at least one sample has to count");
        }
    }

    /** Checks each sample by itself. */
    void requireEach(Loss loss, long outputs) {
        if (loss.takesLabels()) {
            requireLabels(loss, outputs);
        } else {
            requireTargets(loss, outputs);
        }
    }

    private void requireLabels(Loss loss, long classes) {
        if (labels == null) {
            throw new IllegalArgumentException(
                    loss.type() + " needs one class label a sample; the samples have none");
        }
        for (int i = 0; i < size; i++) {
            if ((labels[i] < 0 || labels[i] >= classes) && !loss.ignores(labels[i])) {
                throw new IllegalArgumentException("sample " + i + ": label " + labels[i]
                        + " is none of the network's " + classes + " classes, 0 to "
                        + (classes - 1));
            }
        }
    }

    private void requireTargets(Loss loss, long outputs) {
        if (targets == null) {
            throw new IllegalArgumentException(
                    loss.type() + " needs target values; the samples have none");
        }
        if (targetsPerSample() != outputs) {
            throw new IllegalArgumentException(targetsPerSample()
                    + " target values a sample, but the network has " + outputs + " outputs");
        }
        for (int i = 0; i < targets.length; i++) {
            if (!loss.accepts(targets[i])) {
                throw new IllegalArgumentException("target value " + i % outputs + " of sample "
                        + i / outputs + " is " + targets[i] + "; " + loss.type() + " needs "
                        + loss.accepted());
            }
        }
    }

    /** {@return what the summed losses of all samples are divided by for their mean} */
    double divisor(Loss loss, int outputs) {
        if (!loss.takesLabels()) {
            return (double) size * loss.terms(outputs);
        }
        double sum = 0.0;
        for (int label : labels) {
            sum += loss.divisor(label);
        }
        return sum;
    }

    /** {@return how many samples have a label that the loss does not ignore; all for target values} */
    int counting(Loss loss) {
        int ignored = 0;
        for (int i = 0; labels != null && i < size; i++) {
            ignored += loss.ignores(labels[i]) ? 1 : 0;
        }
        return size - ignored;
    }

    /** Checks that every label that a loss does not ignore has a name, where there are some names. */
    void requireNames(Loss loss, int names) {
        for (int i = 0; names > 0 && labels != null && i < size; i++) {
            if (labels[i] >= names && !loss.ignores(labels[i])) {
                throw new IllegalArgumentException("sample " + i + ": label " + labels[i]
                        + " has no name; there are " + names + " class names");
            }
        }
    }
}
