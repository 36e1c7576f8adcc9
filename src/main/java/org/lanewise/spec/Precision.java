package org.lanewise.spec;

import java.util.Arrays;
import java.util.Locale;

/** The type of the elements that a network is computed with; written {@code single}, {@code double}. */
public enum Precision {
    /** Numbers of 64 bits. */
    DOUBLE(Double.BYTES),
    /** Numbers of 32 bits, which take half the memory. */
    SINGLE(Float.BYTES);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /**
     * {@return the precision of a name}
     *
     * @param name {@code single} or {@code double}
     * @throws IllegalArgumentException if it is another
     */
    public static Precision of(String name) {
        return Arrays.stream(values()).filter(one -> one.toString().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("precision: found '" + name
                        + "', expected single or double"));
    }

    /**
     * Checks that a number is not too large for an element.
     *
     * @param array name of the array that holds it, for the message
     * @param value a number, or NaN or infinity, which every precision has
     * @throws IllegalArgumentException if its nearest element is infinite
     */
    public void requireRange(String array, double value) {
        if (this == SINGLE && Math.abs(value) <= Double.MAX_VALUE
                && Float.isInfinite((float) value)) {
            throw new IllegalArgumentException(
                    array + " holds " + value + ", but the largest number"
                            + " of single precision is " + Float.MAX_VALUE
                            + "; compute in double precision, or make it smaller");
        }
    }

    /** {@return bytes of an element} */
    public int bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
