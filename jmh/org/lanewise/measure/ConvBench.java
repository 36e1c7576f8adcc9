package org.lanewise.measure;

import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Passes of convolutions, on every backend. */
public class ConvBench extends PassesBench {
    /** A convolution and its batch; batches are small because the scalar kernels run them too. */
    public enum Problem implements Measured {
        /** One channel to few filters. */
        MNIST_1_8(8, new Shape.Image(1, 28, 28), new Conv2d(8, Window.of(3))),
        /** A colour image to many filters. */
        CIFAR_3_64(2, new Shape.Image(3, 32, 32), new Conv2d(64, Window.of(3).padding(1))),
        /** Many channels, the window that matters most. */
        CIFAR_64_64(2, new Shape.Image(64, 32, 32), new Conv2d(64, Window.of(3).padding(1))),
        /** Many channels on small maps. */
        CIFAR_256_256(2, new Shape.Image(256, 8, 8), new Conv2d(256, Window.of(3).padding(1))),
        /** A window of one pixel. */
        RESNET_256_64(1, new Shape.Image(256, 56, 56), new Conv2d(64, Window.of(1))),
        /** A stride. */
        RESNET_128_128_STRIDE_2(1, new Shape.Image(128, 56, 56),
                new Conv2d(128, Window.of(3).padding(1).stride(2)));

        private final int batch;
        private final Shape input;
        private final Conv2d layer;

        Problem(int batch, Shape input, Conv2d layer) {
            this.batch = batch;
            this.input = input;
            this.layer = layer;
        }

        @Override
        public LayerPasses passes(Execution execution) {
            return Passes.of(layer, input, batch, execution);
        }
    }

    /** The convolution. */
    @Param
    public Problem problem;

    @Override
    Measured problem() {
        return problem;
    }

    /** {@return the object that holds the gradient with respect to the inputs} */
    @Benchmark
    public Passes backwardInput() {
        return run(Pass.BACKWARD_INPUT);
    }

    /** {@return the object that holds the gradients with respect to weights and bias} */
    @Benchmark
    public Passes backwardWeights() {
        return run(Pass.BACKWARD_WEIGHTS);
    }
}
