package org.lanewise.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.ImplementationInfo;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WeightedKernel;
import org.lanewise.kernel.elementwise.ActivationKernel;
import org.lanewise.kernel.list.Choice;
import org.lanewise.kernel.list.WeightedChoice;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.GlobalPool2d;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.Join;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Scale;
import org.lanewise.spec.Shape;

/**
 * Turns the layers of a network into steps over arrays. What computes each layer, which gradients are
 * wanted, what is fused, and where elements are is decided before, each in a class of its own.
 */
final class Lowering {
    static final ImplementationInfo ELEMENT_BY_ELEMENT = ImplementationInfo
            .of("element by element");
    /** Of a sum whose inputs are read by no other layer: their gradients are one array with its own. */
    private static final ImplementationInfo SHARED_GRADIENT = new ImplementationInfo(
            ELEMENT_BY_ELEMENT.forward(), "none: one array with the gradient of the output", null);
    private static final ImplementationInfo WINDOW_BY_WINDOW = ImplementationInfo
            .of("window by window");

    private final Folding folding;
    private final Graph graph;
    private final PlanOptions options;
    private final GradientDemand demand;
    private final boolean vectors;
    private final int capacity;
    private final Workspace workspace;
    private final Elementwise elementwise;
    private final LayerChoices choices;
    private final Fusion fusion;
    private final LayoutAssignment layouts;
    private final BufferAssignment buffers;
    private final DrawnStep drawn;
    private final List<Step> steps = new ArrayList<>();
    private final List<ParameterBuffer> parameters = new ArrayList<>();
    /** The stored output of each layer; null where it is not stored, because it is fused with what follows. */
    private final Tensor[] outputs;

    private Lowering(Folding folding, PlanOptions options, Workspace workspace) {
        this.folding = folding;
        this.graph = new Graph(folding.computed(), !options.purpose().learns());
        this.options = options;
        this.vectors = options.kernels().vectors();
        this.capacity = options.capacity();
        this.workspace = workspace;
        this.drawn = new DrawnStep(options.seed());
        this.elementwise = new Elementwise(vectors);
        this.choices = new LayerChoices(graph, options);
        this.demand = new GradientDemand(graph, options);
        this.fusion = new Fusion(graph, choices, demand, options.fused());
        this.layouts = new LayoutAssignment(graph, choices, demand, fusion);
        this.buffers = new BufferAssignment(graph, demand, layouts, fusion, workspace, options);
        this.outputs = new Tensor[graph.layers().size()];
    }

    /** Lowers twice: the first time finds how large the arrays are that passes share. */
    static Plan plan(Folding folding, PlanOptions options, Workspace workspace, Team team) {
        new Lowering(folding, options, workspace.sizing()).plan(Team.alone());
        return new Lowering(folding, options, workspace).plan(team);
    }

    private Plan plan(Team team) {
        Tensor input = buffers.input();
        // Vector kernels read a little beyond the end of maps; a caller's batch ends where it ends.
        boolean padded = input.shape() instanceof Shape.Image && graph.readers(Graph.INPUT).stream()
                .anyMatch(choices::beyondReference);
        String name = "arranged input";
        Tensor arranged = padded
                ? copied(input, name, layouts.input())
                : arranged(input, name, layouts.input());
        for (LayerDescription layer : graph.layers()) {
            boolean computed = fusion.first(layer.index()) != layer.index();
            if (!computed) {
                lower(layer, layer.sources().stream()
                        .map(source -> source == Graph.INPUT ? arranged : outputs[source])
                        .toList());
            }
        }
        Tensor last = outputs[outputs.length - 1];
        Tensor output = arranged(last, "row-major output", Tensor.rowMajor(last.shape()));
        return new Plan(folding, options, workspace, team,
                new Lowered(input, Arrays.asList(outputs), output, steps, parameters,
                        LossKernels.of(graph.network().loss(), vectors, output, workspace,
                                capacity),
                        drawn));
    }

    private void lower(LayerDescription layer, List<Tensor> inputs) {
        int index = layer.index();
        if (layer.layer() instanceof Flatten) {
            Tensor input = inputs.getFirst();
            Tensor flat = buffers.views(layer)
                    ? input
                    : flattened(layer, input);
            outputs[index] = flat.as(layer.output());
            return;
        }
        if (graph.skips(index)) {
            outputs[index] = inputs.getFirst();
            return;
        }
        Tensor output = buffers.overwrites(layer)
                ? overwritten(inputs.getFirst())
                : buffers.output(index);
        outputs[fusion.stored(index)] = output;
        List<ParameterBuffer> learned = layer.parameters().stream()
                .map(spec -> parameter(index, spec)).toList();
        parameters.addAll(learned);
        if (layer.layer() instanceof Join join) {
            steps.add(join(layer, join, inputs, output));
            return;
        }
        Tensor tensor = inputs.getFirst();
        Tensor input = contribution(layer, tensor);
        steps.add(step(layer, input, output, learned).accumulate(accumulate(input, tensor)));
    }

    /** The values of a function in place of its argument, which is not stored then. */
    private Tensor overwritten(Tensor argument) {
        Arrays.setAll(outputs, i -> outputs[i] == argument ? null : outputs[i]);
        return new Tensor(argument.shape(), argument.layout(), argument.values(), null);
    }

    /** The same values in another layout: copied, unless that is their layout already. */
    private Tensor arranged(Tensor tensor, String name, Layout layout) {
        return tensor.layout().equals(layout)
                || tensor.isRowMajor() && Tensor.isRowMajor(tensor.shape(), layout)
                        ? tensor
                        : copied(tensor, name, layout);
    }

    private Tensor copied(Tensor tensor, String name, Layout layout) {
        Tensor copy = buffers.copy(tensor, name, layout);
        steps.add(copy(MemoryUse.WHOLE_NETWORK, tensor, copy));
        return copy;
    }

    private Tensor flattened(LayerDescription layer, Tensor tensor) {
        Tensor copy = buffers.flattened(layer, tensor);
        Tensor input = contribution(layer, tensor);
        steps.add(copy(layer.index(), input, copy).accumulate(accumulate(input, tensor)));
        return copy;
    }

    private Step copy(int layer, Tensor input, Tensor copy) {
        return new Step(layer, layer, true, WeightedKernel.DIRECT, "", List.of(),
                ELEMENT_BY_ELEMENT,
                List.of(input), copy, List.of(elementwise.copy(input, copy)), List.of(),
                input.gradient() == null
                        ? List.of()
                        : List.of(elementwise.copyBack(input, copy)));
    }

    /** What a layer reads, with the array for its contribution to the gradient as the gradient. */
    private Tensor contribution(LayerDescription layer, Tensor tensor) {
        return tensor.gradient() != null && buffers.accumulates(layer, 0)
                ? buffers.contribution(tensor)
                : tensor;
    }

    /** Adds a contribution to a gradient; nothing where it was written there. */
    private List<Task> accumulate(Tensor contribution, Tensor tensor) {
        return contribution.gradient() == tensor.gradient()
                ? List.of()
                : List.of(elementwise.accumulate(contribution, tensor));
    }

    private Step join(LayerDescription layer, Join join, List<Tensor> inputs, Tensor output) {
        List<Task> forward = new ArrayList<>();
        if (join instanceof Add) {
            forward.add(elementwise.add(inputs, output));
        }
        List<Task> backward = new ArrayList<>();
        List<Tensor> sums = new ArrayList<>();
        int offset = 0;
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input = inputs.get(i);
            if (join instanceof Concat) {
                forward.add(elementwise.concat(input, output, offset));
            }
            if (input.gradient() != null && !buffers.sharesGradient(layer, i)) {
                boolean added = buffers.accumulates(layer, i);
                sums.addAll(added ? List.of(input) : List.of());
                backward.add(switch (join) {
                    case Add _ -> elementwise.addBack(input, output, added);
                    case Concat _ -> elementwise.concatBack(input, output, offset, added);
                });
            }
            offset += Elementwise.width(input);
        }
        return new Step(layer.index(), layer.index(), false, WeightedKernel.DIRECT, "", List.of(),
                backward.isEmpty() ? SHARED_GRADIENT : ELEMENT_BY_ELEMENT, inputs, output, forward,
                List.of(), backward).saved(sums, 0);
    }

    private Step step(LayerDescription layer, Tensor input, Tensor output,
            List<ParameterBuffer> learned) {
        int index = layer.index();
        return switch (layer.resolved()) {
            case Conv2d conv -> affine(layer, input, output, learned,
                    conv(layer, conv, input, output));
            case Linear linear -> affine(layer, input, output, learned,
                    linear(layer, input, output));
            case MaxPool2d _ -> {
                PoolGeometry geometry = LayerChoices.pool(layer, input.layout(),
                        output.layout());
                int[] argmax = vectors
                        ? null
                        : workspace.integers(index, Kind.WORK, "argmax", batch(layer.output()));
                yield plain(index, WINDOW_BY_WINDOW, input, output,
                        elementwise.maxPool(geometry, input, output, argmax),
                        () -> elementwise.maxPoolBack(geometry, input, output, argmax))
                        .saved(vectors ? List.of(input, output) : List.of(),
                                vectors ? 0 : output.sampleSize());
            }
            case AvgPool2d _ -> {
                PoolGeometry geometry = LayerChoices.pool(layer, input.layout(),
                        output.layout());
                yield plain(index, WINDOW_BY_WINDOW, input, output,
                        elementwise.avgPool(geometry, input, output),
                        () -> elementwise.avgPoolBack(geometry, input, output));
            }
            case Activation(Activation.Function function, double parameter) ->
                function(index, function.name(), parameter, input, output);
            case Scale(double factor) -> function(index, "SCALE", factor, input, output)
                    .saved(List.of(), 0);
            case Dropout _ -> DropoutStep.of(layer, input, output, options, workspace, drawn);
            case GroupNorm _,LayerNorm _ -> GroupNormStep.of(layer, input, output, learned, options,
                    workspace);
            case BatchNorm _ -> {
                int into = options.purpose().learns() ? folding.into(index) : Graph.INPUT;
                yield BatchNormStep.of(layer, fusion, input, output, learned, options, workspace)
                        .reason(into == Graph.INPUT
                                ? ""
                                : "inference folds it into the weights of "
                                        + graph.layer(into).label());
            }
            case Flatten _,Join _,GlobalPool2d _ -> throw new AssertionError(
                    layer.label() + " is lowered elsewhere");
        };
    }

    private Step function(int index, String name, double parameter, Tensor input, Tensor output) {
        ActivationKernel kernel = new ActivationKernel(name, Element.round(parameter), vectors);
        return plain(index, ELEMENT_BY_ELEMENT, input, output,
                elementwise.function(kernel, input, output),
                () -> elementwise.functionBack(kernel, input, output))
                .saved(List.of(kernel.readsOutput() ? output : input), 0);
    }

    /** The step of a layer that learns nothing. */
    private static Step plain(int index, ImplementationInfo loops, Tensor input, Tensor output,
            Task forward, Supplier<Task> back) {
        return new Step(index, index, false, WeightedKernel.DIRECT, "", List.of(), loops,
                List.of(input), output, List.of(forward), List.of(),
                input.gradient() == null ? List.of() : List.of(back.get()));
    }

    /** The step of a layer that learns weights and perhaps a bias. */
    private Step affine(LayerDescription layer, Tensor input, Tensor output,
            List<ParameterBuffer> learned, WeightedKernel kernel) {
        ParameterBuffer weights = learned.getFirst();
        ParameterBuffer bias = learned.size() > 1 ? learned.getLast() : null;
        boolean learns = learned.stream().anyMatch(array -> array.gradient() != null);
        Elements diffWeights = learns && weights.gradient() == null
                ? workspace.elements(layer.index(), Kind.WORK, weights.spec().name()
                        + " gradient, not used", weights.spec().size())
                : weights.gradient();
        WeightedChoice<?, ?> choice = choices.of(layer.index());
        int stored = fusion.stored(layer.index());
        int norm = folding.norm(layer.index());
        boolean ends = norm != Graph.INPUT && graph.source(norm) == stored;
        return new Step(layer.index(), ends ? norm : stored, false, kernel.algorithm(),
                choice.reason(), candidates(choice, kernel), kernel.info(), List.of(input), output,
                kernel.forward(input.values(), weights.values(), values(bias), output.values()),
                learns
                        ? kernel.backwardWeights(input.values(), output.gradient(), diffWeights,
                                gradient(bias))
                        : List.of(),
                input.gradient() == null
                        ? List.of()
                        : kernel.backwardInput(output.gradient(), weights.values(),
                                input.values(), input.gradient()))
                .saved(List.of(), output.maxPool() == null ? 0 : output.maxPool().saved());
    }

    /** What was considered for each pass that is computed, in order. */
    private static List<LayerPlan.Candidate> candidates(WeightedChoice<?, ?> choice,
            WeightedKernel kernel) {
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
        choice.refusals().forEach((name, reason) -> candidates
                .add(new LayerPlan.Candidate(pass, name, Optional.of(reason))));
        candidates.add(new LayerPlan.Candidate(pass, choice.chosen().name(), Optional.empty()));
    }

    private WeightedKernel conv(LayerDescription layer, Conv2d conv, Tensor input, Tensor output) {
        ConvGeometry geometry = new ConvGeometry(LayerChoices.window(conv.window(), layer),
                conv.groups(),
                ((Shape.Image) layer.input()).channels(), conv.outChannels(), input.layout(),
                output.layout());
        return bind(choices.convolution(layer.index()), geometry, layer.index(), input, output);
    }

    private WeightedKernel linear(LayerDescription layer, Tensor input, Tensor output) {
        LinearGeometry geometry = new LinearGeometry(input.sampleSize(), output.sampleSize());
        return bind(choices.linear(layer.index()), geometry, layer.index(), input, output);
    }

    private <G> WeightedKernel bind(WeightedChoice<?, G> choice, G geometry, int layer,
            Tensor input,
            Tensor output) {
        return choice.bind(geometry,
                new PostOps(fusion.appliesRelu(layer), input.rectified(), output.maxPool()),
                capacity,
                workspace.scratch(layer), input.gradient() != null,
                graph.layer(layer).learned().stream().anyMatch(demand::of));
    }

    private static Elements values(ParameterBuffer bias) {
        return bias == null ? null : bias.values();
    }

    private static Elements gradient(ParameterBuffer bias) {
        return bias == null ? null : bias.gradient();
    }

    private long batch(Shape shape) {
        return Math.multiplyExact(capacity, shape.size());
    }

    private ParameterBuffer parameter(int layer, ParameterSpec spec) {
        return new ParameterBuffer(layer, spec,
                workspace.parameter(layer, spec),
                demand.of(spec)
                        ? workspace.elements(layer, Kind.PARAMETER_GRADIENTS,
                                spec.name() + " gradient", spec.size())
                        : null);
    }
}
