package org.lanewise.plan;

import org.lanewise.kernel.list.Choice;

/** The kernels that a plan may use. */
public enum Kernels {
    /** The scalar reference. */
    SCALAR,
    /** Vector kernels where there are any, all with the reference's sums and its bits. */
    DIRECT,
    /** Vector kernels, and Winograd's algorithm where it is faster. */
    ANY;

    boolean vectors() {
        return this != SCALAR;
    }

    Choice.Limits limits() {
        return new Choice.Limits(vectors(), this == ANY);
    }
}
