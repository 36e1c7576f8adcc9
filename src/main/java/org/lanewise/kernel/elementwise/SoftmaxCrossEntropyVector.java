package org.lanewise.kernel.elementwise;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import java.util.Arrays;
import org.lanewise.kernel.ClassTargets;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.reference.SoftmaxCrossEntropyScalar;

/**
 * Softmax cross-entropy, bit for bit as {@link SoftmaxCrossEntropyScalar}.
 *
 * <p>What treats every class alike runs over the classes of all samples at once, so that no sample
 * leaves a tail of lanes; a sample's sum runs over its classes in order.
 */
public final class SoftmaxCrossEntropyVector {
    private SoftmaxCrossEntropyVector() {}

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
            double largest = SoftmaxCrossEntropyScalar.largest(logits, z, classes);
            for (int j = 0; j < classes; j++) {
                probabilities[z + j] = logits[z + j] - largest;
            }
            losses[n] = largest;
        }
        Activations.exp(probabilities, from * classes, to * classes);
        for (int n = from; n < to; n++) {
            int z = n * classes;
            double sum = 0.0; // double
            for (int j = 0; j < classes; j++) {
                sum += probabilities[z + j];
            }
            double divisor = Element.round(sum);
            for (int j = 0; j < classes; j++) {
                probabilities[z + j] /= divisor;
            }
            losses[n] = SoftmaxCrossEntropyScalar.loss(targets, n, logits, losses[n], sum);
        }
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
        double[] spread = targets.spread();
        double[] given = targets.given();
        if (given != null) {
            double[] own = targets.own();
            for (int n = from; n < to; n++) {
                int z = n * classes;
                double sum = targets.mixedSum(n);
                for (int j = 0; j < classes; j++) {
                    diffLogits[z + j] = fma(sum, probabilities[z + j],
                            -fma(own[j], given[z + j], spread[j])) * scale;
                }
            }
            return;
        }
        if (targets.plain()) {
            for (int i = from * classes; i < to * classes; i++) {
                diffLogits[i] = probabilities[i] * scale;
            }
        }
        for (int n = from; n < to; n++) {
            int z = n * classes;
            int label = targets.labels()[n];
            if (label == targets.ignored()) {
                Arrays.fill(diffLogits, z, z + classes, 0.0);
                continue;
            }
            double sum = targets.sums()[label];
            for (int j = 0; j < spread.length; j++) {
                diffLogits[z + j] = fma(sum, probabilities[z + j], -spread[j]) * scale;
            }
            if (spread.length == 0 && !targets.plain()) {
                for (int j = z; j < z + classes; j++) {
                    diffLogits[j] = sum * probabilities[j] * scale;
                }
            }
            diffLogits[z + label] = fma(sum, probabilities[z + label],
                    -targets.target(label, label)) * scale;
        }
    }
}
