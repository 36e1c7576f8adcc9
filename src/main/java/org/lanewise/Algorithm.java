package org.lanewise;

/** How a convolution may be computed. */
public enum Algorithm {
    /** The fastest that is known for the shape, by a fixed rule. */
    AUTO,
    /** One multiply-add after the other, in the order of the reference loops: the same bits. */
    DIRECT
}
