package org.lanewise.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import org.lanewise.Model;

/** The models of this JVM, made once; each task at a time takes a copy, which shares their parameters. */
final class Models {
    private static final int KEPT = 4;
    private static final Models INSTANCE = new Models();

    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    private record Entry(Model model, Deque<Model> idle) {}

    private Models() {}

    static Models ofThisJvm() {
        return INSTANCE;
    }

    /** Takes a model, a new copy if all are busy. */
    synchronized Model take(String id, Prediction prediction) {
        Entry entry = entries.computeIfAbsent(id,
                _ -> new Entry(prediction.model(), new ArrayDeque<>()));
        if (entries.size() > KEPT) {
            entries.pollFirstEntry();
        }
        return entry.idle.isEmpty() ? entry.model.copy() : entry.idle.pop();
    }

    /** Gives a model back. */
    synchronized void give(String id, Model model) {
        Entry entry = entries.get(id);
        if (entry != null) {
            entry.idle.push(model);
        }
    }
}
