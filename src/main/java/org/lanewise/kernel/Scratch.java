package org.lanewise.kernel;

/** Where a kernel gets the arrays that it works in, when it is made. */
@FunctionalInterface
public interface Scratch {
    /**
     * {@return an array of zeros, booked for as long as the kernel lives}
     *
     * @param name what it holds
     * @param count elements
     */
    double[] doubles(String name, long count);
}
