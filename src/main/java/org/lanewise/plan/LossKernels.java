package org.lanewise.plan;

import static org.lanewise.kernel.Elements.doubles;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.ClassTargets;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.elementwise.SoftmaxCrossEntropyVector;
import org.lanewise.kernel.reference.BinaryCrossEntropyScalar;
import org.lanewise.kernel.reference.SmoothL1Scalar;
import org.lanewise.kernel.reference.SoftmaxCrossEntropyScalar;
import org.lanewise.kernel.reference.SquaredErrorScalar;
import org.lanewise.spec.Huber;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.SmoothL1;

/** The kernels of losses. */
final class LossKernels {
    private LossKernels() {}

    /**
     * Allocates what a loss needs.
     *
     * @param loss of the network
     * @param vectors whether vector kernels may compute
     * @param output of the network, row-major; its gradient is null where there is none
     * @param workspace where arrays are from
     * @param capacity the most samples of a batch
     */
    static Objective of(Loss loss, boolean vectors, Tensor output, Workspace workspace,
            int capacity) {
        int width = output.sampleSize();
        long all = (long) capacity * width;
        int whole = MemoryUse.WHOLE_NETWORK;
        double[] y = doubles(output.values());
        double[] diff = doubles(output.gradient());
        double[] each = workspace.wide(whole, Kind.LOSS, "losses", capacity); // double
        int[] labels = loss.takesLabels()
                ? workspace.integers(whole, Kind.LOSS, "labels", capacity)
                : null;
        double[] softmax = loss instanceof Loss.SoftmaxCrossEntropy
                ? workspace.doubles(whole, Kind.LOSS, "probabilities", all)
                : null;
        double[] t = loss.takesLabels()
                ? null
                : workspace.doubles(whole, Kind.LOSS, "targets", all);
        Task.Range values;
        Objective.Gradient gradient;
        switch (loss) {
            case Loss.SoftmaxCrossEntropy entropy -> {
                double[] weight = factors(entropy.weight(), width);
                ClassTargets classes = entropy.probabilities()
                        ? ClassTargets.of(t, weight, Element.round(entropy.labelSmoothing()))
                        : ClassTargets.of(labels, entropy.ignoreIndex(), weight,
                                Element.round(entropy.labelSmoothing()));
                values = vectors
                        ? (from, to) -> SoftmaxCrossEntropyVector.forward(classes, y, softmax, each,
                                from, to)
                        : (from, to) -> SoftmaxCrossEntropyScalar.forward(classes, y, softmax, each,
                                from, to);
                gradient = vectors
                        ? (by, from, to) -> SoftmaxCrossEntropyVector.backward(classes, softmax,
                                Element.round(by),
                                diff, from, to)
                        : (by, from, to) -> SoftmaxCrossEntropyScalar.backward(classes, softmax,
                                Element.round(by),
                                diff, from, to);
            }
            case Loss.MeanSquaredError _ -> {
                values = (from, to) -> SquaredErrorScalar.forward(width, y, t, each, from, to);
                gradient = (by, from, to) -> SquaredErrorScalar.backward(width, y, t,
                        Element.round(by), diff,
                        from, to);
            }
            case Loss.BinaryCrossEntropyWithLogits entropy -> {
                var kernel = new BinaryCrossEntropyScalar(factors(entropy.posWeight(), width));
                values = (from, to) -> kernel.forward(y, t, each, from, to);
                gradient = (by, from, to) -> kernel.backward(y, t, Element.round(by), diff, from,
                        to);
            }
            case SmoothL1 _,Huber _ -> {
                var kernel = loss instanceof Huber huber
                        ? SmoothL1Scalar.huber(width, Element.round(huber.delta()))
                        : new SmoothL1Scalar(width, Element.round(((SmoothL1) loss).beta()));
                values = (from, to) -> kernel.forward(y, t, each, from, to);
                gradient = (by, from, to) -> kernel.backward(y, t, Element.round(by), diff, from,
                        to);
            }
        }
        return new Objective(loss, new Objective.Parts(output, Elements.of(each), labels,
                Elements.of(t), Elements.of(softmax), values, gradient));
    }

    /** One factor each, 1 where none is given. */
    private static double[] factors(List<Double> given, int count) {
        double[] factors = new double[count];
        Arrays.fill(factors, Element.round(1.0));
        for (int i = 0; i < given.size(); i++) {
            factors[i] = Element.round(given.get(i));
        }
        return factors;
    }
}
