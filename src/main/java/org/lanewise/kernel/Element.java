package org.lanewise.kernel;

/** What the elements of arrays are: doubles here, floats in the twins that are derived from these sources. */
public final class Element {
    /** Tail padding: a vector or a tile that begins at the last element may read as far. */
    public static final int TAIL_PADDING = 5 * Cpu.LINE / Double.BYTES;

    /**
     * Alignment offset: the first element of arrays that vectors read. The array's header fills the rest of a
     * cache line, so that no vector straddles two in an array that is aligned to one. Large arrays are.
     */
    public static final int ALIGNMENT_OFFSET = (Cpu.LINE - Cpu.ARRAY_HEADER) / Double.BYTES;

    private Element() {}

    /** {@return a number as an element, rounded to the nearest} */
    //float public static float round(double value) {
    public static double round(double value) {
        //float return (float) value;
        return value;
    }
}
