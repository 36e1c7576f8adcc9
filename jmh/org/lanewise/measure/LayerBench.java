package org.lanewise.measure;

import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;
import org.openjdk.jmh.annotations.Param;

/** Passes of layers other than convolutions, on every backend. */
public class LayerBench extends PassesBench {
    /** A layer and its batch. */
    public enum Problem implements Measured {
        /** The dense layer of a small CNN. */
        LINEAR_9216_128(16, new Shape.Flat(9216), new Linear(128, true)),
        /** The last layer of most networks. */
        LINEAR_128_10(64, new Shape.Flat(128), new Linear(10, true)),
        /** A ReLU. */
        RELU(16, new Shape.Image(64, 24, 24), new Activation(Activation.Function.RELU)),
        /** A sigmoid. */
        SIGMOID(16, new Shape.Image(8, 24, 24), new Activation(Activation.Function.SIGMOID)),
        /** The largest of four. */
        MAX_POOL(16, new Shape.Image(64, 24, 24), new MaxPool2d(Window.of(2).stride(2))),
        /** The mean of four. */
        AVG_POOL(16, new Shape.Image(64, 24, 24), new AvgPool2d(Window.of(2).stride(2), true));

        private final int batch;
        private final Shape input;
        private final Layer layer;

        Problem(int batch, Shape input, Layer layer) {
            this.batch = batch;
            this.input = input;
            this.layer = layer;
        }

        @Override
        public LayerPasses passes(Execution execution) {
            return Passes.of(layer, input, batch, execution);
        }
    }

    /** The layer. */
    @Param
    public Problem problem;

    @Override
    Measured problem() {
        return problem;
    }
}
