package org.lanewise.peers;

import java.util.concurrent.TimeUnit;
import org.bytedeco.openblas.global.openblas;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.nativeblas.NativeOpsHolder;
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

/** DL4J (Eclipse Deeplearning4j) by its native backend. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Dl4jBench {
    /** Precision of all numbers. */
    @Param("DL4J float64")
    public String library;

    /** The network. */
    @Param({"LeNet-like 28x28", "digits 8x8 with padding"})
    public String problem;

    /** Threads of its loops. */
    @Param({"1", "2"})
    public int threads;

    private MultiLayerNetwork network;
    private DataSet batch;

    /** Builds the network and sees it learn. */
    @Setup
    public void prepare() {
        if (!library.equals("DL4J float64")) {
            throw Problem.stranger(library);
        }
        Problem chosen = Problem.named(problem);
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        // On two threads, loops and matrix products that both share work are three times slower.
        openblas.blas_set_num_threads(1);
        network = network(chosen);
        batch = new DataSet(
                Nd4j.createFromArray(chosen.images()).reshape(chosen.batch(), chosen.channels(),
                        chosen.side(), chosen.side()),
                Nd4j.createFromArray(chosen.targets()).reshape(chosen.batch(), Problem.CLASSES));
        chosen.require(network.numParams(), this::step);
    }

    private static MultiLayerNetwork network(Problem problem) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder().seed(1)
                .dataType(DataType.DOUBLE).updater(new Sgd(Problem.LEARNING_RATE))
                .convolutionMode(ConvolutionMode.Same).list();
        for (Problem.Layer layer : problem.layers()) {
            layers.layer(switch (layer) {
                case Problem.Layer.Convolution(int filters, int window) ->
                    new ConvolutionLayer.Builder(window, window).nOut(filters)
                            .activation(Activation.RELU).build();
                case Problem.Layer.Pooling(int window) ->
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                            .kernelSize(window, window).stride(window, window).build();
                case Problem.Layer.Dense(int outputs) ->
                    new DenseLayer.Builder().nOut(outputs).activation(Activation.RELU).build();
            });
        }
        MultiLayerNetwork network = new MultiLayerNetwork(layers
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(Problem.CLASSES)
                        .activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(problem.side(), problem.side(),
                        problem.channels()))
                .build());
        network.init();
        return network;
    }

    /** {@return the loss before the update} */
    @Benchmark
    public double step() {
        network.fit(batch);
        return network.score();
    }
}
