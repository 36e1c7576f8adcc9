package org.lanewise.kernel.elementwise;

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
     * {@code losses[n] = log(s) - (z[label] - m)} and
     * {@code probabilities[n, j] = exp(z[j] - m) / s}.
     *
     * @param classes logits of one sample
     * @param logits read
     * @param labels read
     * @param probabilities overwritten
     * @param losses overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void forward(int classes, double[] logits, int[] labels, double[] probabilities,
            double[] losses, int from, int to) {
        for (int n = from; n < to; n++) {
            int z = n * classes;
            double largest = logits[z];
            for (int j = 1; j < classes; j++) {
                largest = Math.max(largest, logits[z + j]);
            }
            for (int j = 0; j < classes; j++) {
                probabilities[z + j] = logits[z + j] - largest;
            }
            losses[n] = probabilities[z + labels[n]];
        }
        Activations.exp(probabilities, from * classes, to * classes);
        for (int n = from; n < to; n++) {
            int z = n * classes;
            double sum = 0.0;
            for (int j = 0; j < classes; j++) {
                sum += probabilities[z + j];
            }
            for (int j = 0; j < classes; j++) {
                probabilities[z + j] /= sum;
            }
            losses[n] = StrictMath.log(sum) - losses[n];
        }
    }

    /**
     * {@code diffLogits[n, j] = (probabilities[n, j] - (j is the label ? 1 : 0)) * scale}.
     *
     * @param classes logits of one sample
     * @param probabilities read, as {@link #forward} left them
     * @param labels read
     * @param scale 1, or 1 / samples for a mean
     * @param diffLogits overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backward(int classes, double[] probabilities, int[] labels, double scale,
            double[] diffLogits, int from, int to) {
        for (int i = from * classes; i < to * classes; i++) {
            diffLogits[i] = probabilities[i] * scale;
        }
        for (int n = from; n < to; n++) {
            int label = n * classes + labels[n];
            diffLogits[label] = (probabilities[label] - 1.0) * scale;
        }
    }
}
