package org.lanewise.spark;

import org.apache.spark.scheduler.SparkListenerEvent;
import org.lanewise.EpochReport;

/**
 * What Spark's listeners get after each epoch of a training, in {@code onOtherEvent}.
 *
 * @param uid of the estimator
 * @param report the result of the epoch
 */
public record EpochEvent(String uid, EpochReport report) implements SparkListenerEvent {
    /** Event logs hold Spark's own events. */
    @Override
    public boolean logEvent() {
        return false;
    }
}
