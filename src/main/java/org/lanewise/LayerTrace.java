package org.lanewise;

import org.lanewise.spec.LayerDescription;

/**
 * What one layer made of one sample.
 *
 * @param layer the layer and its shapes
 * @param values its outputs, row-major
 * @param argmax for max pooling, the argmax of each output's window in its input map,
 *        {@code row * width + column}; empty for other layers
 */
public record LayerTrace(LayerDescription layer, double[] values, int[] argmax) {}
