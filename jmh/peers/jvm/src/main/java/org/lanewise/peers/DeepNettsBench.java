package org.lanewise.peers;

import deepnetts.net.ConvolutionalNetwork;
import deepnetts.net.layers.AbstractLayer;
import deepnetts.net.layers.ConvolutionalLayer;
import deepnetts.net.layers.activation.ActivationType;
import deepnetts.net.loss.LossFunction;
import deepnetts.net.loss.LossType;
import deepnetts.net.train.opt.OptimizerType;
import deepnetts.util.Tensor;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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

/**
 * Deep Netts, in plain Java. It has one thread, and learns sample by sample: the loop is that of its
 * own trainer, without what that measures and prints between epochs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DeepNettsBench {
    /** Precision of all numbers. */
    @Param("Deep Netts float32")
    public String library;

    /** The network. */
    @Param({"LeNet-like 28x28", "digits 8x8 with padding"})
    public String problem;

    /** It has no more. */
    @Param("1")
    public int threads;

    private ConvolutionalNetwork network;
    private LossFunction loss;
    private Tensor[] images;
    private float[][] targets;

    /** Builds the network and sees it learn. */
    @Setup
    public void prepare() {
        if (!library.equals("Deep Netts float32")) {
            throw Problem.stranger(library);
        }
        if (threads != 1) {
            throw new IllegalArgumentException("Deep Netts has one thread, not " + threads);
        }
        Problem chosen = Problem.named(problem);
        network = network(chosen);
        loss = network.getLossFunction();
        for (AbstractLayer layer : network.getLayers()) {
            layer.setLearningRate((float) Problem.LEARNING_RATE);
            layer.setMomentum(0);
            layer.setBatchMode(true);
            layer.setBatchSize(chosen.batch());
            layer.setOptimizerType(OptimizerType.SGD);
        }
        float[][] rows = rows(chosen.images(), chosen.batch());
        images = new Tensor[chosen.batch()];
        Arrays.setAll(images, i -> Tensor.create(chosen.side(), chosen.side(), chosen.channels(),
                rows[i]));
        targets = rows(chosen.targets(), chosen.batch());
        chosen.require(parameters(), this::step);
    }

    private static ConvolutionalNetwork network(Problem problem) {
        ConvolutionalNetwork.Builder layers = ConvolutionalNetwork.builder()
                .addInputLayer(problem.side(), problem.side(), problem.channels());
        for (Problem.Layer layer : problem.layers()) {
            switch (layer) {
                case Problem.Layer.Convolution(int filters, int window) ->
                    layers.addConvolutionalLayer(window, filters, ActivationType.RELU);
                case Problem.Layer.Pooling(int window) ->
                    layers.addMaxPoolingLayer(window, window);
                case Problem.Layer.Dense(int outputs) ->
                    layers.addFullyConnectedLayer(outputs, ActivationType.RELU);
            }
        }
        return layers.addOutputLayer(Problem.CLASSES, ActivationType.SOFTMAX)
                .lossFunction(LossType.CROSS_ENTROPY).randomSeed(1).build();
    }

    private static float[][] rows(double[] values, int count) {
        int length = values.length / count;
        float[][] rows = new float[count][length];
        for (int i = 0; i < values.length; i++) {
            rows[i / length][i % length] = (float) values[i];
        }
        return rows;
    }

    private long parameters() {
        long count = 0;
        for (AbstractLayer layer : network.getLayers()) {
            Tensor[] weights = layer instanceof ConvolutionalLayer conv
                    ? conv.getFilters()
                    : new Tensor[] {layer.getWeights()};
            for (Tensor one : weights) {
                count += one == null ? 0 : one.size();
            }
            count += layer.getBiases() == null ? 0 : layer.getBiases().length;
        }
        return count;
    }

    /** {@return the loss before the update} */
    @Benchmark
    public double step() {
        loss.reset();
        for (int i = 0; i < images.length; i++) {
            network.setInput(images[i]);
            network.setOutputError(loss.addPatternError(network.getOutput(), targets[i]));
            network.backward();
        }
        network.applyWeightChanges();
        return loss.getTotal();
    }
}
