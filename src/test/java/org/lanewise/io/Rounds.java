package org.lanewise.io;

/**
 * How long a test that repeats something does so: {@code -Dlanewise.rounds=20} makes it twenty times
 * as long, {@code -Dlanewise.seed=7} another one.
 */
public final class Rounds {
    private Rounds() {}

    /** {@return how often} */
    public static int of(int atLeast) {
        return atLeast * Integer.getInteger("lanewise.rounds", 1);
    }

    /** {@return where random numbers begin} */
    public static int seed() {
        return Integer.getInteger("lanewise.seed", 20);
    }
}
