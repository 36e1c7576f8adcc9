package org.lanewise.kernel.reference;

/**
 * Smooth L1 and Huber's loss, the reference: with d the difference between output and target,
 * {@code d^2 / (2 divisor)} where |d| is below beta, and {@code slope (|d| - beta / 2)} elsewhere.
 *
 * @param width outputs of one sample
 * @param beta at least 0
 * @param divisor of squares: beta for smooth L1, 1 for Huber's loss
 * @param slope where |d| is not below beta: 1 for smooth L1, beta for Huber's loss
 */
public record SmoothL1Scalar(int width, double beta, double divisor, double slope) {
    /**
     * Smooth L1.
     *
     * @param width outputs of one sample
     * @param beta at least 0
     */
    public SmoothL1Scalar(int width, double beta) {
        this(width, beta, beta, 1.0);
    }

    /**
     * {@return Huber's loss}
     *
     * @param width outputs of one sample
     * @param delta above 0
     */
    public static SmoothL1Scalar huber(int width, double delta) {
        return new SmoothL1Scalar(width, delta, 1.0, delta);
    }

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
        for (int n = from; n < to; n++) {
            double sum = 0.0; // double
            for (int i = n * width; i < (n + 1) * width; i++) {
                double output = outputs[i]; // double
                double distance = Math.abs(output - targets[i]); // double
                sum += distance < beta
                        ? 0.5 * distance * (distance / divisor) // double
                        : slope * (distance - 0.5 * beta); // double
            }
            losses[n] = sum;
        }
    }

    /**
     * {@code diffOutputs = d / divisor * scale} where |d| is below beta, and the sign of d (0 for 0)
     * times slope and scale elsewhere.
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
        for (int i = from * width; i < to * width; i++) {
            double difference = outputs[i] - targets[i];
            diffOutputs[i] = (Math.abs(difference) < beta
                    ? difference / divisor
                    : slope * Math.signum(difference)) * scale;
        }
    }
}
