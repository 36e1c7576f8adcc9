package org.lanewise;

import java.util.Arrays;
import java.util.Locale;

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
 */
public record Evaluation(int samples, double loss, double accuracy, int[][] confusion) {
    /** Wider tables do not fit a screen. */
    private static final int MOST_CLASSES = 40;

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
                Samples.counted(samples, "sample"), loss);
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
}
