package org.lanewise.plan;

import java.util.Arrays;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Layout.Halo;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Shape;

/**
 * The layout of every layer's output. The reference computes on row-major maps; vectors on maps whose
 * channels are last, with a halo of zeros where convolutions read beyond the border. So a batch is
 * copied into that layout once, and out of it where it is flattened.
 *
 * <p>An elementwise layer needs the same layout, halo included, for its inputs and its output: these
 * form a group.
 */
final class LayoutAssignment {
    private final Graph graph;
    private final LayerChoices choices;
    private final GradientDemand demand;
    private final Fusion fusion;
    /** For each output, the network's input first, another of its group; itself for the first. */
    private final int[] groups;
    /** For each group, under its first output, the zeros that its readers and writers need. */
    private final Halo[] halos;

    LayoutAssignment(Graph graph, LayerChoices choices, GradientDemand demand,
            Fusion fusion) {
        this.graph = graph;
        this.choices = choices;
        this.demand = demand;
        this.fusion = fusion;
        this.groups = new int[graph.layers().size() + 1];
        this.halos = new Halo[groups.length];
        Arrays.setAll(groups, i -> i);
        graph.layers().stream().filter(layer -> layer.layer().elementwise())
                .forEach(layer -> layer.sources().forEach(source -> unite(source, layer.index())));
        Arrays.fill(halos, Halo.NONE);
        for (int i = Graph.INPUT; i < graph.layers().size(); i++) {
            halos[group(i)] = halos[group(i)].with(readAround(i));
        }
    }

    private int group(int index) {
        int first = index - Graph.INPUT;
        while (groups[first] != first) {
            first = groups[first];
        }
        return first;
    }

    private void unite(int one, int other) {
        int first = Math.min(group(one), group(other));
        int second = Math.max(group(one), group(other));
        groups[second] = first;
    }

    /** The layout in which the first layers read the batch: an image of few channels stays NCHW. */
    Layout input() {
        Shape input = graph.network().input();
        return input instanceof Shape.Image image && readsPlanes()
                ? Layout.planes(image.channels(), image.height(), image.width(),
                        halos[group(Graph.INPUT)])
                : layout(input, Graph.INPUT);
    }

    /** The layout in which a layer writes its output, or that of the last layer that is fused into it. */
    Layout output(int index) {
        int stored = fusion.stored(index);
        Shape shape = graph.layer(stored).output();
        return writesPlanes(index) ? Tensor.rowMajor(shape) : layout(shape, stored);
    }

    private boolean readsPlanes() {
        int reader = graph.onlyReader(Graph.INPUT);
        return reader != Graph.INPUT && choices.convolution(reader) != null
                && choices.beyondReference(reader)
                && choices.convolution(reader).problem().planes();
    }

    /** Whether the output of a layer is written row-major, because it is flattened next. */
    private boolean writesPlanes(int index) {
        int reader = graph.onlyReader(fusion.stored(index));
        return graph.onlyReader(Graph.INPUT) == index && readsPlanes()
                && choices.of(index).rowMajorOutput(demand.of(Graph.INPUT))
                && reader != Graph.INPUT && graph.layer(reader).layer() instanceof Flatten;
    }

    /** The zeros that convolutions read around an output and around the gradient by it. */
    private Halo readAround(int index) {
        Halo halo = Halo.NONE;
        if (index != Graph.INPUT && choices.convolution(index) != null && demand.of(index)) {
            LayerDescription layer = graph.layer(index);
            halo = halo.with(choices.convolution(index).gradientHalo(demand.of(layer.source())));
        }
        for (int reader : graph.readers(index)) {
            if (choices.convolution(reader) != null) {
                halo = halo.with(choices.convolution(reader)
                        .sourceHalo(demand.of(reader)));
            }
        }
        return halo;
    }

    private Layout layout(Shape shape, int index) {
        return shape instanceof Shape.Image image && choices.channelsLast()
                ? Layout.channelsLast(image.channels(), image.height(), image.width(),
                        halos[group(index)], choices.alignmentOffset())
                : Tensor.rowMajor(shape);
    }
}
