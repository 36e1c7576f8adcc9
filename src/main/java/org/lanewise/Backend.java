package org.lanewise;

/** Which loops compute a network. */
public enum Backend {
    /** The fastest that this library and this machine have. */
    AUTO,
    /** Plain loops, the reference that every other is held to. */
    SCALAR;

    /** {@return what runs here where this is asked for} */
    public Backend chosen() {
        return SCALAR;
    }

    /** {@return why that runs} */
    public String reason() {
        return switch (this) {
            case AUTO -> "the scalar reference loops are the only ones that this version has";
            case SCALAR -> "it was asked for";
        };
    }
}
