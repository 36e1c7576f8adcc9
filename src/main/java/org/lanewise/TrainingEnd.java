package org.lanewise;

/** Why a training ended. */
public enum TrainingEnd {
    /** All epochs were trained. */
    COMPLETE,
    /** No epoch of the last few had a lower loss. */
    NO_BETTER,
    /** It was asked to, by {@link Trainer#stop} or an interrupt, behind a whole step. */
    STOPPED
}
