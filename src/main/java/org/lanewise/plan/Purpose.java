package org.lanewise.plan;

/** What a plan is for; it allocates no more memory than that needs. */
public enum Purpose {
    /** Forward passes and losses. */
    PREDICT,
    /** Also the gradients with respect to all parameters. */
    TRAIN,
    /** Also the gradient with respect to the network's input. */
    TRAIN_WITH_INPUT_GRADIENT;

    boolean learns() {
        return this != PREDICT;
    }
}
