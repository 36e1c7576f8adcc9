package org.lanewise;

/** Training that has left the numbers: the loss is no longer finite. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Step and, unless it is 0, epoch are counted from 1. */
    DivergenceException(double loss, int epoch, long step, double learningRate) {
        super((epoch == 0 ? "" : "epoch " + epoch + ", ") + "step " + step + ": the loss is "
                + loss + " with learning rate " + learningRate + "; the parameters are those before"
                + " this step. A smaller learning rate may help");
    }
}
