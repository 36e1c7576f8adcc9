package org.lanewise.io;

/** When a training is saved. */
public sealed interface CheckpointInterval {
    /** After every epoch. */
    record EveryEpoch() implements CheckpointInterval {}

    /**
     * After every so many steps, counted from the first.
     *
     * @param steps how many, at least 1
     */
    record EverySteps(int steps) implements CheckpointInterval {
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
     * After the first step that ends so many seconds or more after the last save.
     *
     * @param seconds how many, at least 1
     */
    record EverySeconds(int seconds) implements CheckpointInterval {
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
