package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.AdamConstants;

/** Adam and AdamW, the reference; bounds count elements. */
public final class AdamScalar {
    private AdamScalar() {}

    /**
     * {@code m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
     * values -= stepSize * m / (sqrt(v) / root + epsilon)}.
     *
     * @param rule the constants
     * @param stepSize learning rate / (1 - beta1^t)
     * @param root sqrt(1 - beta2^t)
     * @param values added to
     * @param diff read
     * @param first m, overwritten
     * @param second v, overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void update(AdamConstants rule, double stepSize, double root, double[] values,
            double[] diff, double[] first, double[] second, int from, int to) {
        for (int i = from; i < to; i++) {
            double value = values[i] * rule.shrink();
            double gradient = fma(rule.coupledDecay(), value, diff[i]);
            first[i] = fma(rule.beta1(), first[i], (1.0 - rule.beta1()) * gradient);
            second[i] = fma(rule.beta2(), second[i], (1.0 - rule.beta2()) * gradient * gradient);
            double divisor = Math.sqrt(second[i]) / root + rule.epsilon();
            values[i] = fma(-stepSize, first[i] / divisor, value);
        }
    }
}
