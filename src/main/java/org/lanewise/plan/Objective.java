package org.lanewise.plan;

import org.lanewise.kernel.Task;
import org.lanewise.kernel.elementwise.SoftmaxCrossEntropyVector;
import org.lanewise.kernel.reference.SoftmaxCrossEntropyScalar;
import org.lanewise.kernel.reference.SquaredErrorScalar;
import org.lanewise.spec.Loss.Reduction;

/** The end of a plan: compares outputs with what they should be. */
sealed interface Objective {
    /** Overwrites the loss of each of the first samples. */
    Task forward();

    /** Overwrites the outputs' gradient of the first samples; only where there is one. */
    Task backward();

    /** The loss of each sample, before reduction over samples. */
    double[] losses();

    /** How many terms the loss of one sample is the sum of. */
    int terms();

    /** How a batch becomes one number. */
    Reduction reduction();

    /** What the sum of the losses of a batch is multiplied by. */
    default double scale(int samples) {
        return reduction().scale((double) samples * terms());
    }

    /** Softmax cross-entropy on logits. */
    record SoftmaxCrossEntropy(
            Task forward,
            Task backward,
            int[] labels,
            double[] probabilities,
            double[] losses,
            Reduction reduction) implements Objective {
        static SoftmaxCrossEntropy of(boolean vectors, Tensor logits, int[] labels,
                double[] probabilities, double[] losses, Reduction reduction) {
            int classes = logits.sampleSize();
            double[] z = logits.values();
            double[] diff = logits.gradient();
            Task forward = Elementwise.samples(logits, vectors
                    ? (from, to) -> SoftmaxCrossEntropyVector.forward(classes, z, labels,
                            probabilities, losses, from, to)
                    : (from, to) -> SoftmaxCrossEntropyScalar.forward(classes, z, labels,
                            probabilities, losses, from, to));
            Task backward = Task.of(samples -> samples, Elementwise.samplesOfBlock(logits),
                    (from, to, _, samples) -> {
                        double scale = reduction.scale(samples);
                        if (vectors) {
                            SoftmaxCrossEntropyVector.backward(classes, probabilities, labels,
                                    scale, diff, from, to);
                        } else {
                            SoftmaxCrossEntropyScalar.backward(classes, probabilities, labels,
                                    scale, diff, from, to);
                        }
                    });
            return new SoftmaxCrossEntropy(forward, backward, labels, probabilities, losses,
                    reduction);
        }

        @Override
        public int terms() {
            return 1;
        }
    }

    /** Mean or summed squared error. */
    record SquaredError(
            Task forward,
            Task backward,
            int terms,
            double[] targets,
            double[] losses,
            Reduction reduction) implements Objective {
        static SquaredError of(Tensor outputs, double[] targets, double[] losses,
                Reduction reduction) {
            int terms = outputs.sampleSize();
            double[] y = outputs.values();
            double[] diff = outputs.gradient();
            return new SquaredError(
                    Elementwise.samples(outputs, (from, to) -> SquaredErrorScalar.forward(terms, y,
                            targets, losses, from, to)),
                    Task.of(samples -> samples, Elementwise.samplesOfBlock(outputs),
                            (from, to, _, samples) -> SquaredErrorScalar.backward(terms, y, targets,
                                    reduction.scale((double) samples * terms), diff, from, to)),
                    terms, targets, losses, reduction);
        }
    }
}
