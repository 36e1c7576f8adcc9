package org.lanewise;

import java.util.List;

/** Hears how training goes, in the thread that trains. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener SILENT = new TrainingListener() {
    };

    /**
     * {@return a listener that passes every call to each of some listeners, in their order}
     *
     * <p>An exception of one reaches the caller; those after it are not called.
     *
     * @param listeners any number; copied
     * @throws NullPointerException if one is null
     */
    static TrainingListener all(TrainingListener... listeners) {
        List<TrainingListener> copy = List.of(listeners);
        return new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                // By index: an iterator would be an object for every step.
                for (int i = 0; i < copy.size(); i++) {
                    copy.get(i).step(progress);
                }
            }

            @Override
            public void epoch(EpochReport report) {
                copy.forEach(listener -> listener.epoch(report));
            }
        };
    }

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
