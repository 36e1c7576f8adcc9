package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/**
 * Binary cross-entropy on logits, the reference: with x an output, t its target and p its positive
 * weight, {@code (1 - t) x + (1 + (p - 1) t) (log(1 + exp(-|x|)) + max(-x, 0))}.
 *
 * @param posWeight p of each output of a sample
 */
public record BinaryCrossEntropyScalar(double[] posWeight) {
    /**
     * Overwrites the loss of each sample, the sum over its outputs in order.
     *
     * @param outputs read
     * @param targets read
     * @param losses overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public void forward(double[] outputs, double[] targets,
            double[] losses, // double
            int from, int to) {
        int width = posWeight.length;
        for (int n = from; n < to; n++) {
            double sum = 0.0; // double
            for (int j = 0; j < width; j++) {
                double x = outputs[n * width + j]; // double
                double t = targets[n * width + j]; // double
                double e = ExponentialScalar.exp(-Math.abs(outputs[n * width + j]));
                double softplus = StrictMath.log1p(e) + Math.max(-x, 0.0); // double
                sum += fma(fma(posWeight[j] - 1.0, t, 1.0), softplus, (1.0 - t) * x); // double
            }
            losses[n] = sum;
        }
    }

    /**
     * {@code diffOutputs = ((p t + 1 - t) sigmoid(x) - p t) * scale}.
     *
     * @param outputs read
     * @param targets read
     * @param scale 1, or 1 / divisor for a mean
     * @param diffOutputs overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public void backward(double[] outputs, double[] targets, double scale, double[] diffOutputs,
            int from, int to) {
        int width = posWeight.length;
        for (int n = from; n < to; n++) {
            for (int j = 0; j < width; j++) {
                int i = n * width + j;
                double positive = posWeight[j] * targets[i];
                diffOutputs[i] = fma(positive + 1.0 - targets[i],
                        ActivationScalar.sigmoid(outputs[i]), -positive) * scale;
            }
        }
    }
}
