package org.lanewise.spark;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.lanewise.GradientWorker;
import org.lanewise.Model;

/**
 * What the tasks of this JVM compute with, one for each that runs at a time, so that a task need not allocate it.
 *
 * <p>Spark's tasks have no other place to keep anything than the JVM that they run in. Where memory runs short, what is idle
 * is dropped.
 *
 * @param <T> what is kept
 */
final class Pool<T> {
    /** For gradients. */
    static final Pool<GradientWorker> WORKERS = new Pool<>();
    /** For predictions. */
    static final Pool<Model> MODELS = new Pool<>();

    private static final int IDS = 8;

    private final LinkedHashMap<String, SoftReference<Deque<T>>> idle = new LinkedHashMap<>(16,
            0.75f, true);

    private Pool() {}

    /** {@return cores of the running task, {@code spark.task.cpus}; 1 outside of a task} */
    static int threads() {
        TaskContext task = TaskContext.get();
        return task == null ? 1 : task.cpus();
    }

    /**
     * Takes an idle object, or makes one.
     *
     * @param id of the training or the model
     */
    T take(String id, Supplier<T> maker) {
        synchronized (this) {
            SoftReference<Deque<T>> reference = idle.get(id);
            Deque<T> free = reference == null ? null : reference.get();
            if (free != null && !free.isEmpty()) {
                return free.pop();
            }
        }
        return maker.get();
    }

    /** Gives an object back; those of the id whose last task is the longest ago are dropped first. */
    synchronized void give(String id, T object) {
        SoftReference<Deque<T>> reference = idle.get(id);
        Deque<T> free = reference == null ? null : reference.get();
        if (free == null) {
            free = new ArrayDeque<>();
            idle.put(id, new SoftReference<>(free));
        }
        free.push(object);
        if (idle.size() > IDS) {
            idle.pollFirstEntry();
        }
    }
}
