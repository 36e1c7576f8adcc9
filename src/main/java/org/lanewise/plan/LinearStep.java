package org.lanewise.plan;

import org.lanewise.kernel.LinearKernel;

/** A dense layer; {@code bias} is null where the layer has none. */
record LinearStep(
        int layer,
        LinearKernel kernel,
        Tensor input,
        Tensor output,
        ParameterBuffer weights,
        ParameterBuffer bias) implements Step {
    @Override
    public void forward(int from, int to) {
        kernel.forward(input.values(), weights.values(),
                bias == null ? null : bias.values(), output.values(), from, to);
    }

    @Override
    public void backwardInput(int from, int to) {
        kernel.backwardInput(output.gradient(), weights.values(),
                input.gradient(), from, to);
    }

    @Override
    public void backwardWeights(int samples) {
        kernel.backwardWeights(input.values(), output.gradient(),
                weights.gradient(), samples);
        if (bias != null) {
            kernel.backwardBias(output.gradient(), bias.gradient(), samples);
        }
    }
}
