package org.lanewise.plan;

import org.lanewise.kernel.list.KernelKind;

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

    /** The kind of implementation that is allowed, with those after it. */
    KernelKind limit() {
        return switch (this) {
            case SCALAR -> KernelKind.REFERENCE;
            case DIRECT -> KernelKind.DIRECT;
            case ANY -> KernelKind.WINOGRAD;
        };
    }
}
