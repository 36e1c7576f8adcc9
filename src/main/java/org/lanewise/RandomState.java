package org.lanewise;

import java.util.OptionalDouble;

/**
 * NumPy's legacy {@code RandomState}: the same seed gives the same numbers. They are equal bit for
 * bit, but for the last bit of one normal number in some three thousand, for which NumPy itself
 * depends on the C library's logarithm.
 *
 * <p>Bits come from the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998); normal ones from
 * the polar method (Marsaglia and Bray 1964), two at a time; integers by masked rejection. An
 * instance belongs to one thread.
 */
public final class RandomState {
    /** The largest seed, 2^32 - 1. */
    public static final long MAX_SEED = 0xFFFF_FFFFL;

    private static final int WORDS = 624;
    private static final int SHIFT = 397;

    /**
     * The state of a sequence, as NumPy's {@code get_state()} returns it.
     *
     * @param key the 624 words of the Mersenne Twister; copied in and out
     * @param position the next word, 0 to 624
     * @param spare the second of two normal numbers, where only the first was drawn
     */
    public record State(int[] key, int position, OptionalDouble spare) {
        /**
         * Checks lengths and ranges.
         *
         * @param key the 624 words of the Mersenne Twister; copied in and out
         * @param position the next word, 0 to 624
         * @param spare the second of two normal numbers, where only the first was drawn
         * @throws IllegalArgumentException if the key has another length, or the position is none
         */
        public State {
            if (key.length != WORDS || position < 0 || position > WORDS) {
                throw new IllegalArgumentException("a random state of " + key.length
                        + " words at position " + position + "; expected " + WORDS
                        + " words and a position from 0 to " + WORDS);
            }
            key = key.clone();
        }

        /** {@return a copy of the words} */
        @Override
        public int[] key() {
            return key.clone();
        }
    }

    private final int[] key = new int[WORDS];
    private int position = WORDS;
    private boolean hasSpare;
    private double spare;

    /**
     * Seeds as {@code numpy.random.RandomState(seed)} does.
     *
     * @param seed 0 to 2^32 - 1
     * @throws IllegalArgumentException if the seed is out of range
     */
    public RandomState(long seed) {
        if (seed < 0 || seed > MAX_SEED) {
            throw new IllegalArgumentException("seed " + seed + " must be from 0 to " + MAX_SEED);
        }
        key[0] = (int) seed;
        for (int i = 1; i < WORDS; i++) {
            key[i] = 1812433253 * (key[i - 1] ^ key[i - 1] >>> 30) + i;
        }
    }

    /**
     * Continues another sequence from a saved state.
     *
     * @param state as {@link #state()} gave it; copied
     */
    public RandomState(State state) {
        set(state);
    }

    /** {@return a copy of the state of the sequence} */
    public State state() {
        return new State(key, position,
                hasSpare ? OptionalDouble.of(spare) : OptionalDouble.empty());
    }

    void set(State state) {
        System.arraycopy(state.key, 0, key, 0, WORDS);
        position = state.position;
        hasSpare = state.spare.isPresent();
        spare = state.spare.orElse(0);
    }

    /** {@return the next 32 bits} */
    public int nextInt() {
        if (position == WORDS) {
            generate();
        }
        int y = key[position++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9D2C5680;
        y ^= y << 15 & 0xEFC60000;
        return y ^ y >>> 18;
    }

    private void generate() {
        for (int i = 0; i < WORDS; i++) {
            int y = key[i] & 0x80000000 | key[(i + 1) % WORDS] & 0x7FFFFFFF;
            key[i] = key[(i + SHIFT) % WORDS] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
        }
        position = 0;
    }

    /** {@return a number from [0, 1), a multiple of 2^-53, as {@code random_sample()} gives} */
    public double nextDouble() {
        long high = nextInt() >>> 5;
        long low = nextInt() >>> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    /**
     * {@return a number from [low, high), as {@code uniform(low, high)} gives}
     *
     * @param low the smallest value
     * @param high the bound above
     */
    public double uniform(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** {@return a standard normal number, as {@code randn()} gives} */
    public double nextGaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        double x;
        double y;
        double r2;
        do {
            x = 2.0 * nextDouble() - 1.0;
            y = 2.0 * nextDouble() - 1.0;
            r2 = x * x + y * y;
        } while (r2 >= 1.0 || r2 == 0.0);
        double f = Math.sqrt(-2.0 * PreciseLog.log(r2) / r2);
        spare = f * x;
        hasSpare = true;
        return f * y;
    }

    /**
     * {@return the next normal numbers in an array, as {@code randn(count)} gives}
     *
     * @param count how many
     */
    public double[] randn(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = nextGaussian();
        }
        return values;
    }

    /**
     * Puts an array in random order, as {@code shuffle} does.
     *
     * @param values overwritten with its own elements in another order
     */
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = upTo(i);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }

    private int upTo(int max) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(max);
        int value;
        do {
            value = nextInt() & mask;
        } while (value > max);
        return value;
    }
}
