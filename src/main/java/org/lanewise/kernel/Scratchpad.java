package org.lanewise.kernel;

/** Where a kernel gets the arrays that it works in, when it is made. */
public interface Scratchpad {
    /**
     * {@return an array of zeros, allocated for as long as the kernel lives}
     *
     * @param name what it holds
     * @param count elements
     */
    double[] doubles(String name, long count);

    /**
     * {@return an array that the passes of all layers share, whose elements are undefined when a pass begins}
     *
     * @param name what it holds
     * @param count elements, at least
     */
    double[] shared(String name, long count);

    /**
     * {@return an array of zeros for each thread that may run blocks at once; those of one name are
     * shared by the passes of a layer, which do not run at the same time}
     *
     * @param name what each holds
     * @param count elements of each, at least
     */
    double[][] perThread(String name, long count);

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
}
