package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.AffineChoice;
import org.lanewise.kernel.AffineKernel;
import org.lanewise.kernel.Choice;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Fusion;
import org.lanewise.kernel.Job;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.PassLoops;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/**
 * Turns layers into steps, and books what the steps need: what computes each layer, which gradients are
 * wanted, what is fused and where elements are has been decided before ({@link LayerChoices},
 * {@link GradientDemand}, {@link ReluFusion}, {@link LayoutAssignment}).
 */
final class Compiler {
    private static final PassLoops ELEMENT_BY_ELEMENT = PassLoops.of("element by element");
    private static final PassLoops WINDOW_BY_WINDOW = PassLoops.of("window by window");

    private final Network network;
    private final List<LayerDescription> layers;
    private final PlanOptions options;
    private final Purpose purpose;
    private final Loops loops;
    private final int capacity;
    private final Workspace workspace;
    private final Elementwise elementwise;
    private final LayerChoices choices;
    private final GradientDemand demand;
    private final ReluFusion fusion;
    private final LayoutAssignment layouts;
    private final List<Step> steps = new ArrayList<>();
    private final List<ParameterBuffer> parameters = new ArrayList<>();

    Compiler(Network network, PlanOptions options, Workspace workspace) {
        this.network = network;
        this.layers = network.describe();
        this.options = options;
        this.purpose = options.purpose();
        this.loops = options.loops();
        this.capacity = options.capacity();
        this.workspace = workspace;
        this.elementwise = new Elementwise(loops);
        this.choices = new LayerChoices(layers, options);
        this.demand = new GradientDemand(layers, purpose);
        this.fusion = new ReluFusion(layers, choices, options.fused());
        this.layouts = new LayoutAssignment(network, layers, choices, demand, fusion);
    }

    Plan compile(Team team) {
        int whole = MemoryUse.WHOLE_NETWORK;
        // A caller's batch has no slack.
        Tensor input = tensor(whole, "input", network.input(), Tensor.rowMajor(network.input()),
                0, purpose == Purpose.TRAIN_WITH_INPUT_GRADIENT, false);
        // Vector loops read a little beyond the end of maps, where no caller's batch goes.
        boolean slack = network.input() instanceof Shape.Image && choices.beyondReference(0);
        String arranged = "arranged input";
        Tensor tensor = slack
                ? copied(input, whole, arranged, layouts.input())
                : arranged(input, whole, arranged, layouts.input());
        List<Tensor> outputs = new ArrayList<>();
        int next = 0;
        while (next < layers.size()) {
            boolean fused = fusion.fuses(next);
            tensor = add(next, tensor, fused);
            if (fused) {
                // Only the ReLU's output is stored.
                outputs.add(null);
                next++;
            }
            outputs.add(tensor);
            next++;
        }
        Tensor output = arranged(tensor, whole, "row-major output",
                Tensor.rowMajor(tensor.shape()));
        return new Plan(network, options, workspace, team, input, outputs, output, steps,
                parameters, objective(network.loss(), output));
    }

    private Tensor add(int index, Tensor input, boolean fused) {
        LayerDescription layer = layers.get(index);
        if (layer.layer() instanceof Flatten) {
            Tensor flat = arranged(input, index, "output", Tensor.rowMajor(input.shape()));
            return flat.as(layer.output());
        }
        Tensor output = tensor(index, "output", layer.output(),
                layouts.output(index), demand.of(index), fused);
        List<ParameterBuffer> learned = layer.parameters().stream()
                .map(spec -> parameter(index, spec)).toList();
        parameters.addAll(learned);
        steps.add(step(layer, fused ? index + 1 : index, input, output, learned));
        return output;
    }

    /** The same values in another layout: by a step that copies, if they do not stand so already. */
    private Tensor arranged(Tensor tensor, int layer, String name, Layout layout) {
        Tensor other = new Tensor(tensor.shape(), layout, null, null, false);
        if (tensor.layout().equals(layout) || tensor.isRowMajor() && other.isRowMajor()) {
            return tensor;
        }
        return copied(tensor, layer, name, layout);
    }

    private Tensor copied(Tensor tensor, int layer, String name, Layout layout) {
        Tensor copy = tensor(layer, name, tensor.shape(), layout, tensor.gradient() != null,
                false);
        steps.add(plain(layer, ELEMENT_BY_ELEMENT, tensor, copy, elementwise.copy(tensor, copy),
                () -> elementwise.copyBack(tensor, copy)));
        return copy;
    }

    private Step step(LayerDescription layer, int outputLayer, Tensor input, Tensor output,
            List<ParameterBuffer> learned) {
        int index = layer.index();
        return switch (layer.layer()) {
            case Conv2d conv -> affine(layer, outputLayer, input, output, learned,
                    conv(layer, conv, input, output));
            case Linear linear -> affine(layer, outputLayer, input, output, learned,
                    linear(layer, input, output));
            case MaxPool2d pool -> {
                PoolGeometry geometry = pool(pool.window(), layer, input, output);
                int[] winners = loops == Loops.SCALAR
                        ? workspace.integers(index, Kind.WORK, "winners", batch(layer.output()))
                        : null;
                yield plain(index, WINDOW_BY_WINDOW, input, output,
                        elementwise.maxPool(geometry, input, output, winners),
                        () -> elementwise.maxPoolBack(geometry, input, output, winners));
            }
            case AvgPool2d pool -> {
                PoolGeometry geometry = pool(pool.window(), layer, input, output);
                boolean padding = pool.countIncludePad();
                yield plain(index, WINDOW_BY_WINDOW, input, output,
                        elementwise.avgPool(geometry, padding, input, output),
                        () -> elementwise.avgPoolBack(geometry, padding, input, output));
            }
            case Activation activation -> plain(index, ELEMENT_BY_ELEMENT, input, output,
                    elementwise.activation(activation.function(), input, output),
                    () -> elementwise.activationBack(activation.function(), input, output));
            case Flatten flatten -> throw new AssertionError(flatten + " has no step of its own");
        };
    }

    private interface Back {
        Job job();
    }

    /** The step of a layer that learns nothing. */
    private static Step plain(int index, PassLoops loops, Tensor input, Tensor output,
            Job forward, Back back) {
        return new Step(index, index, AffineKernel.DIRECT, "", List.of(), loops, input, output,
                List.of(forward), List.of(),
                input.gradient() == null ? List.of() : List.of(back.job()));
    }

    /** The step of a layer that learns weights and perhaps a bias. */
    private Step affine(LayerDescription layer, int outputLayer, Tensor input, Tensor output,
            List<ParameterBuffer> learned, AffineKernel kernel) {
        ParameterBuffer weights = learned.getFirst();
        ParameterBuffer bias = learned.size() > 1 ? learned.getLast() : null;
        AffineChoice<?, ?> choice = choices.of(layer.index());
        return new Step(layer.index(), outputLayer, kernel.algorithm(), choice.reason(),
                candidates(choice, kernel), kernel.loops(), input, output,
                kernel.forward(input.values(), weights.values(), values(bias), output.values()),
                output.gradient() == null
                        ? List.of()
                        : kernel.backwardWeights(input.values(), output.gradient(),
                                weights.gradient(), gradient(bias)),
                input.gradient() == null
                        ? List.of()
                        : kernel.backwardInput(output.gradient(), weights.values(),
                                input.values(), input.gradient()));
    }

    /** What was considered for each pass that is computed, in order. */
    private static List<LayerPlan.Candidate> candidates(AffineChoice<?, ?> choice,
            AffineKernel kernel) {
        List<LayerPlan.Candidate> candidates = new ArrayList<>();
        add(candidates, LayerPlan.FORWARD, choice.forward());
        if (kernel.inputPass() != null) {
            add(candidates, LayerPlan.BACKWARD_INPUT, choice.backwardInput());
        }
        if (kernel.weightsPass() != null) {
            add(candidates, LayerPlan.BACKWARD_WEIGHTS, choice.backwardWeights());
        }
        return candidates;
    }

    private static void add(List<LayerPlan.Candidate> candidates, String pass,
            Choice<?, ?> choice) {
        choice.refusals().forEach(refusal -> candidates.add(new LayerPlan.Candidate(pass,
                refusal.implementation(), Optional.of(refusal.reason()))));
        candidates.add(new LayerPlan.Candidate(pass, choice.chosen().name(), Optional.empty()));
    }

    private AffineKernel conv(LayerDescription layer, Conv2d conv, Tensor input, Tensor output) {
        ConvGeometry geometry = new ConvGeometry(LayerChoices.window(conv.window(), layer),
                conv.groups(),
                ((Shape.Image) layer.input()).channels(), conv.outChannels(), input.layout(),
                output.layout());
        return bind(choices.convolution(layer.index()), geometry, layer.index(), input, output);
    }

    private AffineKernel linear(LayerDescription layer, Tensor input, Tensor output) {
        LinearGeometry geometry = new LinearGeometry(input.sampleSize(), output.sampleSize());
        return bind(choices.linear(layer.index()), geometry, layer.index(), input, output);
    }

    private <G> AffineKernel bind(AffineChoice<?, G> choice, G geometry, int layer, Tensor input,
            Tensor output) {
        return choice.bind(geometry, new Fusion(output.rectified(), input.rectified()), capacity,
                workspace.scratch(layer), input.gradient() != null, output.gradient() != null);
    }

    private static double[] values(ParameterBuffer bias) {
        return bias == null ? null : bias.values();
    }

    private static double[] gradient(ParameterBuffer bias) {
        return bias == null ? null : bias.gradient();
    }

    private Tensor tensor(int layer, String name, Shape shape, Layout layout, boolean gradient,
            boolean rectified) {
        return tensor(layer, name, shape, layout, loops == Loops.VECTOR ? Layout.SLACK : 0,
                gradient, rectified);
    }

    private Tensor tensor(int layer, String name, Shape shape, Layout layout, int slack,
            boolean gradient, boolean rectified) {
        long length = Math.multiplyExact(capacity, (long) layout.sample()) + slack;
        return new Tensor(shape, layout, workspace.doubles(layer, Kind.MAPS, name, length),
                gradient
                        ? workspace.doubles(layer, Kind.MAP_GRADIENTS, name + " gradient", length)
                        : null,
                rectified);
    }

    private long batch(Shape shape) {
        return Math.multiplyExact(capacity, shape.size());
    }

    private ParameterBuffer parameter(int layer, ParameterSpec spec) {
        return new ParameterBuffer(layer, spec,
                workspace.parameter(layer, spec),
                purpose.learns()
                        ? workspace.doubles(layer, Kind.PARAMETER_GRADIENTS,
                                spec.name() + " gradient", spec.size())
                        : null);
    }

    /** The geometry of a pooling layer over row-major maps. */
    static PoolGeometry rowMajorPool(LayerDescription layer) {
        return new PoolGeometry(LayerChoices.window(layer.layer().window(), layer),
                ((Shape.Image) layer.input()).channels(), Tensor.rowMajor(layer.input()),
                Tensor.rowMajor(layer.output()));
    }

    private static PoolGeometry pool(Window window, LayerDescription layer, Tensor input,
            Tensor output) {
        return new PoolGeometry(LayerChoices.window(window, layer),
                ((Shape.Image) layer.input()).channels(), input.layout(), output.layout());
    }

    private Objective objective(Loss loss, Tensor output) {
        int whole = MemoryUse.WHOLE_NETWORK;
        double[] losses = workspace.doubles(whole, Kind.LOSS, "losses", capacity);
        return switch (loss) {
            case Loss.SoftmaxCrossEntropy softmax -> Objective.SoftmaxCrossEntropy.of(
                    loops, output, workspace.integers(whole, Kind.LOSS, "labels", capacity),
                    workspace.doubles(whole, Kind.LOSS, "probabilities", batch(output.shape())),
                    losses,
                    softmax.reduction());
            case Loss.MeanSquaredError squared -> Objective.SquaredError.of(output,
                    workspace.doubles(whole, Kind.LOSS, "targets", batch(output.shape())), losses,
                    squared.reduction());
        };
    }
}
