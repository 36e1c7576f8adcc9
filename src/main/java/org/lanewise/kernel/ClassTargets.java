package org.lanewise.kernel;

import java.util.Arrays;

/**
 * What softmax cross-entropy compares the logits of each sample with: a target for each class, which
 * is {@code spread[j]}, and for the class of the sample's label {@code own[label]} more.
 *
 * @param classes logits of one sample
 * @param labels one a sample; written by the caller before each batch
 * @param ignored samples with this label have no targets
 * @param own what the label's class has of its own, by class
 * @param spread what each class has for any label; empty where that is nothing
 * @param sums sum of all targets of a sample, by its label
 * @param plain whether the targets are 1 and 0
 */
public record ClassTargets(int classes, int[] labels, int ignored, double[] own, double[] spread,
        double[] sums, boolean plain) {
    /**
     * {@return the targets {@code (1 - smoothing) weight[label]} of labels, with
     * {@code smoothing / K * weight[j]} for each of K classes}
     *
     * @param labels one a sample; shared
     * @param ignored label of samples without targets
     * @param weight of each class
     * @param smoothing share that is spread over all classes, at least 0, below 1
     */
    public static ClassTargets of(int[] labels, int ignored, double[] weight, double smoothing) {
        int classes = weight.length;
        double[] own = new double[classes];
        double[] spread = new double[smoothing == 0.0 ? 0 : classes];
        Arrays.setAll(own, j -> (1.0 - smoothing) * weight[j]);
        Arrays.setAll(spread, j -> smoothing / classes * weight[j]);
        double all = 0.0;
        for (double share : spread) {
            all += share;
        }
        double spreadSum = all;
        double[] sums = new double[classes];
        Arrays.setAll(sums, j -> own[j] + spreadSum);
        return new ClassTargets(classes, labels, ignored, own, spread, sums,
                spread.length == 0 && Arrays.stream(own).allMatch(one -> one == 1.0));
    }

    /** {@return the target of a class for a label that is not ignored} */
    public double target(int label, int j) {
        double shared = spread.length == 0 ? 0.0 : spread[j];
        return j == label ? shared + own[label] : shared;
    }
}
