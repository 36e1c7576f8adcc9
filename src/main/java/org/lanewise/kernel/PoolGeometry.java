package org.lanewise.kernel;

/**
 * A pooling: every channel by itself.
 *
 * @param window the sliding window
 * @param c channels
 * @param src where input and its gradient stand
 * @param dst where output and its gradient stand
 */
public record PoolGeometry(WindowGeometry window, int c, Layout src, Layout dst) {}
