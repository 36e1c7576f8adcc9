package org.lanewise.measure;

import java.util.concurrent.TimeUnit;
import org.lanewise.Backend;
import org.lanewise.Execution;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The three passes of convolutions, by every backend. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g",
        "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling", "-XX:+UseG1GC"})
public class ConvBench {
    /** A convolution and its batch; small batches, because the scalar loops run them too. */
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

    /** The loops. */
    @Param
    public Backend backend;

    /** The convolution. */
    @Param
    public Problem problem;

    private LayerPasses passes;

    /** Books memory and holds every result to the scalar loops. */
    @Setup
    public void prepare() {
        passes = Reference.agreeing(problem::passes, backend);
    }

    /** {@return what holds the outputs} */
    @Benchmark
    public Passes forward() {
        passes.run(Pass.FORWARD);
        return passes;
    }

    /** {@return what holds the gradient by the inputs} */
    @Benchmark
    public Passes backwardInput() {
        passes.run(Pass.BACKWARD_INPUT);
        return passes;
    }

    /** {@return what holds the gradients by weights and bias} */
    @Benchmark
    public Passes backwardWeights() {
        passes.run(Pass.BACKWARD_WEIGHTS);
        return passes;
    }
}
