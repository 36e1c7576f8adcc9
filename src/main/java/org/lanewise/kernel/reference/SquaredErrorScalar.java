package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

/** Squared error, the reference. */
public final class SquaredErrorScalar {
    private SquaredErrorScalar() {}

    /**
     * {@code losses[n] = sum over j of (outputs[n, j] - targets[n, j])^2}.
     *
     * @param width outputs of one sample
     * @param outputs read
     * @param targets read
     * @param losses overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void forward(int width, double[] outputs, double[] targets,
            double[] losses, // double
            int from, int to) {
        for (int n = from; n < to; n++) {
            double sum = 0.0; // double
            for (int j = n * width; j < (n + 1) * width; j++) {
                double output = outputs[j]; // double
                double error = output - targets[j]; // double
                sum = fma(error, error, sum);
            }
            losses[n] = sum;
        }
    }

    /**
     * {@code diffOutputs = 2 (outputs - targets) * scale}.
     *
     * @param width outputs of one sample
     * @param outputs read
     * @param targets read
     * @param scale 1, or 1 / (samples * width) for a mean
     * @param diffOutputs overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backward(int width, double[] outputs, double[] targets, double scale,
            double[] diffOutputs, int from, int to) {
        for (int i = from * width; i < to * width; i++) {
            diffOutputs[i] = 2.0 * (outputs[i] - targets[i]) * scale;
        }
    }
}
