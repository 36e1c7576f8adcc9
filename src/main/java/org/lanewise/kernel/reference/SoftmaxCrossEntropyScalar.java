package org.lanewise.kernel.reference;

/** Softmax cross-entropy on logits, the reference. */
public final class SoftmaxCrossEntropyScalar {
    private SoftmaxCrossEntropyScalar() {}

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
            double sum = 0.0;
            for (int j = 0; j < classes; j++) {
                double e = ExponentialScalar.exp(logits[z + j] - largest);
                probabilities[z + j] = e;
                sum += e;
            }
            for (int j = 0; j < classes; j++) {
                probabilities[z + j] /= sum;
            }
            losses[n] = StrictMath.log(sum) - (logits[z + labels[n]] - largest);
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
        for (int n = from; n < to; n++) {
            for (int j = 0; j < classes; j++) {
                double target = j == labels[n] ? 1.0 : 0.0;
                diffLogits[n * classes + j] = (probabilities[n * classes + j] - target) * scale;
            }
        }
    }
}
