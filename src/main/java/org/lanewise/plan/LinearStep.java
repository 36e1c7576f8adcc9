package org.lanewise.plan;

import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearScalar;

/** A dense layer; {@code bias} is null where the layer has none. */
record LinearStep(
        int layer,
        LinearGeometry geometry,
        Tensor input,
        Tensor output,
        ParameterBuffer weights,
        ParameterBuffer bias) implements Step {
    @Override
    public void forward(int from, int to) {
        LinearScalar.forward(geometry, input.values(), weights.values(),
                bias == null ? null : bias.values(), output.values(), from, to);
    }

    @Override
    public void backwardInput(int from, int to) {
        LinearScalar.backwardInput(geometry, output.gradient(), weights.values(),
                input.gradient(), from, to);
    }

    @Override
    public void backwardWeights(int samples) {
        LinearScalar.backwardWeights(geometry, input.values(), output.gradient(),
                weights.gradient(), samples);
        if (bias != null) {
            LinearScalar.backwardBias(geometry, output.gradient(), bias.gradient(), samples);
        }
    }
}
