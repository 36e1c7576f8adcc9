package org.lanewise;

/**
 * How well a network does on samples.
 *
 * @param samples how many
 * @param loss mean loss over the samples (and outputs, for squared error)
 * @param accuracy share of samples whose largest output is that of their label; NaN for target
 *        values
 * @param confusion samples by label (first index) and largest output (second); empty for target
 *        values
 */
public record Evaluation(int samples, double loss, double accuracy, int[][] confusion) {
    /** {@return how many samples were classified right} */
    public int correct() {
        int correct = 0;
        for (int i = 0; i < confusion.length; i++) {
            correct += confusion[i][i];
        }
        return correct;
    }
}
