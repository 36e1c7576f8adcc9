package org.lanewise.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.kernel.Elements;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;
import org.lanewise.spec.ParameterSpec;

/**
 * Which batch normalizations inference folds into the weights of the convolution or linear layer that they alone
 * read: {@code w * s} and {@code (b - mean) * s + bias} with {@code s = weight / sqrt(var + eps)}. A max pooling may be
 * between where no factor is learned: {@code s} is above 0 then, and what was the largest still is.
 *
 * <p>The network that is computed has as many layers, in the same places. In place of a normalization it has a dropout,
 * which inference skips.
 */
final class Folding {
    private static final Dropout NOTHING = new Dropout(0.0);

    private final Network original;
    private final Network computed;
    /** For each layer into which another may be folded, the position of that. */
    private final Map<Integer, Integer> foldable;
    /** For each layer into which another is folded, the position of that. */
    private final Map<Integer, Integer> norms;

    private Folding(Network original, Network computed, Map<Integer, Integer> foldable,
            Map<Integer, Integer> norms) {
        this.original = original;
        this.computed = computed;
        this.foldable = foldable;
        this.norms = norms;
    }

    /** What these options fold of a network. */
    static Folding of(Network network, PlanOptions options) {
        Map<Integer, Integer> foldable = foldable(new Graph(network, true));
        Map<Integer, Integer> norms = options.folded() && !options.purpose().learns()
                ? foldable
                : Map.of();
        List<Layer> layers = new ArrayList<>(network.layers());
        norms.forEach((into, norm) -> {
            layers.set(into, biased(layers.get(into)));
            layers.set(norm, NOTHING);
        });
        List<Node> nodes = new ArrayList<>();
        for (Node node : network.nodes()) {
            nodes.add(new Node(node.name(), layers.get(nodes.size()), node.inputs()));
        }
        return new Folding(network, norms.isEmpty()
                ? network
                : new Network(network.input(), nodes, network.outputNode(), network.loss()),
                foldable,
                norms);
    }

    private static Map<Integer, Integer> foldable(Graph graph) {
        Map<Integer, Integer> norms = new HashMap<>();
        for (LayerDescription layer : graph.layers()) {
            int reader = graph.onlyReader(layer.index());
            boolean pooled = reader != Graph.INPUT
                    && graph.layer(reader).resolved() instanceof MaxPool2d;
            int norm = pooled ? graph.onlyReader(reader) : reader;
            if ((layer.layer() instanceof Conv2d || layer.layer() instanceof Linear)
                    && norm != Graph.INPUT
                    && graph.layer(norm).layer() instanceof BatchNorm found
                    && !(pooled && found.weight())) {
                norms.put(layer.index(), norm);
            }
        }
        return norms;
    }

    private static Layer biased(Layer layer) {
        return switch (layer) {
            case Conv2d conv -> new Conv2d(conv.outChannels(), conv.window(), conv.groups(), true);
            case Linear linear -> new Linear(linear.outFeatures());
            default -> throw new AssertionError(layer + " has no weights");
        };
    }

    /** The network as it was given. */
    Network original() {
        return original;
    }

    /** The network that is computed. */
    Network computed() {
        return computed;
    }

    /** The layer into which inference may fold a batch normalization; -1 for none. */
    int into(int norm) {
        return foldable.keySet().stream().filter(layer -> foldable.get(layer) == norm).findFirst()
                .orElse(Graph.INPUT);
    }

    /** The batch normalization that is folded into a layer; -1 for none. */
    int norm(int into) {
        return norms.getOrDefault(into, Graph.INPUT);
    }

    boolean isEmpty() {
        return norms.isEmpty();
    }

    /** The arrays of the given network: those that are computed with, where nothing is folded into them. */
    List<ParameterBuffer> arrays(List<ParameterBuffer> computedWith, Workspace workspace) {
        List<ParameterBuffer> arrays = new ArrayList<>();
        for (LayerDescription layer : original.describe()) {
            boolean own = norms.containsKey(layer.index()) || norms.containsValue(layer.index());
            for (ParameterSpec spec : layer.parameters()) {
                arrays.add(own
                        ? new ParameterBuffer(layer.index(), spec,
                                workspace.original(layer.index(), spec), null)
                        : find(computedWith, spec.name()));
            }
        }
        return arrays;
    }

    private static ParameterBuffer find(List<ParameterBuffer> arrays, String name) {
        return arrays.stream().filter(array -> array.spec().name().equals(name)).findFirst()
                .orElse(null);
    }

    /**
     * Computes weights and biases.
     *
     * @param arrays of the given network; read
     * @param computedWith weights and biases into which something is folded are overwritten
     */
    void fold(List<ParameterBuffer> arrays, List<ParameterBuffer> computedWith) {
        List<Node> nodes = original.nodes();
        norms.forEach((into, norm) -> {
            String layer = nodes.get(into).name() + ".";
            String name = nodes.get(norm).name() + ".";
            double eps = ((BatchNorm) nodes.get(norm).layer()).eps();
            Elements mean = find(arrays, name + BatchNorm.RUNNING_MEAN).values();
            Elements variance = find(arrays, name + BatchNorm.RUNNING_VAR).values();
            Elements weights = find(arrays, layer + "weight").values();
            Elements folded = find(computedWith, layer + "weight").values();
            Elements biases = find(computedWith, layer + "bias").values();
            int each = weights.length() / biases.length();
            for (int c = 0; c < biases.length(); c++) {
                double scale = value(arrays, name + "weight", c, 1.0)
                        / Math.sqrt(variance.get(c) + eps);
                for (int i = c * each; i < (c + 1) * each; i++) {
                    folded.set(i, weights.get(i) * scale);
                }
                biases.set(c, (value(arrays, layer + "bias", c, 0.0) - mean.get(c)) * scale
                        + value(arrays, name + "bias", c, 0.0));
            }
        });
    }

    /** An element of an array, or what it would be if the layer had no such array. */
    private static double value(List<ParameterBuffer> arrays, String name, int index,
            double without) {
        ParameterBuffer array = find(arrays, name);
        return array == null ? without : array.values().get(index);
    }
}
