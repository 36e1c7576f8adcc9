package org.lanewise.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.kernel.AffineChoice;
import org.lanewise.kernel.AffineKernel;
import org.lanewise.kernel.Choice;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Fusion;
import org.lanewise.kernel.Implementations;
import org.lanewise.kernel.Job;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Layout.Halo;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearProblem;
import org.lanewise.kernel.PassLoops;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
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
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/**
 * Turns layers into steps, and books what the steps need.
 *
 * <p>Scalar loops work on row-major maps. Vector loops work on maps whose channels stand last, with
 * a halo of zeros where a convolution reads beyond the border; so a batch is brought into that
 * order at the entrance and out of it where it is flattened, and nowhere else.
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
    private final Map<Integer, AffineChoice<ConvProblem, ConvGeometry>> convolutions = new HashMap<>();
    private final Map<Integer, AffineChoice<LinearProblem, LinearGeometry>> denseLayers = new HashMap<>();
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
        layers.forEach(this::choose);
    }

    /** Chooses what computes a layer that learns weights. */
    private void choose(LayerDescription layer) {
        Choice.Limits limits = new Choice.Limits(loops == Loops.VECTOR, !options.directOnly());
        if (layer.layer() instanceof Conv2d conv) {
            ConvProblem problem = new ConvProblem(window(conv.window(), layer), conv.groups(),
                    ((Shape.Image) layer.input()).channels(), conv.outChannels(), capacity,
                    layer.index() == 0);
            convolutions.put(layer.index(),
                    Implementations.of(problem, conv.flops(layer.input()), limits));
        } else if (layer.layer() instanceof Linear linear) {
            LinearProblem problem = new LinearProblem(Math.toIntExact(layer.input().size()),
                    linear.outFeatures(), capacity);
            denseLayers.put(layer.index(), Implementations.of(problem,
                    2L * capacity * problem.ic() * problem.oc(), limits));
        }
    }

    /** What computes a layer that learns weights; null for another. */
    private AffineChoice<?, ?> choice(int index) {
        return convolutions.containsKey(index)
                ? convolutions.get(index)
                : denseLayers.get(index);
    }

    Plan compile(Team team) {
        int whole = MemoryUse.WHOLE_NETWORK;
        // A caller's batch has no slack.
        Tensor input = tensor(whole, "input", network.input(), Tensor.rowMajor(network.input()),
                0, purpose == Purpose.TRAIN_WITH_INPUT_GRADIENT, false);
        // Vector loops read a little beyond the end of maps, where no caller's batch goes.
        boolean slack = network.input() instanceof Shape.Image && onVectors(0);
        String arranged = "arranged input";
        Tensor tensor = slack
                ? copied(input, whole, arranged, arrangedInput())
                : arranged(input, whole, arranged, arrangedInput());
        List<Tensor> outputs = new ArrayList<>();
        int next = 0;
        while (next < layers.size()) {
            boolean fused = fuses(next);
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
                writesPlanes(index, fused)
                        ? Tensor.rowMajor(layer.output())
                        : layout(layer.output(), halo(index)),
                learns(index), fused);
        List<ParameterBuffer> learned = layer.parameters().stream()
                .map(spec -> parameter(index, spec)).toList();
        parameters.addAll(learned);
        steps.add(step(layer, fused ? index + 1 : index, input, output, learned));
        return output;
    }

    /** Where a first layer reads the batch: an image of few channels keeps them apart. */
    private Layout arrangedInput() {
        return network.input() instanceof Shape.Image image && readsPlanes()
                ? Layout.planes(image.channels(), image.height(), image.width(), halo(-1))
                : layout(network.input(), halo(-1));
    }

    private boolean readsPlanes() {
        return convolutions.containsKey(0) && onVectors(0)
                && convolutions.get(0).problem().planes();
    }

    /**
     * Whether the output of a layer, or of the ReLU that is computed with it, stands as it will be
     * flattened.
     */
    private boolean writesPlanes(int index, boolean fused) {
        int next = fused ? index + 2 : index + 1;
        return index == 0 && readsPlanes() && choice(0).rowMajorOutput(learns(-1))
                && next < layers.size() && layer(next) instanceof Flatten;
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

    /**
     * Whether the ReLU after a layer is computed with it: the layer's kernel applies ReLUs, and the
     * kernel that writes the gradient, that of the layer after the ReLU, masks gradients.
     */
    private boolean fuses(int index) {
        return options.fused() && appliesRelu(index) && index + 2 < layers.size()
                && layer(index + 1) instanceof Activation(Activation.Function function)
                && function == Activation.Function.RELU
                && (masksGradient(index + 2) || layer(index + 2) instanceof Flatten
                        && index + 3 < layers.size() && masksGradient(index + 3));
    }

    /** Whether the kernel of a layer can apply a ReLU to what it stores. */
    private boolean appliesRelu(int index) {
        return choice(index) != null && choice(index).forward().chosen().fuses();
    }

    /** Whether the kernel of a layer can mask the gradient of its input with that of a ReLU. */
    private boolean masksGradient(int index) {
        return choice(index) != null
                ? choice(index).backwardInput().chosen().fuses()
                : onVectors(index);
    }

    /** Whether a layer is computed by more than the reference. */
    private boolean onVectors(int index) {
        return switch (layer(index)) {
            case Conv2d conv -> appliesRelu(index);
            case Linear linear -> appliesRelu(index);
            case MaxPool2d pool -> loops == Loops.VECTOR;
            case AvgPool2d pool -> loops == Loops.VECTOR;
            case Activation activation -> false;
            case Flatten flatten -> false;
        };
    }

    /** Whether an element of a layer's output follows from that of its input at the same place. */
    private boolean isElementwise(int index) {
        return switch (layer(index)) {
            case Activation activation -> true;
            case Conv2d conv -> false;
            case MaxPool2d pool -> false;
            case AvgPool2d pool -> false;
            case Linear linear -> false;
            case Flatten flatten -> false;
        };
    }

    private Layer layer(int index) {
        return layers.get(index).layer();
    }

    /**
     * Whether the gradient by a layer's output is wanted: gradients go from the last layer down to
     * the first that learns; below it they would be computed for nobody.
     */
    private boolean learns(int index) {
        return purpose == Purpose.TRAIN_WITH_INPUT_GRADIENT || purpose == Purpose.TRAIN
                && layers.stream().limit(index + 1L).anyMatch(one -> !one.parameters().isEmpty());
    }

    /**
     * The zeros around the output of a layer, or around the input for -1: as many before an
     * elementwise layer as behind it, so that its elements have the same places.
     */
    private Halo halo(int index) {
        Halo halo = readAround(index);
        for (int i = index + 1; i < layers.size() && isElementwise(i); i++) {
            halo = halo.with(readAround(i));
        }
        for (int i = index; i >= 0 && isElementwise(i); i--) {
            halo = halo.with(readAround(i - 1));
        }
        return halo;
    }

    /** The zeros that convolutions read around the output of a layer and around its gradient. */
    private Halo readAround(int index) {
        Halo halo = Halo.NONE;
        if (convolutions.containsKey(index) && learns(index)) {
            halo = halo.with(convolutions.get(index).gradientHalo(learns(index - 1)));
        }
        if (convolutions.containsKey(index + 1)) {
            halo = halo.with(convolutions.get(index + 1).sourceHalo(learns(index + 1)));
        }
        return halo;
    }

    private Layout layout(Shape shape, Halo halo) {
        return switch (shape) {
            case Shape.Flat flat -> Tensor.rowMajor(flat);
            case Shape.Image image -> switch (loops) {
                case SCALAR -> Tensor.rowMajor(image);
                case VECTOR -> Layout.channelsLast(image.channels(), image.height(),
                        image.width(), halo);
            };
        };
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
        AffineChoice<?, ?> choice = choice(layer.index());
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
            Choice<?, ?, ?> choice) {
        choice.refusals().forEach(refusal -> candidates.add(new LayerPlan.Candidate(pass,
                refusal.implementation(), Optional.of(refusal.reason()))));
        candidates.add(new LayerPlan.Candidate(pass, choice.chosen().name(), Optional.empty()));
    }

    private AffineKernel conv(LayerDescription layer, Conv2d conv, Tensor input, Tensor output) {
        ConvGeometry geometry = new ConvGeometry(window(conv.window(), layer), conv.groups(),
                ((Shape.Image) layer.input()).channels(), conv.outChannels(), input.layout(),
                output.layout());
        return bind(convolutions.get(layer.index()), geometry, layer.index(), input, output);
    }

    private AffineKernel linear(LayerDescription layer, Tensor input, Tensor output) {
        LinearGeometry geometry = new LinearGeometry(input.sampleSize(), output.sampleSize());
        return bind(denseLayers.get(layer.index()), geometry, layer.index(), input, output);
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
        return new PoolGeometry(window(layer.layer().window(), layer),
                ((Shape.Image) layer.input()).channels(), Tensor.rowMajor(layer.input()),
                Tensor.rowMajor(layer.output()));
    }

    private static PoolGeometry pool(Window window, LayerDescription layer, Tensor input,
            Tensor output) {
        return new PoolGeometry(window(window, layer),
                ((Shape.Image) layer.input()).channels(), input.layout(), output.layout());
    }

    private static WindowGeometry window(Window window, LayerDescription layer) {
        Size in = ((Shape.Image) layer.input()).map();
        Size out = ((Shape.Image) layer.output()).map();
        return new WindowGeometry(in.height(), in.width(), out.height(), out.width(),
                window.kernel().height(), window.kernel().width(), window.stride().height(),
                window.stride().width(), window.padding().height(), window.padding().width(),
                window.dilation().height(), window.dilation().width());
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
