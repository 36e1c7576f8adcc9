package org.lanewise.plan;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.ClassTargets;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.elementwise.SoftmaxCrossEntropyVector;
import org.lanewise.kernel.reference.BinaryCrossEntropyScalar;
import org.lanewise.kernel.reference.SmoothL1Scalar;
import org.lanewise.kernel.reference.SoftmaxCrossEntropyScalar;
import org.lanewise.kernel.reference.SquaredErrorScalar;
import org.lanewise.spec.Huber;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.SmoothL1;

/** The end of a plan: compares outputs with what they should be. */
final class Objective {
    private final Loss loss;
    private final int terms;
    private final double[] losses;
    /** A class a sample; null for a loss of target values. */
    private final int[] labels;
    /** A row a sample; null for a loss of labels. */
    private final double[] targets;
    /** Softmax of the outputs; null where those are not logits of classes. */
    private final double[] probabilities;
    private final Task forward;
    private final Task backward;
    private double sum;
    private double scale;
    private double divisor;

    /** Overwrites the gradient of some samples, multiplied by a scale. */
    private interface Gradient {
        void run(double scale, int from, int to);
    }

    /**
     * Allocates what a loss needs.
     *
     * @param loss of the network
     * @param vectors whether vector kernels may compute
     * @param output of the network, row-major; its gradient is null where there is none
     * @param workspace where arrays are from
     * @param capacity the most samples of a batch
     */
    Objective(Loss loss, boolean vectors, Tensor output, Workspace workspace, int capacity) {
        this.loss = loss;
        int width = output.sampleSize();
        long all = (long) capacity * width;
        int whole = MemoryUse.WHOLE_NETWORK;
        double[] y = output.values();
        double[] diff = output.gradient();
        double[] each = workspace.doubles(whole, Kind.LOSS, "losses", capacity);
        this.losses = each;
        this.terms = loss.terms(width);
        this.labels = loss.takesLabels()
                ? workspace.integers(whole, Kind.LOSS, "labels", capacity)
                : null;
        double[] softmax = loss instanceof Loss.SoftmaxCrossEntropy
                ? workspace.doubles(whole, Kind.LOSS, "probabilities", all)
                : null;
        this.probabilities = softmax;
        double[] t = loss.takesLabels()
                ? null
                : workspace.doubles(whole, Kind.LOSS, "targets", all);
        this.targets = t;
        Task.Range values;
        Gradient gradient;
        switch (loss) {
            case Loss.SoftmaxCrossEntropy entropy -> {
                double[] weight = factors(entropy.weight(), width);
                ClassTargets classes = entropy.probabilities()
                        ? ClassTargets.of(t, weight, entropy.labelSmoothing())
                        : ClassTargets.of(labels, entropy.ignoreIndex(), weight,
                                entropy.labelSmoothing());
                values = vectors
                        ? (from, to) -> SoftmaxCrossEntropyVector.forward(classes, y, softmax, each,
                                from, to)
                        : (from, to) -> SoftmaxCrossEntropyScalar.forward(classes, y, softmax, each,
                                from, to);
                gradient = vectors
                        ? (by, from, to) -> SoftmaxCrossEntropyVector.backward(classes, softmax, by,
                                diff, from, to)
                        : (by, from, to) -> SoftmaxCrossEntropyScalar.backward(classes, softmax, by,
                                diff, from, to);
            }
            case Loss.MeanSquaredError _ -> {
                values = (from, to) -> SquaredErrorScalar.forward(width, y, t, each, from, to);
                gradient = (by, from, to) -> SquaredErrorScalar.backward(width, y, t, by, diff,
                        from, to);
            }
            case Loss.BinaryCrossEntropyWithLogits entropy -> {
                var kernel = new BinaryCrossEntropyScalar(factors(entropy.posWeight(), width));
                values = (from, to) -> kernel.forward(y, t, each, from, to);
                gradient = (by, from, to) -> kernel.backward(y, t, by, diff, from, to);
            }
            case SmoothL1 _,Huber _ -> {
                var kernel = loss instanceof Huber huber
                        ? SmoothL1Scalar.huber(width, huber.delta())
                        : new SmoothL1Scalar(width, ((SmoothL1) loss).beta());
                values = (from, to) -> kernel.forward(y, t, each, from, to);
                gradient = (by, from, to) -> kernel.backward(y, t, by, diff, from, to);
            }
        }
        this.forward = Elementwise.samples(output, values);
        this.backward = Elementwise.samples(output, (from, to) -> gradient.run(scale, from, to));
    }

    /** One factor each, 1 where none is given. */
    private static double[] factors(List<Double> given, int count) {
        double[] factors = new double[count];
        Arrays.fill(factors, 1.0);
        for (int i = 0; i < given.size(); i++) {
            factors[i] = given.get(i);
        }
        return factors;
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
            sum += losses[n];
            divisor += labels == null ? terms : loss.divisor(labels[n]);
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
        return labels;
    }

    double[] targets() {
        return targets;
    }

    double[] probabilities() {
        return probabilities;
    }

    double[] losses() {
        return losses;
    }
}
