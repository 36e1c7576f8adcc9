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

    /** {@return how many vector registers there are: 32 with AVX-512 and on Arm, else 16} */
    static int registers() {
        return bits() == 512 || System.getProperty("os.arch").equals("aarch64") ? 32 : 16;
    }

    /** {@return the doubles of whole vectors that hold some} */
    static int roundUp(int count) {
        return Math.ceilDiv(count, ProductVector.L) * ProductVector.L;
    }
}
