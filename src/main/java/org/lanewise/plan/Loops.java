package org.lanewise.plan;

/** Which loops a plan computes with. */
public enum Loops {
    /** The reference. */
    SCALAR,
    /** Vectors, where there are vector loops. */
    VECTOR
}
