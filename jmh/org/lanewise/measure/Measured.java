package org.lanewise.measure;

import org.lanewise.Execution;

/** A problem of a benchmark: a layer or a network at a fixed batch. */
interface Measured {
    /** Allocates what the problem needs. */
    Passes passes(Execution execution);
}
