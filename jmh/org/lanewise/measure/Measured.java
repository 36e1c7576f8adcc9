package org.lanewise.measure;

/** A problem of a benchmark: a layer or a network at a fixed batch. */
public interface Measured {
    /**
     * Allocates what the problem needs.
     *
     * @param execution kernels and threads
     * @return its passes
     */
    Passes passes(Execution execution);
}
