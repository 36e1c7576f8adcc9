package org.lanewise.kernel.gemm;

/**
 * Which pixels a sum walks over.
 *
 * @param length pixels of a line
 * @param column from one pixel to the next
 * @param line from one line to the next
 */
public record Pixels(int length, int column, int line) {}
