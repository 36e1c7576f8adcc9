package org.lanewise.cli.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Runs something until it is as fast as it gets: successive windows agree and the JIT compilers
 * have nothing left to do.
 *
 * @param clock the time
 * @param noisy seconds after which windows that do not agree are accepted
 * @param most seconds after which compilers that are still at work are accepted
 */
record Settling(Clock clock, double noisy, double most) {
    /** How far apart windows may be, as a part of the smallest. */
    static final double TOLERANCE = 0.1;

    /** A window in which compilers worked for a larger part of the time says nothing. */
    private static final double MOST_COMPILING = 0.1;

    private static final int WINDOWS = 3;
    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * Runs windows.
     *
     * @param window runs for a while and returns how long each of some things took
     * @return whether they settled
     */
    boolean run(Supplier<double[]> window) {
        Deque<double[]> last = new ArrayDeque<>();
        long start = clock.nanos();
        while (true) {
            long begin = clock.nanos();
            long compiled = clock.compilation().millis();
            last.addLast(window.get());
            if (last.size() > WINDOWS) {
                last.removeFirst();
            }
            long end = clock.nanos();
            boolean compiling = compiling(clock.compilation(), compiled, end - begin);
            boolean agreeing = last.size() == WINDOWS && agree(last);
            double seconds = (end - start) / NANOS;
            if (agreeing && !compiling) {
                return true;
            }
            if (last.size() == WINDOWS && seconds >= (compiling ? most : noisy)) {
                return false;
            }
        }
    }

    /** Whether compilers were at work, or are still. */
    static boolean compiling(Clock.Compilation now, long millisBefore, long nanos) {
        return now.pending()
                || (now.millis() - millisBefore) * NANOS_PER_MILLI > MOST_COMPILING * nanos;
    }

    private static boolean agree(Deque<double[]> windows) {
        for (int i = 0; i < windows.getLast().length; i++) {
            int figure = i;
            if (!Statistics.agree(TOLERANCE,
                    windows.stream().mapToDouble(window -> window[figure]).toArray())) {
                return false;
            }
        }
        return true;
    }
}
