package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.ClassTargets;
import org.lanewise.kernel.Element;

/** Softmax cross-entropy on logits, the reference. */
public final class SoftmaxCrossEntropyScalar {
    private SoftmaxCrossEntropyScalar() {}

    /**
     * With m the largest logit and {@code s = sum over j of exp(z[j] - m)}:
     * {@code losses[n] = sum over j of targets[n, j] (log(s) - (z[j] - m))}, a label first, and
     * {@code probabilities[n, j] = exp(z[j] - m) / s}. The loss is 0 where the label is ignored.
     *
     * @param targets of each class; the labels, or the given probabilities, are read
     * @param logits read
     * @param probabilities overwritten
     * @param losses overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void forward(ClassTargets targets, double[] logits, double[] probabilities,
            double[] losses, // double
            int from, int to) {
        int classes = targets.classes();
        for (int n = from; n < to; n++) {
            int z = n * classes;
            double largest = largest(logits, z, classes);
            double sum = 0.0; // double
            for (int j = 0; j < classes; j++) {
                double e = ExponentialScalar.exp(logits[z + j] - largest);
                probabilities[z + j] = e;
                sum += e;
            }
            double divisor = Element.round(sum);
            for (int j = 0; j < classes; j++) {
                probabilities[z + j] /= divisor;
            }
            losses[n] = loss(targets, n, logits, largest, sum);
        }
    }

    /**
     * {@return the loss of a sample}
     *
     * @param targets of each class; the sample's label, or its given probabilities, are read
     * @param n the sample
     * @param logits of all samples; read
     * @param largest m of the sample
     * @param exponentials s of the sample
     */
    public static double loss( // double
            ClassTargets targets, int n, double[] logits,
            double largest, double exponentials) { // double
        double logSum = StrictMath.log(exponentials); // double
        int z = n * targets.classes();
        if (targets.given() != null) {
            double sum = 0.0; // double
            for (int j = 0; j < targets.classes(); j++) {
                sum = fma(targets.mixed(n, j), logSum - (logits[z + j] - largest), sum);
            }
            return sum;
        }
        int label = targets.labels()[n];
        if (label == targets.ignored()) {
            return 0.0;
        }
        double[] spread = targets.spread();
        double own = logSum - (logits[z + label] - largest); // double
        double loss = targets.own()[label] * own; // double
        for (int j = 0; j < spread.length; j++) {
            loss = fma(spread[j], logSum - (logits[z + j] - largest), loss);
        }
        return loss;
    }

    /** {@return the largest of some logits; NaN if one is NaN} */
    public static double largest(double[] logits, int from, int count) {
        double largest = logits[from];
        for (int j = 1; j < count; j++) {
            largest = Math.max(largest, logits[from + j]);
        }
        return largest;
    }

    /**
     * {@code diffLogits[n, j] = (sum of the targets of n * probabilities[n, j] - targets[n, j])
     * * scale}, or 0 where the label is ignored.
     *
     * @param targets of each class; the labels, or the given probabilities, are read
     * @param probabilities read, as {@link #forward} left them
     * @param scale 1, or 1 / divisor for a mean
     * @param diffLogits overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backward(ClassTargets targets, double[] probabilities, double scale,
            double[] diffLogits, int from, int to) {
        int classes = targets.classes();
        for (int n = from; n < to; n++) {
            if (targets.given() != null) {
                double sum = targets.mixedSum(n);
                for (int j = 0; j < classes; j++) {
                    int i = n * classes + j;
                    diffLogits[i] = fma(sum, probabilities[i], -targets.mixed(n, j)) * scale;
                }
                continue;
            }
            int label = targets.labels()[n];
            for (int j = 0; j < classes; j++) {
                int i = n * classes + j;
                diffLogits[i] = label == targets.ignored()
                        ? 0.0
                        : fma(targets.sums()[label], probabilities[i], -targets.target(label, j))
                                * scale;
            }
        }
    }
}
