package org.lanewise.spec;

import static org.lanewise.spec.Rates.atLeastZero;
import static org.lanewise.spec.Rates.belowOne;
import static org.lanewise.spec.Rates.require;

/**
 * The rule by which parameters follow their gradients; PyTorch's definitions and defaults.
 *
 * <p>In the formulas, p is a parameter, g its gradient, t the number of the update from 1.
 */
public sealed interface Optimizer
        permits Optimizer.Sgd, Optimizer.Adam, Optimizer.AdamW, NAdam, RmsProp, Lion {
    /** {@return the name of the rule, as {@code sgd}} */
    String type();

    /** {@return the learning rate} */
    double learningRate();

    /** {@return the weight decay} */
    double weightDecay();

    /**
     * {@return this rule with weight decay}
     *
     * @param value finite, at least 0
     */
    Optimizer weightDecay(double value);

    /**
     * Stochastic gradient descent: {@code g += weightDecay * p}; with momentum,
     * {@code v = momentum * v + (1 - dampening) * g} (v = g at the first update) and g becomes v,
     * or {@code g + momentum * v} with Nesterov; then {@code p -= learningRate * g}.
     *
     * @param learningRate finite, at least 0
     * @param momentum at least 0, below 1
     * @param dampening at least 0, at most 1
     * @param weightDecay finite, at least 0
     * @param nesterov whether the gradient is taken one step ahead; needs momentum, no dampening
     */
    record Sgd(double learningRate, double momentum, double dampening, double weightDecay,
            boolean nesterov) implements Optimizer {
        /**
         * Checks the arguments.
         *
         * @param learningRate finite, at least 0
         * @param momentum at least 0, below 1
         * @param dampening at least 0, at most 1
         * @param weightDecay finite, at least 0
         * @param nesterov whether the gradient is taken one step ahead
         * @throws IllegalArgumentException if one is out of range
         */
        public Sgd {
            atLeastZero("learning rate", learningRate);
            belowOne("momentum", momentum);
            require(dampening >= 0 && dampening <= 1, "dampening", dampening, "from 0 to 1");
            atLeastZero("weight decay", weightDecay);
            if (nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException("Nesterov needs a momentum above 0 and no"
                        + " dampening; found momentum " + momentum + ", dampening " + dampening);
            }
        }

        /**
         * {@return this rule with momentum}
         *
         * @param value at least 0, below 1
         */
        public Sgd momentum(double value) {
            return new Sgd(learningRate, value, dampening, weightDecay, nesterov);
        }

        /**
         * {@return this rule with dampening}
         *
         * @param value at least 0, at most 1
         */
        public Sgd dampening(double value) {
            return new Sgd(learningRate, momentum, value, weightDecay, nesterov);
        }

        /**
         * {@return this rule looking one step ahead, or not}
         *
         * @param value whether it does; it needs momentum and no dampening
         */
        public Sgd nesterov(boolean value) {
            return new Sgd(learningRate, momentum, dampening, weightDecay, value);
        }

        @Override
        public Sgd weightDecay(double value) {
            return new Sgd(learningRate, momentum, dampening, value, nesterov);
        }

        @Override
        public String type() {
            return "sgd";
        }

        @Override
        public String toString() {
            return "sgd(learning rate " + learningRate + ", momentum " + momentum
                    + (dampening != 0 ? ", dampening " + dampening : "")
                    + (weightDecay != 0 ? ", weight decay " + weightDecay : "")
                    + (nesterov ? ", nesterov" : "") + ")";
        }
    }

    /**
     * Adam (Kingma and Ba 2015): {@code g += weightDecay * p; m = beta1 m + (1 - beta1) g;
     * v = beta2 v + (1 - beta2) g^2; p -= learningRate / (1 - beta1^t) * m /
     * (sqrt(v) / sqrt(1 - beta2^t) + epsilon)}.
     *
     * @param learningRate finite, at least 0
     * @param beta1 decay of the first moment, at least 0, below 1
     * @param beta2 decay of the second moment, at least 0, below 1
     * @param epsilon finite, at least 0
     * @param weightDecay finite, at least 0
     */
    record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements
                Optimizer {
        /**
         * Checks the arguments.
         *
         * @param learningRate finite, at least 0
         * @param beta1 decay of the first moment, at least 0, below 1
         * @param beta2 decay of the second moment, at least 0, below 1
         * @param epsilon finite, at least 0
         * @param weightDecay finite, at least 0
         * @throws IllegalArgumentException if one is out of range
         */
        public Adam {
            adamRanges(learningRate, beta1, beta2, epsilon, weightDecay);
        }

        /**
         * {@return this rule with other decays of its means}
         *
         * @param first decay of the first moment, at least 0, below 1
         * @param second decay of the second moment, at least 0, below 1
         */
        public Adam betas(double first, double second) {
            return new Adam(learningRate, first, second, epsilon, weightDecay);
        }

        @Override
        public Adam weightDecay(double value) {
            return new Adam(learningRate, beta1, beta2, epsilon, value);
        }

        @Override
        public String type() {
            return "adam";
        }

        @Override
        public String toString() {
            return adamString(type(), learningRate, beta1, beta2, epsilon, weightDecay);
        }
    }

    /**
     * Adam with decoupled weight decay (Loshchilov and Hutter 2019):
     * {@code p *= 1 - learningRate * weightDecay}, then Adam's step without decay.
     *
     * @param learningRate finite, at least 0
     * @param beta1 decay of the first moment, at least 0, below 1
     * @param beta2 decay of the second moment, at least 0, below 1
     * @param epsilon finite, at least 0
     * @param weightDecay finite, at least 0
     */
    record AdamW(double learningRate, double beta1, double beta2, double epsilon,
            double weightDecay) implements Optimizer {
        /**
         * Checks the arguments.
         *
         * @param learningRate finite, at least 0
         * @param beta1 decay of the first moment, at least 0, below 1
         * @param beta2 decay of the second moment, at least 0, below 1
         * @param epsilon finite, at least 0
         * @param weightDecay finite, at least 0
         * @throws IllegalArgumentException if one is out of range
         */
        public AdamW {
            adamRanges(learningRate, beta1, beta2, epsilon, weightDecay);
        }

        /**
         * {@return this rule with other decays of its means}
         *
         * @param first decay of the first moment, at least 0, below 1
         * @param second decay of the second moment, at least 0, below 1
         */
        public AdamW betas(double first, double second) {
            return new AdamW(learningRate, first, second, epsilon, weightDecay);
        }

        @Override
        public AdamW weightDecay(double value) {
            return new AdamW(learningRate, beta1, beta2, epsilon, value);
        }

        @Override
        public String type() {
            return "adamw";
        }

        @Override
        public String toString() {
            return adamString(type(), learningRate, beta1, beta2, epsilon, weightDecay);
        }
    }

    /**
     * {@return plain gradient descent}
     *
     * @param learningRate finite, at least 0
     */
    static Sgd sgd(double learningRate) {
        return new Sgd(learningRate, 0, 0, 0, false);
    }

    /**
     * {@return Adam with beta 0.9 and 0.999, epsilon 1e-8, no weight decay}
     *
     * @param learningRate finite, at least 0
     */
    static Adam adam(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /**
     * {@return AdamW with beta 0.9 and 0.999, epsilon 1e-8, weight decay 0.01}
     *
     * @param learningRate finite, at least 0
     */
    static AdamW adamW(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    /**
     * {@return NAdam with beta 0.9 and 0.999, epsilon 1e-8, momentum decay 0.004, no weight decay}
     *
     * @param learningRate finite, at least 0
     */
    static NAdam nadam(double learningRate) {
        return new NAdam(learningRate, 0.9, 0.999, 1e-8, 0, 0.004);
    }

    /**
     * {@return RMSprop with alpha 0.99, epsilon 1e-8, no weight decay, no momentum, not centered}
     *
     * @param learningRate finite, at least 0
     */
    static RmsProp rmsProp(double learningRate) {
        return new RmsProp(learningRate, 0.99, 1e-8, 0, 0, false);
    }

    /**
     * {@return Lion with beta 0.9 and 0.99, no weight decay}
     *
     * @param learningRate finite, at least 0
     */
    static Lion lion(double learningRate) {
        return new Lion(learningRate, 0.9, 0.99, 0);
    }

    private static void adamRanges(double learningRate, double beta1, double beta2, double epsilon,
            double weightDecay) {
        atLeastZero("learning rate", learningRate);
        belowOne("beta1", beta1);
        belowOne("beta2", beta2);
        atLeastZero("epsilon", epsilon);
        atLeastZero("weight decay", weightDecay);
    }

    private static String adamString(String type, double learningRate, double beta1, double beta2,
            double epsilon, double weightDecay) {
        return type + "(learning rate " + learningRate + ", betas " + beta1 + " and " + beta2
                + ", epsilon " + epsilon + ", weight decay " + weightDecay + ")";
    }
}
