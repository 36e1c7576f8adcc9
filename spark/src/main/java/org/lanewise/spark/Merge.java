package org.lanewise.spark;

import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/** What adds up the gradients that the tasks of a round return. */
enum Merge {
    /** Whichever takes less time. */
    AUTO,
    /** The driver, which gets the gradients of each task. */
    DRIVER,
    /** The tasks, a range of the elements each, by a shuffle: the driver gets each element once. */
    TASKS;

    /** Setting of Spark: {@code auto}, {@code driver} or {@code tasks}. */
    static final String SETTING = "spark.lanewise.merge";

    /** A shuffle takes as long as the driver needs for the gradients of so many tasks. */
    private static final int TASKS_OF_SHUFFLE = 4;
    /** What the driver gets in the time that another stage of a job takes. */
    private static final long BYTES_OF_STAGE = 16 << 20;

    static Merge of(SparkSession session) {
        return valueOf(session.conf().get(SETTING, "auto").toUpperCase(Locale.ROOT));
    }

    /**
     * {@return whether tasks add up their gradients}
     *
     * @param tasks of a round
     * @param bytes of the gradients of each
     */
    boolean byTasks(int tasks, long bytes) {
        return this == TASKS
                || this == AUTO && (tasks - TASKS_OF_SHUFFLE) * bytes > BYTES_OF_STAGE;
    }
}
