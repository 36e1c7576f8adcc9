package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.Element;

/**
 * Lion of some parameters, the reference; bounds count elements.
 *
 * @param beta1 share of the mean in the step
 * @param beta2 decay of the mean
 * @param values added to
 * @param diff read: the gradient
 * @param average mean of g, overwritten
 */
public record LionScalar(double beta1, double beta2, // double
        double[] values, double[] diff, double[] average) {

    /**
     * {@code values = shrink * values - learningRate * sign(beta1 average + (1 - beta1) g)}, then
     * {@code average = beta2 average + (1 - beta2) g}; the sign of 0 is 0.
     *
     * @param learningRate step size
     * @param shrink 1 - learning rate * weight decay
     * @param from first element
     * @param to end, exclusive
     */
    public void update(double learningRate, double shrink, int from, int to) {
        for (int i = from; i < to; i++) {
            double along = fma(Element.round(beta1), average[i],
                    Element.round(1.0 - beta1) * diff[i]);
            values[i] = fma(-learningRate, Math.signum(along), values[i] * shrink);
            average[i] = fma(Element.round(beta2), average[i],
                    Element.round(1.0 - beta2) * diff[i]);
        }
    }
}
