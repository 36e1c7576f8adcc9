/**
 * Winograd convolutions F(m x m, 3 x 3): transforms of inputs, filters and outputs, and the products between them.
 *
 * <p>Results differ from those of {@code ConvScalar} by rounding, within a tested bound. The 1-D transforms are
 * generated from {@code winograd.txt}.
 */
package org.lanewise.kernel.winograd;
