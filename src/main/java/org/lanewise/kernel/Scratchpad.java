package org.lanewise.kernel;

import java.util.Arrays;

/** Where a kernel gets the arrays that it works in, when it is made. */
public interface Scratchpad {
    /**
     * {@return an array of zeros, allocated for as long as the kernel lives}
     *
     * @param name what it holds
     * @param count elements
     */
    Elements elements(String name, long count);

    /**
     * {@return an array of zeros that are doubles in both precisions, allocated likewise}
     *
     * @param name what it holds
     * @param count elements
     */
    double[] wide(String name, long count);

    /**
     * {@return an array that the passes of all layers share, whose elements are undefined when a pass begins}
     *
     * @param name what it holds
     * @param count elements, at least
     */
    Elements shared(String name, long count);

    /**
     * {@return an array of zeros for each thread that may run blocks at once; those of one name are
     * shared by the passes of a layer, which do not run at the same time}
     *
     * @param name what each holds
     * @param count elements of each, at least
     */
    Elements[] perThread(String name, long count);

    /** {@return how many threads may run blocks at once} */
    int threads();

    /**
     * {@return the pairs of threads, at least one}: what was measured to suit one thread and two, of caches and of
     * blocks, is taken once for each pair
     */
    default int pairs() {
        return Math.max(1, threads() / 2);
    }

    /**
     * {@return an array of numbers that stay as they are, for instance offsets}
     *
     * @param name what it holds
     * @param values its elements
     */
    int[] integers(String name, int[] values);

    /** {@return {@link #elements} that are doubles} */
    default double[] doubles(String name, long count) {
        return Elements.doubles(elements(name, count));
    }

    /** {@return {@link #elements} that are floats} */
    default float[] floats(String name, long count) {
        return Elements.floats(elements(name, count));
    }

    /** {@return {@link #shared} doubles} */
    default double[] sharedDoubles(String name, long count) {
        return Elements.doubles(shared(name, count));
    }

    /** {@return {@link #shared} floats} */
    default float[] sharedFloats(String name, long count) {
        return Elements.floats(shared(name, count));
    }

    /** {@return doubles {@link #perThread}} */
    default double[][] doublesPerThread(String name, long count) {
        return Arrays.stream(perThread(name, count)).map(Elements::doubles)
                .toArray(double[][]::new);
    }

    /** {@return floats {@link #perThread}} */
    default float[][] floatsPerThread(String name, long count) {
        return Arrays.stream(perThread(name, count)).map(Elements::floats)
                .toArray(float[][]::new);
    }
}
