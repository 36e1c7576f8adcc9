package org.lanewise.plan;

import org.lanewise.kernel.AvgPoolScalar;
import org.lanewise.kernel.PoolGeometry;

/** Average pooling. */
record AvgPoolStep(
        int layer,
        PoolGeometry geometry,
        boolean countPadding,
        Tensor input,
        Tensor output) implements Step {
    @Override
    public void forward(int from, int to) {
        AvgPoolScalar.forward(geometry, countPadding, input.values(), output.values(), from, to);
    }

    @Override
    public void backwardInput(int from, int to) {
        AvgPoolScalar.backwardInput(geometry, countPadding, output.gradient(), input.gradient(),
                from, to);
    }
}
