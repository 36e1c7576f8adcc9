package org.lanewise;

import java.util.Arrays;
import java.util.Locale;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.Plan;
import org.lanewise.spec.Loss;

/**
 * How well a network does on samples.
 *
 * @param samples how many, without those whose label the loss ignores
 * @param loss mean loss over the samples, weighted as the loss weights their labels; for losses of
 *        target values over samples and outputs
 * @param accuracy share of samples whose largest output is that of their label; NaN for target
 *        values
 * @param confusion samples by label (first index) and largest output (second); empty for target
 *        values
 * @param ranks samples by the number of classes that come before their label: those with a larger
 *        output, or an equal one and a lower number; empty for target values
 */
public record Evaluation(int samples, double loss, double accuracy, int[][] confusion,
        int[] ranks) {
    /** Wider tables do not fit a screen. */
    private static final int MOST_CLASSES = 40;

    /**
     * An evaluation without ranks, of which {@link #topAccuracy} is NaN.
     *
     * @param samples how many
     * @param loss their mean loss
     * @param accuracy share of them that were classified right
     * @param confusion samples by label and largest output
     */
    public Evaluation(int samples, double loss, double accuracy, int[][] confusion) {
        this(samples, loss, accuracy, confusion, new int[0]);
    }

    /** The evaluation of samples that a loader brings into the arrays of a plan. */
    static Evaluation of(Plan plan, Samples samples, BatchLoader loader, Views predictions) {
        Loss loss = plan.network().loss();
        int width = plan.outputSize();
        int[][] confusion = samples.hasLabels() ? new int[width][width] : new int[0][];
        int[] ranks = new int[confusion.length];
        double lossSum = 0.0;
        for (int start = 0; start < samples.size(); start += plan.capacity()) {
            int count = loader.loadAt(start);
            predictions.predict(count);
            plan.loss(count);
            lossSum += plan.lossSum();
            for (int i = 0; samples.hasLabels() && i < count; i++) {
                int label = samples.label(start + i);
                if (!loss.ignores(label)) {
                    confusion[label][largest(plan.outputs(), i * width, width)]++;
                    ranks[rank(plan.outputs(), i * width, width, label)]++;
                }
            }
        }
        int counted = samples.counting(loss);
        double right = loss.takesLabels() ? (double) ranks[0] / counted : Double.NaN;
        return new Evaluation(counted, lossSum / samples.divisor(loss, width), right, confusion,
                ranks);
    }

    /** How many classes come before one. The largest output is that of the accuracy, also among NaN. */
    static int rank(Elements outputs, int from, int width, int label) {
        int largest = largest(outputs, from, width);
        if (label == largest) {
            return 0;
        }
        double own = outputs.get(from + label);
        int before = 0;
        for (int i = 0; i < width; i++) {
            double other = outputs.get(from + i);
            before += i == largest || other > own || other == own && i < label ? 1 : 0;
        }
        return before;
    }

    /**
     * {@return the share of samples whose label is among the classes of the largest outputs}; of equal
     * outputs, those of lower classes count as larger
     *
     * @param classes how many classes a sample is given, at least 1; 1 gives the accuracy
     */
    public double topAccuracy(int classes) {
        return ranks.length == 0
                ? Double.NaN
                : (double) Arrays.stream(ranks).limit(classes).sum() / samples;
    }

    /**
     * {@return the share of right ones among the samples that were taken for a class}; 0 if there are
     * none
     *
     * @param label the class
     */
    public double precision(int label) {
        int taken = 0;
        for (int[] row : confusion) {
            taken += row[label];
        }
        return share(confusion[label][label], taken);
    }

    /**
     * {@return the share of a class's samples that were taken for it}; 0 if there are none
     *
     * @param label the class
     */
    public double recall(int label) {
        return share(confusion[label][label], Arrays.stream(confusion[label]).sum());
    }

    /**
     * {@return the harmonic mean of precision and recall}; 0 if both are
     *
     * @param label the class
     */
    public double f1(int label) {
        int samplesAndTaken = 0;
        for (int i = 0; i < confusion.length; i++) {
            samplesAndTaken += confusion[i][label] + confusion[label][i];
        }
        return share(2 * confusion[label][label], samplesAndTaken);
    }

    private static double share(int part, int all) {
        return all == 0 ? 0.0 : (double) part / all;
    }

    /** {@return how many samples were classified right} */
    public int correct() {
        int correct = 0;
        for (int i = 0; i < confusion.length; i++) {
            correct += confusion[i][i];
        }
        return correct;
    }

    /**
     * {@return samples, loss and accuracy in one line, followed by the confusion matrix}
     *
     * <p>The matrix has a row for each label and a column for each prediction; one of more than 40
     * classes is left out.
     */
    @Override
    public String toString() {
        String line = String.format(Locale.ROOT, "%s, loss %.6g",
                StepArguments.counted(samples, "sample"), loss);
        if (confusion.length == 0) {
            return line;
        }
        line += String.format(Locale.ROOT, ", accuracy %.4f, %d correct", accuracy, correct());
        return confusion.length > MOST_CLASSES
                ? line + "; the confusion matrix of " + confusion.length + " classes is not shown"
                : line + matrix();
    }

    private String matrix() {
        int last = confusion.length - 1;
        int most = Arrays.stream(confusion).flatMapToInt(Arrays::stream).max().orElse(0);
        int labelWidth = 2 + digits(last);
        String label = "%" + labelWidth + "d";
        String cell = "%" + (2 + digits(Math.max(most, last))) + "d";
        StringBuilder text = new StringBuilder("\nlabel \\ prediction\n")
                .append(" ".repeat(labelWidth));
        for (int column = 0; column <= last; column++) {
            text.append(String.format(Locale.ROOT, cell, column));
        }
        for (int row = 0; row <= last; row++) {
            text.append('\n').append(String.format(Locale.ROOT, label, row));
            for (int count : confusion[row]) {
                text.append(String.format(Locale.ROOT, cell, count));
            }
        }
        return text.toString();
    }

    private static int digits(int number) {
        return String.valueOf(number).length();
    }

    /** {@return the index of the largest of some values, the first of equal ones} */
    static int largest(Elements values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values.get(from + i) > values.get(from + best)) {
                best = i;
            }
        }
        return best;
    }
}
