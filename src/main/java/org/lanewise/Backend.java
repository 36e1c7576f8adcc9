package org.lanewise;

/** Which loops compute a network. */
public enum Backend {
    /** The fastest that this library and this machine have. */
    AUTO,
    /** Plain loops, the reference that every other is held to. */
    SCALAR
}
