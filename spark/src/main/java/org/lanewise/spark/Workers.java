package org.lanewise.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import org.lanewise.GradientWorker;

/**
 * The idle workers of this JVM, one for each task that runs at a time, so that a task need not allocate them.
 *
 * <p>Spark's tasks have no other place to keep anything than the JVM that they run in. Workers of few trainings are kept:
 * those of the one whose last task is the longest ago are dropped first.
 */
final class Workers {
    private static final int TRAININGS = 8;
    private static final Workers INSTANCE = new Workers();

    private final LinkedHashMap<String, Deque<GradientWorker>> idle = new LinkedHashMap<>(16, 0.75f,
            true);

    private Workers() {}

    static Workers ofThisJvm() {
        return INSTANCE;
    }

    /** Takes a worker, a new one if all are busy. */
    GradientWorker take(TrainingSetup setup) {
        synchronized (this) {
            Deque<GradientWorker> free = idle.get(setup.id());
            if (free != null && !free.isEmpty()) {
                return free.pop();
            }
        }
        return setup.worker();
    }

    /** Gives a worker back. */
    synchronized void give(TrainingSetup setup, GradientWorker worker) {
        idle.computeIfAbsent(setup.id(), _ -> new ArrayDeque<>()).push(worker);
        if (idle.size() > TRAININGS) {
            idle.pollFirstEntry();
        }
    }
}
