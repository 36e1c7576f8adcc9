package org.lanewise.measure;

import java.util.concurrent.TimeUnit;
import org.lanewise.Backend;
import org.lanewise.Execution;
import org.lanewise.spec.Network;
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

/** Whole steps of networks, by every backend. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g",
        "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling", "-XX:+UseG1GC"})
public class NetworkBench {
    /** A network and its batch. */
    public enum Problem implements Measured {
        /** The smallest: what a call costs. */
        SEED_3X3(1, Network.input(1, 3, 3).conv2d(1, 3).relu().flatten().linear(2)),
        /** Handwritten digits. */
        DIGITS_8X8(32, Network.input(1, 8, 8).conv2d(8, 3).relu().flatten().linear(10)),
        /** LeNet-5. */
        LENET_5(16, Network.input(1, 28, 28).conv2d(6, Window.of(5).padding(2)).relu()
                .maxPool2d(2).conv2d(16, 5).relu().maxPool2d(2).flatten().linear(120).relu()
                .linear(84).relu().linear(10));

        private final int batch;
        private final Network network;

        Problem(int batch, Network.Builder layers) {
            this.batch = batch;
            this.network = layers.softmaxCrossEntropy();
        }

        @Override
        public NetworkPasses passes(Execution execution) {
            return Passes.of(network, batch, execution);
        }
    }

    /** The loops. */
    @Param
    public Backend backend;

    /** The network. */
    @Param
    public Problem problem;

    private NetworkPasses passes;

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

    /** {@return the loss before the update} */
    @Benchmark
    public double step() {
        return passes.step();
    }
}
