package org.lanewise;

import java.util.List;

/** Receives the progress of a training, in the thread that trains. */
public interface TrainingListener {
    /** Ignores everything. */
    TrainingListener SILENT = all();

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
                for (TrainingListener listener : copy) {
                    listener.epoch(report);
                }
            }
        };
    }

    /**
     * Called after every step.
     *
     * @param progress the position of the training; valid during the call, changed by the next step
     */
    default void step(TrainingProgress progress) {}

    /**
     * Called after every epoch.
     *
     * @param report the result of the epoch
     */
    default void epoch(EpochReport report) {}
}
