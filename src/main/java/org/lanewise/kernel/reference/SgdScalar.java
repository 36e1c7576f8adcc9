package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.Element;
import org.lanewise.kernel.SgdConstants;

/**
 * Stochastic gradient descent of some parameters, the reference; bounds count elements.
 *
 * @param rule the constants
 * @param values added to
 * @param diff read: the gradient
 * @param velocity overwritten; null without momentum
 */
public record SgdScalar(SgdConstants rule, double[] values, double[] diff, double[] velocity) {

    /**
     * Without momentum: {@code values -= learningRate * (diff + weightDecay * values)}.
     *
     * @param learningRate step size
     * @param from first element
     * @param to end, exclusive
     */
    public void plain(double learningRate, int from, int to) {
        for (int i = from; i < to; i++) {
            double gradient = fma(Element.round(rule.weightDecay()), values[i], diff[i]);
            values[i] = fma(-learningRate, gradient, values[i]);
        }
    }

    /**
     * With momentum: {@code velocity = momentum * velocity + share * g}, and the step goes along
     * the velocity, or along {@code g + momentum * velocity} with Nesterov.
     *
     * @param learningRate step size
     * @param share 1 - dampening; 1 at the first update
     * @param from first element
     * @param to end, exclusive
     */
    public void momentum(double learningRate, double share, int from, int to) {
        for (int i = from; i < to; i++) {
            double gradient = fma(Element.round(rule.weightDecay()), values[i], diff[i]);
            velocity[i] = fma(Element.round(rule.momentum()), velocity[i], share * gradient);
            double along = rule.nesterov()
                    ? fma(Element.round(rule.momentum()), velocity[i], gradient)
                    : velocity[i];
            values[i] = fma(-learningRate, along, values[i]);
        }
    }
}
