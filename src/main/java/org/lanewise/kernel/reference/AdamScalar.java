package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.AdamConstants;
import org.lanewise.kernel.Element;

/**
 * Adam, AdamW and NAdam of some parameters, the reference; bounds count elements.
 *
 * @param rule the constants
 * @param values added to
 * @param diff read: the gradient
 * @param first m, overwritten
 * @param second v, overwritten
 */
public record AdamScalar(AdamConstants rule, double[] values, double[] diff, double[] first,
        double[] second) {

    /**
     * {@code values *= shrink; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
     * values -= stepSize * m / (sqrt(v) / root + epsilon)}.
     *
     * @param stepSize learning rate / (1 - beta1^t)
     * @param root sqrt(1 - beta2^t)
     * @param shrink 1 - learning rate * decay for AdamW, 1 for Adam
     * @param from first element
     * @param to end, exclusive
     */
    public void update(double stepSize, double root, double shrink, int from, int to) {
        double epsilon = Element.round(rule.epsilon());
        for (int i = from; i < to; i++) {
            double value = values[i] * shrink;
            moments(i, value);
            double divisor = Math.sqrt(second[i]) / root + epsilon;
            values[i] = fma(-stepSize, first[i] / divisor, value);
        }
    }

    /**
     * NAdam: moments as Adam's, then
     * {@code values -= (gradientStep * g + momentStep * m) / (sqrt(v / correction) + epsilon)}.
     *
     * @param gradientStep learning rate * (1 - mu_t) / (1 - mu_1 ... mu_t)
     * @param momentStep learning rate * mu_(t+1) / (1 - mu_1 ... mu_(t+1))
     * @param correction 1 - beta2^t
     * @param from first element
     * @param to end, exclusive
     */
    public void nesterov(double gradientStep, double momentStep, double correction, int from,
            int to) {
        double epsilon = Element.round(rule.epsilon());
        for (int i = from; i < to; i++) {
            double gradient = moments(i, values[i]);
            double divisor = Math.sqrt(second[i] / correction) + epsilon;
            values[i] -= fma(gradientStep, gradient, momentStep * first[i]) / divisor;
        }
    }

    /** Moves the moments of an element; {@return its gradient, with what a coupled decay adds} */
    private double moments(int i, double value) {
        double gradient = fma(Element.round(rule.coupledDecay()), value, diff[i]);
        first[i] = fma(Element.round(rule.beta1()), first[i],
                Element.round(1.0 - rule.beta1()) * gradient);
        second[i] = fma(Element.round(rule.beta2()), second[i],
                Element.round(1.0 - rule.beta2()) * gradient * gradient);
        return gradient;
    }
}
