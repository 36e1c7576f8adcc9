package org.lanewise.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
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

/** libtorch, the native part of PyTorch, through Bytedeco's bindings. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TorchBench {
    /** Precision of all numbers. */
    @Param({"libtorch float64", "libtorch float32"})
    public String library;

    /** The network. */
    @Param({"LeNet-like 28x28", "digits 8x8 with padding"})
    public String problem;

    /** Threads of its own pool. */
    @Param({"1", "2"})
    public int threads;

    private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
    private final TensorVector parameters = new TensorVector();
    private torch.ScalarType type;
    private SGD optimizer;
    private Tensor images;
    private Tensor labels;

    /** Builds the network and sees it learn. */
    @Setup
    public void prepare() {
        Problem chosen = Problem.named(problem);
        torch.manual_seed(1);
        torch.set_num_threads(threads);
        // Its samples are shared by threads, each of which multiplies matrices by itself.
        openblas.blas_set_num_threads(1);
        type = switch (library) {
            case "libtorch float64" -> torch.ScalarType.Double;
            case "libtorch float32" -> torch.ScalarType.Float;
            default -> throw Problem.stranger(library);
        };
        build(chosen);
        optimizer = new SGD(parameters, new SGDOptions(Problem.LEARNING_RATE));
        images = Tensor.create(chosen.images(), chosen.batch(), chosen.channels(), chosen.side(),
                chosen.side()).to(type);
        labels = Tensor.create(IntStream.of(chosen.labels()).asLongStream().toArray());
        long count = 0;
        for (long i = 0; i < parameters.size(); i++) {
            count += parameters.get(i).numel();
        }
        chosen.require(count, this::step);
    }

    private void build(Problem chosen) {
        long maps = chosen.channels();
        long across = chosen.side();
        boolean flat = false;
        for (Problem.Layer layer : chosen.layers()) {
            switch (layer) {
                case Problem.Layer.Convolution(int filters, int window) -> {
                    Conv2dOptions options = new Conv2dOptions(maps, filters,
                            new LongPointer(window, window));
                    options.padding().put(new LongPointer(window / 2, window / 2));
                    Conv2dImpl conv = learned(new Conv2dImpl(options));
                    layers.add(x -> torch.relu(conv.forward(x)));
                    maps = filters;
                }
                case Problem.Layer.Pooling(int window) -> {
                    layers.add(x -> torch.max_pool2d(x, window, window));
                    across /= window;
                }
                case Problem.Layer.Dense(int outputs) -> {
                    LinearImpl linear = learned(new LinearImpl(maps * across * across, outputs));
                    layers.add(x -> torch.relu(linear.forward(x.flatten(1, -1))));
                    maps = outputs;
                    across = 1;
                }
            }
        }
        LinearImpl last = learned(new LinearImpl(maps * across * across, Problem.CLASSES));
        layers.add(x -> last.forward(x.flatten(1, -1)));
    }

    private <M extends Module> M learned(M module) {
        module.to(type, false);
        TensorVector own = module.parameters();
        for (long i = 0; i < own.size(); i++) {
            parameters.push_back(own.get(i));
        }
        return module;
    }

    /** {@return the loss before the update} */
    @Benchmark
    public double step() {
        // What a step makes is freed at its end, not by the garbage collector.
        try (PointerScope scope = new PointerScope()) {
            optimizer.zero_grad();
            Tensor outputs = images;
            for (UnaryOperator<Tensor> layer : layers) {
                outputs = layer.apply(outputs);
            }
            Tensor loss = torch.cross_entropy(outputs, labels);
            loss.backward();
            optimizer.step();
            return loss.item_double();
        }
    }
}
