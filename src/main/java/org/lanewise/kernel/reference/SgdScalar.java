package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.SgdConstants;

/** Stochastic gradient descent, the reference; bounds count elements. */
public final class SgdScalar {
    private SgdScalar() {}

    /**
     * Plain: {@code values -= learningRate * (diff + weightDecay * values)}.
     *
     * @param learningRate step size
     * @param weightDecay share of the value added to its gradient
     * @param values added to
     * @param diff read
     * @param from first element
     * @param to end, exclusive
     */
    public static void plain(double learningRate, double weightDecay, double[] values,
            double[] diff, int from, int to) {
        for (int i = from; i < to; i++) {
            double gradient = fma(weightDecay, values[i], diff[i]);
            values[i] = fma(-learningRate, gradient, values[i]);
        }
    }

    /**
     * With momentum: {@code velocity = momentum * velocity + share * g}, and the step goes along
     * the velocity, or along {@code g + momentum * velocity} with Nesterov.
     *
     * @param rule the constants
     * @param share 1 - dampening; 1 at the first update
     * @param values added to
     * @param diff read
     * @param velocity overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void momentum(SgdConstants rule, double share, double[] values, double[] diff,
            double[] velocity, int from, int to) {
        for (int i = from; i < to; i++) {
            double gradient = fma(rule.weightDecay(), values[i], diff[i]);
            velocity[i] = fma(rule.momentum(), velocity[i], share * gradient);
            double along = rule.nesterov()
                    ? fma(rule.momentum(), velocity[i], gradient)
                    : velocity[i];
            values[i] = fma(-rule.learningRate(), along, values[i]);
        }
    }
}
