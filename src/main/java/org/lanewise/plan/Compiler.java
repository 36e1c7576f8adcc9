package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvKernel;
import org.lanewise.kernel.ConvScalar;
import org.lanewise.kernel.ConvVector;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearKernel;
import org.lanewise.kernel.LinearScalar;
import org.lanewise.kernel.LinearVector;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.Scratch;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/** Turns layers into steps, and books what the steps need. */
final class Compiler {
    /**
     * A step of a 3x3 image and one 3x3 filter (18 operations) takes 0.42 us with scalar loops and
     * 0.90 us with vectors; of four channels of 6x6 (4,608) 12.5 and 3.1 us.
     */
    private static final long WORTH_PACKING = 512;

    private final Purpose purpose;
    private final Loops loops;
    private final int capacity;
    private final Workspace workspace;
    private final List<Step> steps = new ArrayList<>();
    private final List<ParameterBuffer> parameters = new ArrayList<>();

    Compiler(Purpose purpose, Loops loops, int capacity, Workspace workspace) {
        this.purpose = purpose;
        this.loops = loops;
        this.capacity = capacity;
        this.workspace = workspace;
    }

    Plan compile(Network network) {
        Tensor input = tensor(MemoryUse.WHOLE_NETWORK, "input", network.input(),
                purpose == Purpose.TRAIN_WITH_INPUT_GRADIENT);
        // Gradients are needed from the last layer down to the first that learns; below it they
        // would be computed for nobody.
        boolean learns = purpose == Purpose.TRAIN_WITH_INPUT_GRADIENT;
        Tensor tensor = input;
        List<Tensor> outputs = new ArrayList<>();
        for (LayerDescription layer : network.describe()) {
            learns |= !layer.parameters().isEmpty() && purpose != Purpose.PREDICT;
            tensor = add(layer, tensor, learns);
            outputs.add(tensor);
        }
        return new Plan(network, capacity, workspace, input, outputs, steps, parameters,
                objective(network.loss(), tensor));
    }

    private Tensor add(LayerDescription layer, Tensor input, boolean gradient) {
        if (layer.layer() instanceof Flatten) {
            // Dense row-major maps are already the flat row that a flatten layer reads.
            return input.as(layer.output());
        }
        Tensor output = tensor(layer.index(), "output", layer.output(), gradient);
        List<ParameterBuffer> learned = layer.parameters().stream()
                .map(spec -> parameter(layer.index(), spec)).toList();
        parameters.addAll(learned);
        steps.add(step(layer, input, output, learned));
        return output;
    }

    private Step step(LayerDescription layer, Tensor input, Tensor output,
            List<ParameterBuffer> learned) {
        int index = layer.index();
        return switch (layer.layer()) {
            case Conv2d conv ->
                new ConvStep(index, kernel(index, conv, input, output), input, output,
                        learned.getFirst(), conv.bias() ? learned.getLast() : null);
            case MaxPool2d pool -> new MaxPoolStep(index, pool(pool.window(), input, output),
                    input, output, workspace.integers(index, "winners", batch(layer.output())));
            case AvgPool2d pool -> new AvgPoolStep(index, pool(pool.window(), input, output),
                    pool.countIncludePad(), input, output);
            case Activation activation ->
                new ActivationStep(index, activation.function(), loops, input, output);
            case Linear linear -> new LinearStep(index, kernel(index, input, output), input,
                    output, learned.getFirst(), linear.bias() ? learned.getLast() : null);
            case Flatten flatten -> throw new AssertionError(flatten + " has no step");
        };
    }

    private Tensor tensor(int layer, String name, Shape shape, boolean gradient) {
        return new Tensor(shape, workspace.doubles(layer, name, batch(shape)),
                gradient ? workspace.doubles(layer, name + " gradient", batch(shape)) : null);
    }

    private long batch(Shape shape) {
        return Math.multiplyExact(capacity, shape.size());
    }

    private ParameterBuffer parameter(int layer, ParameterSpec spec) {
        return new ParameterBuffer(layer, spec, workspace.doubles(layer, spec.name(), spec.size()),
                purpose == Purpose.PREDICT
                        ? null
                        : workspace.doubles(layer, spec.name() + " gradient", spec.size()));
    }

    private ConvKernel kernel(int layer, Conv2d conv, Tensor input, Tensor output) {
        ConvGeometry geometry = conv(conv, input, output);
        return switch (loops(conv.flops(input.shape()))) {
            case SCALAR -> new ConvScalar(geometry);
            case VECTOR -> ConvVector.of(geometry, scratch(layer),
                    input.gradient() != null, output.gradient() != null);
        };
    }

    private LinearKernel kernel(int layer, Tensor input, Tensor output) {
        LinearGeometry geometry = new LinearGeometry(input.sampleSize(), output.sampleSize());
        return switch (loops(2L * capacity * input.sampleSize() * output.sampleSize())) {
            case SCALAR -> new LinearScalar(geometry);
            case VECTOR -> new LinearVector(geometry, capacity, scratch(layer));
        };
    }

    /** The loops for work of some operations at a time: too little of it loses on vectors. */
    private Loops loops(long flops) {
        return flops < WORTH_PACKING ? Loops.SCALAR : loops;
    }

    private Scratch scratch(int layer) {
        return (name, count) -> workspace.doubles(layer, name, count);
    }

    private static ConvGeometry conv(Conv2d conv, Tensor input, Tensor output) {
        Shape.Image in = (Shape.Image) input.shape();
        Shape.Image out = (Shape.Image) output.shape();
        return new ConvGeometry(window(conv.window(), in.map(), out.map()), conv.groups(),
                in.channels(), out.channels(), input.layout(), output.layout());
    }

    private static PoolGeometry pool(Window window, Tensor input, Tensor output) {
        Shape.Image in = (Shape.Image) input.shape();
        Shape.Image out = (Shape.Image) output.shape();
        return new PoolGeometry(window(window, in.map(), out.map()), in.channels(),
                input.layout(), output.layout());
    }

    private static WindowGeometry window(Window window, Size in, Size out) {
        return new WindowGeometry(in.height(), in.width(), out.height(), out.width(),
                window.kernel().height(), window.kernel().width(), window.stride().height(),
                window.stride().width(), window.padding().height(), window.padding().width(),
                window.dilation().height(), window.dilation().width());
    }

    private Objective objective(Loss loss, Tensor output) {
        int whole = MemoryUse.WHOLE_NETWORK;
        double[] losses = workspace.doubles(whole, "losses", capacity);
        return switch (loss) {
            case Loss.SoftmaxCrossEntropy softmax -> new Objective.SoftmaxCrossEntropy(output,
                    workspace.integers(whole, "labels", capacity),
                    workspace.doubles(whole, "probabilities", batch(output.shape())), losses,
                    softmax.reduction());
            case Loss.MeanSquaredError squared -> new Objective.SquaredError(output,
                    workspace.doubles(whole, "targets", batch(output.shape())), losses,
                    squared.reduction());
        };
    }
}
