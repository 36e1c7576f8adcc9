package org.lanewise.plan;

import java.util.HashMap;
import java.util.Map;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.FusedMaxPool;
import org.lanewise.kernel.Layout;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Join;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Scale;
import org.lanewise.spec.Shape;

/**
 * The arrays of outputs and of the gradients by them.
 *
 * <p>In a backward pass every layer that reads an output contributes to its gradient, the last layer
 * first: the first contribution overwrites the gradient, later ones are added. Where an addition is the
 * only reader, the gradient is that of the sum, and both are one array.
 */
final class BufferAssignment {
    private final Graph graph;
    private final GradientDemand demand;
    private final LayoutAssignment layouts;
    private final Fusion fusion;
    private final Workspace workspace;
    private final int capacity;
    private final int padding;
    private final Map<Integer, Elements> gradients = new HashMap<>();
    private Elements contribution;

    BufferAssignment(Graph graph, GradientDemand demand, LayoutAssignment layouts,
            Fusion fusion, Workspace workspace, PlanOptions options) {
        this.graph = graph;
        this.demand = demand;
        this.layouts = layouts;
        this.fusion = fusion;
        this.workspace = workspace;
        this.capacity = options.capacity();
        this.padding = options.kernels().vectors()
                ? Cpu.tailPadding(options.precision().bytes())
                : 0;
    }

    /** The caller's batch: row-major, with no tail padding, because its length is the caller's. */
    Tensor input() {
        Shape shape = graph.network().input();
        Layout layout = Tensor.rowMajor(shape);
        long length = Math.multiplyExact(capacity, (long) layout.sample());
        return new Tensor(shape, layout, values(MemoryUse.WHOLE_NETWORK, "input", length),
                demand.of(Graph.INPUT)
                        ? gradient(MemoryUse.WHOLE_NETWORK, "input", length)
                        : null);
    }

    /** What a layer writes: its output, or that of the last layer that is fused into it. */
    Tensor output(int index) {
        int stored = fusion.stored(index);
        Layout layout = layouts.output(index);
        long length = length(layout);
        FusedMaxPool pool = fusion.maxPool(index) == Graph.INPUT
                ? null
                : fusion.choices().convolution(index).maxPool(count -> demand.any()
                        ? workspace.integers(index, Kind.WORK, "largest of each window", count)
                        : null);
        return new Tensor(graph.layer(stored).output(), layout, values(index, "output", length),
                demand.of(index) ? gradient(stored, index, length) : null,
                fusion.appliesRelu(index) && pool == null, pool);
    }

    /**
     * Whether a function is computed where its argument is: no other layer reads that, and neither a backward pass nor
     * the caller of an unfused plan.
     */
    boolean overwrites(LayerDescription layer) {
        int source = graph.source(layer.index());
        return fusion.allowed() && !demand.any()
                && (layer.layer() instanceof Activation || layer.layer() instanceof Scale)
                && source != Graph.INPUT && graph.onlyReader(source) == layer.index()
                && !(graph.layer(source).layer() instanceof Flatten);
    }

    /** A row-major copy of what a flatten layer reads. */
    Tensor flattened(LayerDescription flatten, Tensor tensor) {
        Layout layout = Tensor.rowMajor(tensor.shape());
        long length = length(layout);
        return new Tensor(tensor.shape(), layout, values(flatten.index(), "output", length),
                tensor.gradient() == null
                        ? null
                        : gradient(flatten.index(), flatten.index(), length));
    }

    /** A copy, for the network as a whole, of a tensor in another layout. */
    Tensor copy(Tensor tensor, String name, Layout layout) {
        long length = length(layout);
        return new Tensor(tensor.shape(), layout, values(MemoryUse.WHOLE_NETWORK, name, length),
                tensor.gradient() == null
                        ? null
                        : gradient(MemoryUse.WHOLE_NETWORK, name, length));
    }

    /** The gradient by a stored output: one array for all that have the same owner. */
    private Elements gradient(int stored, int layer, long length) {
        return gradients.computeIfAbsent(owner(stored), _ -> gradient(layer, "output", length));
    }

    /** The output whose gradient is that of a given one, which may be itself. */
    private int owner(int index) {
        int owner = index;
        while (isOwnedByReader(owner)) {
            owner = graph.onlyReader(owner);
        }
        return owner;
    }

    private boolean isOwnedByReader(int index) {
        int reader = graph.onlyReader(index);
        return reader != Graph.INPUT && switch (graph.layer(reader).layer()) {
            case Add _ -> true;
            case Flatten _ -> views(graph.layer(reader));
            default -> false;
        };
    }

    /** Whether what a flatten layer reads is flat already, and no other layer contributes to its gradient, if any. */
    boolean views(LayerDescription flatten) {
        int source = graph.source(flatten.index());
        return (graph.onlyReader(source) == flatten.index() || !demand.any())
                && Tensor.isRowMajor(flatten.input(), layout(source));
    }

    /** Whether the gradients by a layer's input and by its output are one array. */
    boolean sharesGradient(LayerDescription layer, int input) {
        int source = layer.sources().get(input);
        return layer.layer() instanceof Add && source != Graph.INPUT
                && graph.onlyReader(source) == layer.index();
    }

    /** Whether a layer's contribution to the gradient of its input is added to that of others. */
    boolean accumulates(LayerDescription layer, int input) {
        int source = layer.sources().get(input);
        return graph.readers(source).getFirst() != layer.index()
                || layer.sources().indexOf(source) != input;
    }

    /** A tensor with an array for one contribution to its gradient; all tensors share the array. */
    Tensor contribution(Tensor tensor) {
        if (contribution == null) {
            contribution = gradient(MemoryUse.WHOLE_NETWORK, "contribution", largestContribution());
        }
        return new Tensor(tensor.shape(), tensor.layout(), tensor.values(), contribution,
                tensor.rectified(), tensor.maxPool());
    }

    private long largestContribution() {
        return graph.layers().stream()
                .filter(layer -> !(layer.layer() instanceof Join) && demand.of(layer.source())
                        && accumulates(layer, 0))
                .mapToLong(layer -> length(layout(layer.source()))).max().orElseThrow();
    }

    /** The layout of the output of a layer that is stored, or of the network's input. */
    private Layout layout(int index) {
        return index == Graph.INPUT ? layouts.input() : layouts.output(fusion.first(index));
    }

    private long length(Layout layout) {
        return Math.multiplyExact(capacity, (long) layout.sample()) + padding;
    }

    private Elements values(int layer, String name, long length) {
        return workspace.elements(layer, Kind.MAPS, name, length);
    }

    private Elements gradient(int layer, String name, long length) {
        return workspace.elements(layer, Kind.MAP_GRADIENTS, name + " gradient", length);
    }
}
