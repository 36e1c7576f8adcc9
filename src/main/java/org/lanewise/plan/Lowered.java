package org.lanewise.plan;

import java.util.List;

/**
 * What lowering makes of a network.
 *
 * @param input of the network, row-major
 * @param outputs of all layers
 * @param output of the network, row-major
 * @param steps in the order of the forward pass
 * @param arrays what is learned, and states, in order of the layers
 * @param objective the loss
 * @param drawn the step whose masks a forward pass draws
 */
record Lowered(Tensor input, List<Tensor> outputs, Tensor output, List<Step> steps,
        List<ParameterBuffer> arrays, Objective objective, DrawnStep drawn) {}
