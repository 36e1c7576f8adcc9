package org.lanewise.measure;

import java.util.concurrent.TimeUnit;
import org.lanewise.Backend;
import org.lanewise.Execution;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
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

/** Both directions of layers that are no convolutions, by every backend. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g",
        "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling", "-XX:+UseG1GC"})
public class LayerBench {
    /** A layer and its batch. */
    public enum Problem implements Measured {
        /** The dense layer of a small CNN. */
        LINEAR_9216_128(16, new Shape.Flat(9216), new Linear(128, true)),
        /** The last layer of most networks. */
        LINEAR_128_10(64, new Shape.Flat(128), new Linear(10, true)),
        /** A rectifier. */
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

    /** The loops. */
    @Param
    public Backend backend;

    /** The layer. */
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

    /** {@return what holds all gradients and the outputs} */
    @Benchmark
    public Passes step() {
        passes.run(Pass.STEP);
        return passes;
    }
}
