package org.lanewise;

import java.util.ConcurrentModificationException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Admits one thread at a time to the arrays of a plan, and throws for every other.
 *
 * <p>The thread inside may enter again, because listeners call back into the training that calls
 * them. Entering and leaving allocate nothing.
 */
final class ExclusiveUse implements AutoCloseable {
    private final AtomicReference<Thread> owner = new AtomicReference<>();
    /** How often the owner has entered beyond the first time; only the owner reads and writes it. */
    private int reentries;

    /**
     * Enters; {@link #close} leaves.
     *
     * @throws ConcurrentModificationException if another thread is inside
     */
    ExclusiveUse enter() {
        Thread current = Thread.currentThread();
        Thread inside = owner.compareAndExchange(null, current);
        if (inside == current) {
            reentries++;
        } else if (inside != null) {
            throw new ConcurrentModificationException("thread \"" + inside.getName()
                    + "\" is using this model or its trainer, which serve one thread at a time;"
                    + " to predict on several threads, give each its own model.copy()");
        }
        return this;
    }

    @Override
    public void close() {
        if (reentries > 0) {
            reentries--;
        } else {
            owner.set(null);
        }
    }
}
