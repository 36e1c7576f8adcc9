package org.lanewise.spec;

/**
 * NAdam (Dozat 2016), PyTorch's with coupled weight decay: {@code g += weightDecay * p;
 * m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2}; with
 * {@code mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2)} and the product
 * {@code P_t = mu_1 mu_2 ... mu_t}, {@code p -= learningRate * ((1 - mu_t) / (1 - P_t) g
 * + mu_(t+1) / (1 - P_(t+1)) m) / (sqrt(v / (1 - beta2^t)) + epsilon)}.
 *
 * @param learningRate finite, at least 0
 * @param beta1 decay of the first moment, at least 0, below 1
 * @param beta2 decay of the second moment, at least 0, below 1
 * @param epsilon finite, at least 0
 * @param weightDecay finite, at least 0
 * @param momentumDecay finite, at least 0
 */
public record NAdam(double learningRate, double beta1, double beta2, double epsilon,
        double weightDecay, double momentumDecay) implements Optimizer {
    /**
     * Checks the arguments.
     *
     * @param learningRate step size
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon added to the divisor
     * @param weightDecay share of a parameter added to its gradient
     * @param momentumDecay how fast mu becomes beta1
     * @throws IllegalArgumentException if one is out of range
     */
    public NAdam {
        Rates.atLeastZero("learning rate", learningRate);
        Rates.belowOne("beta1", beta1);
        Rates.belowOne("beta2", beta2);
        Rates.atLeastZero("epsilon", epsilon);
        Rates.atLeastZero("weight decay", weightDecay);
        Rates.atLeastZero("momentum decay", momentumDecay);
    }

    /**
     * {@return this rule with other decays of its means}
     *
     * @param first decay of the first moment, at least 0, below 1
     * @param second decay of the second moment, at least 0, below 1
     */
    public NAdam betas(double first, double second) {
        return new NAdam(learningRate, first, second, epsilon, weightDecay, momentumDecay);
    }

    @Override
    public NAdam weightDecay(double value) {
        return new NAdam(learningRate, beta1, beta2, epsilon, value, momentumDecay);
    }

    @Override
    public String type() {
        return "nadam";
    }

    @Override
    public String toString() {
        return "nadam(learning rate " + learningRate + ", betas " + beta1 + " and " + beta2
                + ", epsilon " + epsilon + ", weight decay " + weightDecay + ", momentum decay "
                + momentumDecay + ")";
    }
}
