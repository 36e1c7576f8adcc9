package org.lanewise.plan;

/** What a plan is for; it books no more memory than that needs. */
public enum Purpose {
    /** Forward passes and losses. */
    PREDICT,
    /** Also the gradients by all that is learned. */
    TRAIN,
    /** Also the gradient by the network's input. */
    TRAIN_WITH_INPUT_GRADIENT
}
