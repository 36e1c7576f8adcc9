package org.lanewise;

import org.lanewise.plan.Plan;
import org.lanewise.spec.Loss;

/** The losses and right answers of a batch, for reports; overwritten by each step. */
final class Tally {
    double lossSum;
    double divisor;
    int counted;
    int correct;

    /** Takes the losses of a batch, and counts right answers among labels that the loss does not ignore. */
    void set(Plan plan, int samples, double batchDivisor) {
        Loss loss = plan.network().loss();
        int width = plan.outputSize();
        counted = 0;
        correct = 0;
        for (int i = 0; plan.labels() != null && i < samples; i++) {
            int label = plan.labels()[i];
            if (!loss.ignores(label)) {
                counted++;
                correct += Evaluation.largest(plan.outputs(), i * width, width) == label ? 1 : 0;
            }
        }
        lossSum = plan.lossSum();
        divisor = batchDivisor;
    }

    /** Takes the losses of no samples. */
    void clear() {
        lossSum = 0.0;
        divisor = 0.0;
        counted = 0;
        correct = 0;
    }

    /** Adds the losses of other samples. */
    void add(Tally other) {
        lossSum += other.lossSum;
        divisor += other.divisor;
        counted += other.counted;
        correct += other.correct;
    }
}
