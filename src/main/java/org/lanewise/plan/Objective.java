package org.lanewise.plan;

import org.lanewise.kernel.SoftmaxCrossEntropyScalar;
import org.lanewise.kernel.SquaredErrorScalar;
import org.lanewise.spec.Loss.Reduction;

/** The end of a plan: compares outputs with what they should be. */
sealed interface Objective {
    /** Overwrites the loss of each of the first samples. */
    void forward(int samples);

    /** Overwrites the outputs' gradient of the first samples. */
    void backward(int samples);

    /** The loss of each sample, before reduction over samples. */
    double[] losses();

    /** How many terms the loss of one sample is the sum of. */
    int terms();

    /** How a batch becomes one number. */
    Reduction reduction();

    /** What the sum of the losses of a batch is multiplied by. */
    default double scale(int samples) {
        return switch (reduction()) {
            case SUM -> 1.0;
            case MEAN -> 1.0 / ((double) samples * terms());
        };
    }

    /** Softmax cross-entropy on logits. */
    record SoftmaxCrossEntropy(
            Tensor logits,
            int[] labels,
            double[] probabilities,
            double[] losses,
            Reduction reduction) implements Objective {
        @Override
        public void forward(int samples) {
            SoftmaxCrossEntropyScalar.forward(logits.sampleSize(), logits.values(), labels,
                    probabilities, losses, 0, samples);
        }

        @Override
        public void backward(int samples) {
            SoftmaxCrossEntropyScalar.backward(logits.sampleSize(), probabilities, labels,
                    scale(samples), logits.gradient(), 0, samples);
        }

        @Override
        public int terms() {
            return 1;
        }
    }

    /** Mean or summed squared error. */
    record SquaredError(Tensor outputs, double[] targets, double[] losses, Reduction reduction)
            implements
                Objective {
        @Override
        public void forward(int samples) {
            SquaredErrorScalar.forward(outputs.sampleSize(), outputs.values(), targets, losses, 0,
                    samples);
        }

        @Override
        public void backward(int samples) {
            SquaredErrorScalar.backward(outputs.sampleSize(), outputs.values(), targets,
                    scale(samples), outputs.gradient(), 0, samples);
        }

        @Override
        public int terms() {
            return outputs.sampleSize();
        }
    }
}
