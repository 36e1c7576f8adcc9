package org.lanewise.kernel;

/**
 * What softmax cross-entropy compares the logits of each sample with, a target for each class. Of labels, it
 * is {@code spread[j]}, and for the class of the sample's label {@code own[label]} more. Of given class
 * probabilities, it is {@code own[j] given[j] + spread[j]}.
 *
 * @param classes logits of one sample
 * @param labels one a sample; written by the caller before each batch; null for probabilities
 * @param given probabilities, a row a sample; written by the caller before each batch; null for labels
 * @param ignored samples with this label have no targets
 * @param own what the label's class, or a probability of 1, has of its own, by class
 * @param spread what each class has for any label; empty where that is nothing, but for probabilities
 * @param sums sum of all targets of a sample, by its label
 * @param plain whether the targets are 1 and 0
 */
public record ClassTargets(int classes, int[] labels, double[] given, int ignored, double[] own,
        double[] spread, double[] sums, boolean plain) {
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
        double[] own = own(weight, smoothing);
        double[] spread = smoothing == 0.0 ? new double[0] : spread(weight, smoothing);
        double all = 0.0; // double
        for (double share : spread) {
            all += share;
        }
        double[] sums = new double[own.length];
        boolean plain = spread.length == 0;
        for (int j = 0; j < sums.length; j++) {
            sums[j] = Element.round(own[j] + all);
            plain &= own[j] == 1.0;
        }
        return new ClassTargets(own.length, labels, null, ignored, own, spread, sums, plain);
    }

    /**
     * {@return the targets {@code weight[j] ((1 - smoothing) given[j] + smoothing / K)} of each of K classes}
     *
     * @param given probabilities, a row a sample; shared
     * @param weight of each class
     * @param smoothing share that is spread over all classes, at least 0, below 1
     */
    public static ClassTargets of(double[] given, double[] weight, double smoothing) {
        return new ClassTargets(weight.length, null, given, 0, own(weight, smoothing),
                spread(weight, smoothing), null, false);
    }

    private static double[] own(double[] weight, double smoothing) {
        return scaled(weight, 1.0 - smoothing);
    }

    private static double[] spread(double[] weight, double smoothing) {
        return scaled(weight, smoothing / weight.length);
    }

    private static double[] scaled(double[] weight, double factor) {
        double[] scaled = weight.clone();
        for (int j = 0; j < scaled.length; j++) {
            scaled[j] *= factor;
        }
        return scaled;
    }

    /** {@return the target of a class for a label that is not ignored} */
    public double target(int label, int j) {
        double shared = spread.length == 0 ? 0.0 : spread[j];
        return j == label ? shared + own[label] : shared;
    }

    /** {@return the target of a class of a sample, of given probabilities} */
    public double mixed(int n, int j) {
        return FusedMultiplyAdd.fma(own[j], given[n * classes + j], spread[j]);
    }

    /** {@return the sum of the targets of a sample, of given probabilities, in order of the classes} */
    public double mixedSum(int n) {
        double sum = 0.0; // double
        for (int j = 0; j < classes; j++) {
            sum += mixed(n, j);
        }
        return Element.round(sum);
    }
}
