package org.lanewise.spec;

/**
 * RMSprop (Tieleman and Hinton 2012), PyTorch's: {@code g += weightDecay * p;
 * s = alpha s + (1 - alpha) g^2; p -= learningRate * g / (sqrt(s) + epsilon)}; centered,
 * {@code a = alpha a + (1 - alpha) g} and the root is that of {@code s - a^2}; with momentum,
 * {@code b = momentum * b + g / (...)} and {@code p -= learningRate * b}.
 *
 * @param learningRate finite, at least 0
 * @param alpha decay of the means, at least 0, below 1
 * @param epsilon finite, at least 0
 * @param weightDecay finite, at least 0
 * @param momentum at least 0, below 1
 * @param centered whether the mean gradient is subtracted
 */
public record RmsProp(double learningRate, double alpha, double epsilon, double weightDecay,
        double momentum, boolean centered) implements Optimizer {
    /**
     * Checks the arguments.
     *
     * @param learningRate step size
     * @param alpha decay of the means
     * @param epsilon added to the divisor
     * @param weightDecay share of a parameter added to its gradient
     * @param momentum share of the last step kept
     * @param centered whether the mean gradient is subtracted
     * @throws IllegalArgumentException if one is out of range
     */
    public RmsProp {
        Rates.atLeastZero("learning rate", learningRate);
        Rates.belowOne("alpha", alpha);
        Rates.atLeastZero("epsilon", epsilon);
        Rates.atLeastZero("weight decay", weightDecay);
        Rates.belowOne("momentum", momentum);
    }

    /**
     * {@return this rule with another decay of its means}
     *
     * @param value at least 0, below 1
     */
    public RmsProp alpha(double value) {
        return new RmsProp(learningRate, value, epsilon, weightDecay, momentum, centered);
    }

    /**
     * {@return this rule with momentum}
     *
     * @param value at least 0, below 1
     */
    public RmsProp momentum(double value) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, value, centered);
    }

    @Override
    public RmsProp weightDecay(double value) {
        return new RmsProp(learningRate, alpha, epsilon, value, momentum, centered);
    }

    /**
     * {@return this rule centered, or not}
     *
     * @param value whether the mean gradient is subtracted
     */
    public RmsProp centered(boolean value) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, value);
    }

    @Override
    public String type() {
        return "rmsprop";
    }

    @Override
    public String toString() {
        return "rmsprop(learning rate " + learningRate + ", alpha " + alpha + ", epsilon " + epsilon
                + ", momentum " + momentum + ", weight decay " + weightDecay
                + (centered ? ", centered" : "") + ")";
    }
}
