package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;

/** What only the vector module knows. */
final class LanesVector {
    /** Doubles of one vector of the preferred width. */
    static final int COUNT = DoubleVector.SPECIES_PREFERRED.length();

    private LanesVector() {}
}
