package org.lanewise.plan;

import org.lanewise.kernel.MaxPoolScalar;
import org.lanewise.kernel.PoolGeometry;

/** Max pooling; {@code winners} holds the winning tap of each output. */
record MaxPoolStep(int layer, PoolGeometry geometry, Tensor input, Tensor output, int[] winners)
        implements
            Step {
    @Override
    public void forward(int from, int to) {
        MaxPoolScalar.forward(geometry, input.values(), output.values(), winners, from, to);
    }

    @Override
    public void backwardInput(int from, int to) {
        MaxPoolScalar.backwardInput(geometry, output.gradient(), winners, input.gradient(), from,
                to);
    }
}
