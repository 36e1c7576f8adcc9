package org.lanewise.spec;

/**
 * One array that a plan books.
 *
 * @param layer index of the layer it serves, or {@link #WHOLE_NETWORK}
 * @param name what it holds
 * @param bytes its size
 */
public record MemoryUse(int layer, String name, long bytes) {
    /** Stands for the layer of arrays that serve the network as a whole. */
    public static final int WHOLE_NETWORK = -1;
}
