package org.lanewise.spec;

/** What training makes small. */
public sealed interface Loss {
    /** How the losses of a batch become one number. */
    enum Reduction {
        /** Divided by the number of samples (cross-entropy) or of outputs (squared error). */
        MEAN,
        /** Added up. */
        SUM;

        /**
         * {@return what the sum of some terms is multiplied by}
         *
         * @param terms how many
         */
        public double scale(double terms) {
            return this == SUM ? 1.0 : 1.0 / terms;
        }
    }

    /** {@return how a batch becomes one number} */
    Reduction reduction();

    /**
     * {@return this loss with another reduction}
     *
     * @param reduction how a batch becomes one number
     */
    Loss reduction(Reduction reduction);

    /** {@return the name of the loss in network files} */
    String type();

    /**
     * Softmax over the outputs (taken as logits), then the negative logarithm of the label's
     * probability: {@code log(sum of exp(z)) - z[label]}, finite for any finite logits.
     *
     * @param reduction mean over the samples, or their sum
     */
    record SoftmaxCrossEntropy(Reduction reduction) implements Loss {
        @Override
        public Loss reduction(Reduction other) {
            return new SoftmaxCrossEntropy(other);
        }

        @Override
        public String type() {
            return "softmax_cross_entropy";
        }
    }

    /**
     * The square of the difference between output and target.
     *
     * @param reduction mean over samples and outputs, or their sum
     */
    record MeanSquaredError(Reduction reduction) implements Loss {
        @Override
        public Loss reduction(Reduction other) {
            return new MeanSquaredError(other);
        }

        @Override
        public String type() {
            return "mean_squared_error";
        }
    }

    /** {@return softmax cross-entropy, mean over the samples} */
    static Loss softmaxCrossEntropy() {
        return new SoftmaxCrossEntropy(Reduction.MEAN);
    }

    /** {@return squared error, mean over samples and outputs} */
    static Loss meanSquaredError() {
        return new MeanSquaredError(Reduction.MEAN);
    }
}
