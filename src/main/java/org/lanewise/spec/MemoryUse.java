package org.lanewise.spec;

/**
 * One array that a plan allocates.
 *
 * @param layer index of the layer it serves, or {@link #WHOLE_NETWORK}
 * @param kind what it is for
 * @param name what it holds
 * @param bytes its size
 */
public record MemoryUse(int layer, Kind kind, String name, long bytes) {
    /** The layer of arrays that serve the network as a whole. */
    public static final int WHOLE_NETWORK = -1;

    /** What an array is for. */
    public enum Kind {
        /** What flows forward between layers. */
        MAPS,
        /** What flows back between them. */
        MAP_GRADIENTS,
        /** What is learned. */
        PARAMETERS,
        /** The gradient by what is learned. */
        PARAMETER_GRADIENTS,
        /** What an optimizer remembers. */
        OPTIMIZER,
        /** Answers and losses of a batch. */
        LOSS,
        /** What kernels work in. */
        WORK
    }
}
