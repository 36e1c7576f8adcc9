package org.lanewise.measure;

import java.util.concurrent.ForkJoinPool;
import org.lanewise.plan.Team;

/**
 * A given number of threads.
 *
 * @param team who computes
 * @param pool where helpers come from; null for the caller alone
 */
record Sharing(Team team, ForkJoinPool pool) implements AutoCloseable {
    static Sharing among(int threads) {
        if (threads == 1) {
            return new Sharing(Team.alone(), null);
        }
        ForkJoinPool pool = new ForkJoinPool(threads);
        return new Sharing(Team.of(pool), pool);
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdown();
        }
    }
}
