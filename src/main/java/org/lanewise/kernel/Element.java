package org.lanewise.kernel;

/** What the elements of arrays are: doubles here, floats in the twins that are derived from these sources. */
public final class Element {
    /** Tail padding. */
    public static final int TAIL_PADDING = Cpu.tailPadding(Double.BYTES);

    /** Alignment offset: the first element of arrays that vectors read. */
    public static final int ALIGNMENT_OFFSET = Cpu.alignmentOffset(Double.BYTES);

    private Element() {}

    /** {@return a number as an element, rounded to the nearest} */
    //float public static float round(double value) {
    public static double round(double value) {
        //float return (float) value;
        return value;
    }
}
