package org.lanewise;

/** Why a training ended. */
public enum TrainingEnd {
    /** All epochs were trained. */
    COMPLETE,
    /** No epoch of the last few had a lower loss. */
    NO_BETTER,
    /** {@link Trainer#stop} or an interrupt ended it, after a whole step. */
    STOPPED
}
