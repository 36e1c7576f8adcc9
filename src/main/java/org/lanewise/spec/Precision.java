package org.lanewise.spec;

/** The type of the elements that a network is computed with. */
public enum Precision {
    /** Numbers of 64 bits. */
    DOUBLE(Double.BYTES),
    /** Numbers of 32 bits, which take half the memory and half the time. */
    SINGLE(Float.BYTES);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** {@return bytes of an element} */
    public int bytes() {
        return bytes;
    }
}
