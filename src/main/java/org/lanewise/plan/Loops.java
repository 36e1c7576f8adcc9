package org.lanewise.plan;

/** Which kernels a plan computes with. */
public enum Loops {
    /** The reference. */
    SCALAR,
    /** Vectors, where there are vector kernels. */
    VECTOR
}
