package org.lanewise;

/** Training that has left the numbers: a loss, a gradient or a parameter is no longer
 * finite. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final String SMALLER_LEARNING_RATE = "A smaller learning rate may help";
    static final String CORRECT_SAMPLE = "Correct that sample or leave it out";

    /** Step and, unless it is 0, epoch are counted from 1. */
    DivergenceException(String problem, int epoch, long step, double learningRate,
            String advice) {
        super((epoch == 0 ? "" : "epoch " + epoch + ", ") + "step " + step + ", learning rate "
                + learningRate + ": " + problem + ". " + advice);
    }
}
