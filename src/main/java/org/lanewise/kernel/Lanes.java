package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;

/** The vector registers of this machine. */
public final class Lanes {
    private Lanes() {}

    /**
     * {@return whether the JVM was started with the vector module}
     *
     * <p>Nothing else of this class may be touched where it was not.
     */
    public static boolean available() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** {@return the bits of the widest vectors of doubles that the JVM prefers} */
    public static int bits() {
        return DoubleVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
