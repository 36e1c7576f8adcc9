package org.lanewise.plan;

import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvScalar;

/** A convolution; {@code bias} is null where the layer has none. */
record ConvStep(
        int layer,
        ConvGeometry geometry,
        Tensor input,
        Tensor output,
        ParameterBuffer weights,
        ParameterBuffer bias) implements Step {
    @Override
    public void forward(int from, int to) {
        ConvScalar.forward(geometry, input.values(), weights.values(),
                bias == null ? null : bias.values(), output.values(), from, to);
    }

    @Override
    public void backwardInput(int from, int to) {
        ConvScalar.backwardInput(geometry, output.gradient(), weights.values(), input.gradient(),
                from, to);
    }

    @Override
    public void backwardWeights(int samples) {
        ConvScalar.backwardWeights(geometry, input.values(), output.gradient(),
                weights.gradient(), samples);
        if (bias != null) {
            ConvScalar.backwardBias(geometry, output.gradient(), bias.gradient(), samples);
        }
    }
}
