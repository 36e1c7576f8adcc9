package org.lanewise.plan;

import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;
import org.lanewise.spec.Loss;

/** The end of a plan: compares outputs with what they should be. */
final class Objective {
    private final Loss loss;
    private final int terms;
    private final Parts parts;
    private final Task forward;
    private final Task backward;
    private double sum;
    private double scale;
    private double divisor;

    /** Overwrites the gradient of some samples, multiplied by a scale. */
    interface Gradient {
        void run(double scale, int from, int to);
    }

    /**
     * An end of given arrays.
     *
     * @param output what the loss is of
     * @param losses overwritten
     * @param labels a class a sample; null for a loss of target values
     * @param targets a row a sample; null for a loss of labels
     * @param probabilities softmax of the outputs; null where those are not logits of classes
     * @param values computes losses
     * @param gradient computes the outputs' gradient
     */
    record Parts(Tensor output, Elements losses, int[] labels, Elements targets,
            Elements probabilities, Task.Range values, Gradient gradient) {}

    Objective(Loss loss, Parts parts) {
        this.loss = loss;
        this.terms = loss.terms(parts.output().sampleSize());
        this.parts = parts;
        this.forward = Elementwise.samples(parts.output(), parts.values());
        this.backward = Elementwise.samples(parts.output(),
                (from, to) -> parts.gradient().run(scale, from, to));
    }

    /** Overwrites the loss of each of the first samples. */
    Task forward() {
        return forward;
    }

    /**
     * Reduces the losses of the first samples to one number, and sets what the gradients are
     * multiplied by.
     *
     * <p>In the caller, one sample after the other: a sum has one order. The divisor depends on the
     * labels of the whole batch, and so is computed before the gradient of any sample.
     */
    double reduce(int samples) {
        sum = 0.0;
        divisor = 0.0;
        for (int n = 0; n < samples; n++) {
            sum += parts.losses().get(n);
            divisor += labels() == null ? terms : loss.divisor(labels()[n]);
        }
        scale = loss.reduction().scale(divisor);
        return sum * scale;
    }

    /** Overwrites the outputs' gradient of the first samples, once they are reduced. */
    Task backward() {
        return backward;
    }

    /** What the last {@link #reduce} divided by, where the loss is a mean. */
    double divisor() {
        return divisor;
    }

    /** Lets gradients be those of the sum of the losses, until the next {@link #reduce}. */
    void sumGradients() {
        scale = 1.0;
    }

    /** The sum that the last {@link #reduce} was made from. */
    double sum() {
        return sum;
    }

    int[] labels() {
        return parts.labels();
    }

    Elements targets() {
        return parts.targets();
    }

    Elements probabilities() {
        return parts.probabilities();
    }

    Elements losses() {
        return parts.losses();
    }
}
