package org.lanewise;

/** Hears how training goes, in the thread that trains. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener SILENT = new TrainingListener() {
    };

    /**
     * Called after every step.
     *
     * @param progress where training stands; valid during the call, changed by the next step
     */
    default void step(TrainingProgress progress) {}

    /**
     * Called after every epoch.
     *
     * @param report what the epoch came to
     */
    default void epoch(EpochReport report) {}
}
