package org.lanewise.kernel.list;

/** What the sums of an implementation are; the limit of a plan allows a kind and those after it. */
public enum KernelKind {
    /** Sums of products of transformed maps and filters. */
    WINOGRAD,
    /** The reference's sums, lane by lane. */
    DIRECT,
    /** The loops that define the sums. */
    REFERENCE
}
