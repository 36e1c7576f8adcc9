package org.lanewise.spec;

import java.util.Arrays;
import java.util.List;

/** What training makes small; PyTorch's definitions and defaults. */
public sealed interface Loss permits Loss.SoftmaxCrossEntropy, Loss.MeanSquaredError,
        Loss.BinaryCrossEntropyWithLogits, SmoothL1, Huber {
    /** How the losses of a batch become one number. */
    enum Reduction {
        /**
         * Divided by the sum of what {@link Loss#divisor} gives for the labels of the samples, or where
         * they have target values by what {@link Loss#terms} gives for each; 0 where that sum is 0.
         */
        MEAN,
        /** Added up. */
        SUM;

        /**
         * {@return what the sum of the losses of a batch is multiplied by; NaN, which no training
         * accepts, where the divisor has overflowed}
         *
         * @param divisor of their mean, at least 0
         */
        public double scale(double divisor) {
            return this == SUM
                    ? 1.0
                    : divisor == 0.0
                            ? 0.0
                            : divisor <= Double.MAX_VALUE ? 1.0 / divisor : Double.NaN;
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

    /** {@return whether samples have a class label each; otherwise they have rows of target values} */
    default boolean takesLabels() {
        return false;
    }

    /**
     * {@return what a sample adds to the divisor of a mean: 0 if its label is ignored, else the
     * weight of the label}
     *
     * @param label of the sample; only for losses that take labels
     */
    default double divisor(int label) {
        return 1.0;
    }

    /**
     * {@return what a sample with target values adds to the divisor of a mean: the number of outputs,
     * or 1 for class probabilities}
     *
     * @param outputs of the network
     */
    default int terms(int outputs) {
        return outputs;
    }

    /**
     * {@return whether samples with a label have no loss, no gradient and no part in accuracies}
     *
     * @param label of a sample
     */
    default boolean ignores(int label) {
        return false;
    }

    /** {@return the largest target value, where they begin at 0; NaN where any number may be one} */
    default double largestTarget() {
        return Double.NaN;
    }

    /**
     * {@return whether the loss is defined for a target value}
     *
     * @param target the value
     */
    default boolean accepts(double target) {
        double most = largestTarget();
        return Double.isNaN(most) || target >= 0 && target <= most;
    }

    /** {@return which target values the loss is defined for, for messages} */
    default String accepted() {
        return largestTarget() == 1 ? "values from 0 to 1" : "finite values of at least 0";
    }

    /**
     * Checks that the loss fits the outputs of a network.
     *
     * @param last layer of the network
     * @throws NetworkException if it does not; the message names the loss and the value
     */
    default void requireFit(LayerDescription last) {}

    /**
     * Softmax over the outputs (taken as logits), then the negative logarithm of the label's
     * probability: {@code log(sum of exp(z)) - z[label]}, finite for any finite logits.
     *
     * <p>With weights w and a smoothing s over K classes, the loss of a sample is
     * {@code (1 - s) w[label] l[label] + s / K * sum over j of w[j] l[j]}, where l[j] is the negative
     * logarithm of the probability of class j. A mean is divided by the sum of the weights of the
     * labels that are not ignored. A batch in which that sum is 0, because all labels are ignored,
     * has the loss 0 and gradients of 0 (PyTorch: NaN).
     *
     * <p>With class probabilities t in place of a label, it is {@code sum over j of w[j] ((1 - s) t[j] + s / K) l[j]}.
     * They are finite and at least 0, of any sum; a mean is divided by the number of samples, whatever the weights.
     *
     * @param weight of each class, finite and at least 0; empty where all count alike
     * @param ignoreIndex samples with this label have no loss, no gradient, and no part in the divisor
     * @param labelSmoothing share of the target that is spread over all classes, at least 0, below 1
     * @param probabilities whether targets are class probabilities, one an output, and not class indices
     * @param reduction mean over the samples, or their sum
     */
    record SoftmaxCrossEntropy(List<Double> weight, int ignoreIndex, double labelSmoothing,
            boolean probabilities, Reduction reduction) implements Loss {
        /** The label that is ignored where none is given, which is no class. */
        public static final int IGNORE_INDEX = -100;

        /**
         * Checks the options.
         *
         * @param weight of each class, finite and at least 0; empty where all count alike
         * @param ignoreIndex label of samples that do not count
         * @param labelSmoothing share of the target that is spread, at least 0, below 1
         * @param probabilities whether targets are class probabilities
         * @param reduction mean over the samples, or their sum
         * @throws NetworkException if one is out of range
         */
        public SoftmaxCrossEntropy {
            weight = List.copyOf(weight);
            requireFactors("softmax_cross_entropy: weight", weight);
            require(weight.isEmpty() || weight.stream().anyMatch(value -> value > 0),
                    "softmax_cross_entropy: weight", weight, "above 0 for some class");
            require(labelSmoothing >= 0 && labelSmoothing < 1,
                    "softmax_cross_entropy: label_smoothing", labelSmoothing,
                    "at least 0 and below 1");
            require(!probabilities || ignoreIndex == IGNORE_INDEX,
                    "softmax_cross_entropy: ignore_index", ignoreIndex,
                    "left out where targets are probabilities, which are no index");
        }

        /**
         * Makes the loss with PyTorch's defaults.
         *
         * @param reduction mean over the samples, or their sum
         */
        public SoftmaxCrossEntropy(Reduction reduction) {
            this(List.of(), IGNORE_INDEX, 0, false, reduction);
        }

        /**
         * {@return this loss with a weight for each class}
         *
         * @param values one a class, finite and at least 0; an empty array for equal weights
         */
        public SoftmaxCrossEntropy weight(double... values) {
            return new SoftmaxCrossEntropy(list(values), ignoreIndex, labelSmoothing, probabilities,
                    reduction);
        }

        /**
         * {@return this loss, ignoring samples with a label}
         *
         * @param label a class, or any other number
         */
        public SoftmaxCrossEntropy ignoreIndex(int label) {
            return new SoftmaxCrossEntropy(weight, label, labelSmoothing, probabilities, reduction);
        }

        /**
         * {@return this loss with smoothed labels}
         *
         * @param share of the target that is spread over all classes, at least 0, below 1
         */
        public SoftmaxCrossEntropy labelSmoothing(double share) {
            return new SoftmaxCrossEntropy(weight, ignoreIndex, share, probabilities, reduction);
        }

        /**
         * {@return this loss for targets of another kind}
         *
         * @param value whether targets are class probabilities, one an output, and not class indices
         */
        public SoftmaxCrossEntropy probabilities(boolean value) {
            return new SoftmaxCrossEntropy(weight, ignoreIndex, labelSmoothing, value, reduction);
        }

        @Override
        public SoftmaxCrossEntropy reduction(Reduction other) {
            return new SoftmaxCrossEntropy(weight, ignoreIndex, labelSmoothing, probabilities,
                    other);
        }

        @Override
        public String type() {
            return "softmax_cross_entropy";
        }

        @Override
        public boolean takesLabels() {
            return !probabilities;
        }

        @Override
        public int terms(int outputs) {
            return 1;
        }

        @Override
        public double largestTarget() {
            return Double.MAX_VALUE;
        }

        @Override
        public double divisor(int label) {
            return ignores(label) ? 0.0 : weight.isEmpty() ? 1.0 : weight.get(label);
        }

        @Override
        public boolean ignores(int label) {
            return label == ignoreIndex;
        }

        @Override
        public void requireFit(LayerDescription last) {
            if (!(last.output() instanceof Shape.Flat)) {
                throw new NetworkException(type() + " needs a flat output, one logit a class, but"
                        + " the last layer (" + last.layer().type() + ") gives maps of "
                        + last.output() + "; put a flatten layer after it", null);
            }
            requireCount(this, "weight", weight, last.output());
        }

        @Override
        public String toString() {
            return text(this, option("weight", weight, List.of())
                    + option("ignore_index", ignoreIndex, IGNORE_INDEX)
                    + option("label_smoothing", labelSmoothing, 0.0)
                    + (probabilities ? ", targets probabilities" : ""));
        }
    }

    /**
     * The square of the difference between output and target.
     *
     * @param reduction mean over samples and outputs, or their sum
     */
    record MeanSquaredError(Reduction reduction) implements Loss {
        @Override
        public MeanSquaredError reduction(Reduction other) {
            return new MeanSquaredError(other);
        }

        @Override
        public String type() {
            return "mean_squared_error";
        }

        @Override
        public String toString() {
            return text(this, "");
        }
    }

    /**
     * Sigmoid of each output x (taken as a logit), then the cross-entropy with a target t from 0 to 1:
     * {@code p t log(1 + exp(-x)) + (1 - t) log(1 + exp(x))}, finite for any finite logits.
     *
     * @param posWeight p of each output, finite and at least 0; empty where all are 1
     * @param reduction mean over samples and outputs, or their sum
     */
    record BinaryCrossEntropyWithLogits(List<Double> posWeight, Reduction reduction)
            implements
                Loss {
        /**
         * Checks the options.
         *
         * @param posWeight p of each output, finite and at least 0; empty where all are 1
         * @param reduction mean over samples and outputs, or their sum
         * @throws NetworkException if one is out of range
         */
        public BinaryCrossEntropyWithLogits {
            posWeight = List.copyOf(posWeight);
            requireFactors("binary_cross_entropy_with_logits: pos_weight", posWeight);
        }

        /**
         * {@return this loss with a weight for the positive target of each output}
         *
         * @param values one an output, finite and at least 0; an empty array for equal weights
         */
        public BinaryCrossEntropyWithLogits posWeight(double... values) {
            return new BinaryCrossEntropyWithLogits(list(values), reduction);
        }

        @Override
        public BinaryCrossEntropyWithLogits reduction(Reduction other) {
            return new BinaryCrossEntropyWithLogits(posWeight, other);
        }

        @Override
        public String type() {
            return "binary_cross_entropy_with_logits";
        }

        @Override
        public double largestTarget() {
            return 1.0;
        }

        @Override
        public void requireFit(LayerDescription last) {
            requireCount(this, "pos_weight", posWeight, last.output());
        }

        @Override
        public String toString() {
            return text(this, option("pos_weight", posWeight, List.of()));
        }
    }

    /** {@return softmax cross-entropy, mean over the samples} */
    static SoftmaxCrossEntropy softmaxCrossEntropy() {
        return new SoftmaxCrossEntropy(Reduction.MEAN);
    }

    /** {@return squared error, mean over samples and outputs} */
    static MeanSquaredError meanSquaredError() {
        return new MeanSquaredError(Reduction.MEAN);
    }

    /** {@return binary cross-entropy on logits, mean over samples and outputs} */
    static BinaryCrossEntropyWithLogits binaryCrossEntropyWithLogits() {
        return new BinaryCrossEntropyWithLogits(List.of(), Reduction.MEAN);
    }

    /** {@return smooth L1 with a beta of 1, mean over samples and outputs} */
    static SmoothL1 smoothL1() {
        return new SmoothL1(1, Reduction.MEAN);
    }

    /** {@return Huber's loss with a delta of 1, mean over samples and outputs} */
    static Huber huber() {
        return new Huber(1, Reduction.MEAN);
    }

    private static List<Double> list(double... values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static void requireFactors(String name, List<Double> values) {
        for (double value : values) {
            require(value >= 0 && value <= Double.MAX_VALUE, name, value,
                    "finite and at least 0");
        }
    }

    private static void require(boolean condition, String name, Object value, String range) {
        if (!condition) {
            throw new NetworkException(name + " " + value + " must be " + range, null);
        }
    }

    private static void requireCount(Loss loss, String name, List<Double> values, Shape output) {
        if (!values.isEmpty() && values.size() != output.size()) {
            throw new NetworkException(loss.type() + ": " + name + " has " + values.size()
                    + " numbers, but the network has " + output.size()
                    + " outputs; give one for each, or none", null);
        }
    }

    private static String option(String name, Object value, Object usual) {
        return value.equals(usual) ? "" : ", " + name + " " + value;
    }

    /** The type, followed by the options that are not the defaults. */
    private static String text(Loss loss, String options) {
        String all = options + (loss.reduction() == Reduction.SUM ? ", reduction sum" : "");
        return loss.type() + (all.isEmpty() ? "" : "(" + all.substring(2) + ")");
    }
}
