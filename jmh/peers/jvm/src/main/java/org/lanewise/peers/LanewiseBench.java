package org.lanewise.peers;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.lanewise.Backend;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Lanewise, as who embeds it calls it, with the flags that its commands set. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector",
        "-XX:ObjectAlignmentInBytes=64", "-XX:+UseG1GC"})
public class LanewiseBench {
    /** The loops. */
    @Param({"Lanewise vector", "Lanewise scalar"})
    public String library;

    /** The network. */
    @Param({"LeNet-like 28x28", "digits 8x8 with padding"})
    public String problem;

    /** How many share a step. */
    @Param({"1", "2"})
    public int threads;

    /** Of all numbers, as {@code -p precision=single} sets it. */
    @Param("double")
    public String precision;

    private ForkJoinPool pool;
    private Trainer trainer;
    private double[] images;
    private int[] labels;

    /** Builds the network and sees it learn. */
    @Setup
    public void prepare() {
        Problem chosen = Problem.named(problem);
        Network network = network(chosen);
        images = chosen.images();
        labels = chosen.labels();
        pool = new ForkJoinPool(threads);
        trainer = new Trainer(network,
                TrainingOptions.of(Optimizer.sgd(Problem.LEARNING_RATE)).batchSize(chosen.batch())
                        .precision(Precision.of(precision))
                        .backend(switch (library) {
                            case "Lanewise vector" -> Backend.VECTOR;
                            case "Lanewise scalar" -> Backend.SCALAR;
                            default -> throw Problem.stranger(library);
                        }),
                pool);
        chosen.require(network.parameterCount(), this::step);
    }

    private static Network network(Problem problem) {
        NetworkBuilder network = Network.input(problem.channels(), problem.side(),
                problem.side());
        boolean flat = false;
        for (Problem.Layer layer : problem.layers()) {
            network = switch (layer) {
                case Problem.Layer.Convolution conv -> network.conv2d(conv.filters(),
                        Window.of(conv.window()).padding(conv.window() / 2)).relu();
                case Problem.Layer.Pooling pooling -> network.maxPool2d(pooling.window());
                case Problem.Layer.Dense dense -> (flat ? network : network.flatten())
                        .linear(dense.outputs()).relu();
            };
            flat |= layer instanceof Problem.Layer.Dense;
        }
        return (flat ? network : network.flatten()).linear(Problem.CLASSES).softmaxCrossEntropy();
    }

    /** {@return the loss before the update} */
    @Benchmark
    public double step() {
        return trainer.step(images, labels);
    }

    /** Ends the threads. */
    @TearDown
    public void end() {
        pool.close();
    }
}
