package org.lanewise.plan;

/** What a plan is for; it books no more memory than that needs. */
public enum Purpose {
    /** Forward passes and losses. */
    PREDICT,
    /** The same, with the output of every layer by itself. */
    TRACE,
    /** Also the gradients by all that is learned. */
    TRAIN,
    /** Also the gradient by the network's input, with the output of every layer by itself. */
    TRAIN_WITH_INPUT_GRADIENT;

    boolean learns() {
        return this == TRAIN || this == TRAIN_WITH_INPUT_GRADIENT;
    }

    /** Whether two layers may become one step. */
    boolean fuses() {
        return this == PREDICT || this == TRAIN;
    }
}
