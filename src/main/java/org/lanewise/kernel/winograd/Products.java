package org.lanewise.kernel.winograd;

/**
 * Where the products of tiles are: product e of one at {@code at + e * plane}.
 *
 * @param values read or overwritten
 * @param plane from one product to the next
 */
record Products(double[] values, int plane) {}
