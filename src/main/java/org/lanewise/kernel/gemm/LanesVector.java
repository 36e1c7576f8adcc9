package org.lanewise.kernel.gemm;

import jdk.incubator.vector.DoubleVector;

/** Constants that only the vector module provides. */
final class LanesVector {
    /** Doubles of one vector of the preferred width. */
    static final int COUNT = DoubleVector.SPECIES_PREFERRED.length();

    private LanesVector() {}
}
