package org.lanewise.kernel;

/**
 * A pooling: every channel by itself.
 *
 * @param window the sliding window
 * @param c channels
 * @param src layout of the input and its gradient
 * @param dst layout of the output and its gradient
 */
public record PoolGeometry(WindowGeometry window, int c, Layout src, Layout dst) {}
