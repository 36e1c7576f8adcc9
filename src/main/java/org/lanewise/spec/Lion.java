package org.lanewise.spec;

/**
 * Lion (Chen et al. 2023, algorithm 2): {@code p = (1 - learningRate * weightDecay) p
 * - learningRate * sign(beta1 m + (1 - beta1) g)}, then {@code m = beta2 m + (1 - beta2) g}; the
 * sign of 0 is 0. PyTorch has no class for it.
 *
 * @param learningRate finite, at least 0
 * @param beta1 share of m in the step, at least 0, below 1
 * @param beta2 decay of m, at least 0, below 1
 * @param weightDecay finite, at least 0
 */
public record Lion(double learningRate, double beta1, double beta2,
        double weightDecay) implements Optimizer {
    /**
     * Checks the arguments.
     *
     * @param learningRate step size
     * @param beta1 share of m in the step
     * @param beta2 decay of m
     * @param weightDecay decoupled decay of the parameters
     * @throws IllegalArgumentException if one is out of range
     */
    public Lion {
        Rates.atLeastZero("learning rate", learningRate);
        Rates.belowOne("beta1", beta1);
        Rates.belowOne("beta2", beta2);
        Rates.atLeastZero("weight decay", weightDecay);
    }

    /**
     * {@return this rule with other decays}
     *
     * @param first share of m in the step, at least 0, below 1
     * @param second decay of m, at least 0, below 1
     */
    public Lion betas(double first, double second) {
        return new Lion(learningRate, first, second, weightDecay);
    }

    @Override
    public Lion weightDecay(double value) {
        return new Lion(learningRate, beta1, beta2, value);
    }

    @Override
    public String type() {
        return "lion";
    }

    @Override
    public String toString() {
        return "lion(learning rate " + learningRate + ", betas " + beta1 + " and " + beta2
                + ", weight decay " + weightDecay + ")";
    }
}
