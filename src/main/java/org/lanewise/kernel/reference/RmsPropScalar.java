package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.Element;

/**
 * RMSprop of some parameters, the reference; bounds count elements.
 *
 * @param alpha decay of the means
 * @param epsilon added to the divisor
 * @param momentum share of the buffer that stays
 * @param weightDecay share of the value added to its gradient
 * @param values added to
 * @param diff read: the gradient
 * @param square mean of g^2, overwritten
 * @param average mean of g, overwritten; null unless centered
 * @param buffer overwritten; null without momentum
 */
public record RmsPropScalar(
        double alpha, double epsilon, double momentum, double weightDecay, // double
        double[] values, double[] diff, double[] square, double[] average, double[] buffer) {

    /**
     * {@code square = alpha square + (1 - alpha) g^2}, and {@code values -= learningRate * g /
     * (sqrt(square) + epsilon)}; centered, {@code square - average^2} is under the root, 0 where
     * rounding made it negative; with momentum, the step is {@code buffer = momentum buffer + ...}.
     *
     * @param learningRate step size
     * @param from first element
     * @param to end, exclusive
     */
    public void update(double learningRate, int from, int to) {
        double keep = Element.round(alpha);
        double share = Element.round(1.0 - alpha);
        for (int i = from; i < to; i++) {
            double gradient = fma(Element.round(weightDecay), values[i], diff[i]);
            square[i] = fma(keep, square[i], share * gradient * gradient);
            double variance = square[i];
            if (average != null) {
                average[i] = fma(keep, average[i], share * gradient);
                variance = Math.max(0.0, fma(-average[i], average[i], variance));
            }
            double step = gradient / (Math.sqrt(variance) + Element.round(epsilon));
            if (buffer != null) {
                buffer[i] = fma(Element.round(momentum), buffer[i], step);
                step = buffer[i];
            }
            values[i] = fma(-learningRate, step, values[i]);
        }
    }
}
