package org.lanewise.plan;

import java.util.HashMap;
import java.util.Map;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearProblem;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.list.KernelKind;
import org.lanewise.kernel.list.WeightedChoice;
import org.lanewise.kernel.reference.MaxPoolScalar;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/** What computes each layer of a network: decided by shapes, before anything has a place. */
final class LayerChoices {
    private final Graph graph;
    private final boolean vectors;
    private final Precision precision;
    private final Map<Integer, WeightedChoice<ConvProblem, ConvGeometry>> convolutions = new HashMap<>();
    private final Map<Integer, WeightedChoice<LinearProblem, LinearGeometry>> denseLayers = new HashMap<>();

    LayerChoices(Graph graph, PlanOptions options) {
        this.graph = graph;
        this.vectors = options.kernels().vectors();
        this.precision = options.precision();
        KernelKind limit = options.kernels().limit();
        graph.layers().forEach(layer -> choose(layer, options.capacity(), limit));
    }

    private void choose(LayerDescription layer, int capacity, KernelKind limit) {
        if (layer.layer() instanceof Conv2d conv) {
            ConvProblem problem = new ConvProblem(window(conv.window(), layer), conv.groups(),
                    ((Shape.Image) layer.input()).channels(), conv.outChannels(), capacity,
                    graph.onlyReader(Graph.INPUT) == layer.index());
            long flops = conv.flops(layer.input());
            convolutions.put(layer.index(), Precisions.choice(precision, problem, flops, limit));
        } else if (layer.layer() instanceof Linear linear) {
            LinearProblem problem = new LinearProblem(Math.toIntExact(layer.input().size()),
                    linear.outFeatures(), capacity);
            long flops = 2L * capacity * problem.ic() * problem.oc();
            denseLayers.put(layer.index(), Precisions.choice(precision, problem, flops, limit));
        }
    }

    /** A window over the maps of a layer. */
    static WindowGeometry window(Window window, LayerDescription layer) {
        Size in = ((Shape.Image) layer.input()).map();
        Size out = ((Shape.Image) layer.output()).map();
        return new WindowGeometry(in.height(), in.width(), out.height(), out.width(),
                window.kernel().height(), window.kernel().width(), window.stride().height(),
                window.stride().width(), window.padding().height(), window.padding().width(),
                window.dilation().height(), window.dilation().width());
    }

    /** The geometry of a pooling layer over maps with these layouts. */
    static PoolGeometry pool(LayerDescription layer, Layout src, Layout dst) {
        WindowGeometry window = window(layer.resolved().window(), layer);
        int channels = ((Shape.Image) layer.input()).channels();
        return layer.resolved() instanceof AvgPool2d average
                ? new PoolGeometry(window, channels, src, dst, average.countIncludePad(),
                        average.divisorOverride())
                : new PoolGeometry(window, channels, src, dst, false, 0);
    }

    /** The taps that a max pooling layer takes, row-major; -1 where a ReLU that is fused with it left none. */
    static int[] argmax(LayerDescription layer, Tensor source, Tensor output, int samples) {
        if (output.maxPool() != null) {
            return output.maxPool().argmax(samples, Tensor.maps(output.shape()).channels());
        }
        PoolGeometry geometry = pool(layer, Tensor.rowMajor(layer.input()),
                Tensor.rowMajor(layer.output()));
        int size = Math.toIntExact(samples * layer.output().size());
        int[] argmax = new int[size];
        MaxPoolScalar.forward(geometry, source.copy(source.values(), samples), new double[size],
                argmax, 0, samples);
        return argmax;
    }

    /** What computes a layer that learns weights; null for another. */
    WeightedChoice<?, ?> of(int index) {
        return convolutions.containsKey(index)
                ? convolutions.get(index)
                : denseLayers.get(index);
    }

    /** What computes a convolution; null for another layer, or for none. */
    WeightedChoice<ConvProblem, ConvGeometry> convolution(int index) {
        return convolutions.get(index);
    }

    /** What computes a dense layer; null for another, or for none. */
    WeightedChoice<LinearProblem, LinearGeometry> linear(int index) {
        return denseLayers.get(index);
    }

    /** Whether the kernel of a layer can apply a ReLU to what it stores. */
    boolean appliesRelu(int index) {
        return of(index) != null && of(index).forward().chosen().fuses()
                || vectors && graph.layer(index).layer() instanceof BatchNorm;
    }

    /** Whether the kernel of a convolution can compute the max pooling of its output too. */
    boolean appliesMaxPool(int index, LayerDescription pool) {
        return convolution(index) != null && convolution(index).poolsByTwo()
                && pool.resolved() instanceof MaxPool2d
                && quarters(window(pool.resolved().window(), pool));
    }

    /** Whether windows are of 2x2, next to each other and within the map. */
    private static boolean quarters(WindowGeometry window) {
        return window.equals(new WindowGeometry(window.ih(), window.iw(), window.ih() / 2,
                window.iw() / 2, 2, 2, 2, 2, 0, 0, 1, 1));
    }

    /** Whether the kernel of a layer can mask the gradient of its input with that of a ReLU. */
    boolean masksGradient(int index) {
        return of(index) != null
                ? of(index).backwardInput().chosen().fuses()
                : beyondReference(index)
                        || vectors && graph.layer(index).layer() instanceof Dropout;
    }

    /** Whether more than the reference computes a layer, of those that read a halo or mask gradients. */
    boolean beyondReference(int index) {
        Layer layer = graph.layer(index).resolved();
        return of(index) != null && of(index).forward().chosen().fuses()
                || vectors && (layer instanceof MaxPool2d || layer instanceof AvgPool2d);
    }

    /** Elements before the first of a map that vectors read. */
    int alignmentOffset() {
        return Cpu.alignmentOffset(precision.bytes());
    }

    /** Whether maps are NHWC where no kernel needs another layout. */
    boolean channelsLast() {
        return vectors;
    }
}
