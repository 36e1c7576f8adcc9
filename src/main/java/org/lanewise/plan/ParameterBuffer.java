package org.lanewise.plan;

import org.lanewise.kernel.Elements;
import org.lanewise.spec.ParameterSpec;

/**
 * One learned array of a plan and its gradient.
 *
 * @param layer index of the layer that learns it
 * @param spec name and shape
 * @param values the elements, row-major
 * @param gradient the gradient of the last backward pass; null in a plan that only
 *        predicts, and for a parameter that no epoch changes
 */
public record ParameterBuffer(int layer, ParameterSpec spec, Elements values, Elements gradient) {}
