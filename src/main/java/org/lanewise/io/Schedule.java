package org.lanewise.io;

/** When a training is saved. */
public sealed interface Schedule {
    /** Behind every epoch. */
    record EveryEpoch() implements Schedule {}

    /**
     * Behind every so many steps, counted from the first.
     *
     * @param steps how many, at least 1
     */
    record EverySteps(int steps) implements Schedule {
        /**
         * Checks the number.
         *
         * @param steps how many, at least 1
         * @throws IllegalArgumentException if it is below 1
         */
        public EverySteps {
            requirePositive(steps);
        }
    }

    /**
     * Behind the first step after so many seconds without a save.
     *
     * @param seconds how many, at least 1
     */
    record EverySeconds(int seconds) implements Schedule {
        /**
         * Checks the number.
         *
         * @param seconds how many, at least 1
         * @throws IllegalArgumentException if it is below 1
         */
        public EverySeconds {
            requirePositive(seconds);
        }
    }

    private static void requirePositive(int every) {
        if (every < 1) {
            throw new IllegalArgumentException("a checkpoint every " + every
                    + " steps or seconds; expected at least 1");
        }
    }
}
