package org.lanewise.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.codec.JsonFields;
import org.lanewise.codec.JsonValue;
import org.lanewise.codec.LayerCodecs;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;

/**
 * Makes a failing case smaller for as long as it still fails: fewer layers, samples, channels and
 * pixels, and plain options.
 *
 * <p>Each round takes the first smaller case that fails and starts again from it, so that the result
 * is a case of which no single reduction fails.
 */
public final class Shrinker {
    private static final Optimizer PLAIN = Optimizer.sgd(0.01);

    private Shrinker() {}

    /**
     * {@return the smallest case found}
     *
     * @param failing a case that fails
     * @param fails whether a case fails
     */
    public static NetworkCase shrink(NetworkCase failing, Predicate<NetworkCase> fails) {
        NetworkCase smallest = failing;
        while (true) {
            Optional<NetworkCase> smaller = smaller(smallest).filter(fails).findFirst();
            if (smaller.isEmpty()) {
                return smallest;
            }
            smallest = smaller.get();
        }
    }

    /** All cases that are smaller in one respect, those that are much smaller first. */
    private static Stream<NetworkCase> smaller(NetworkCase one) {
        Stream<NetworkCase> batches = smallerBatches(one);
        Stream<NetworkCase> optimizer = one.optimizer().equals(PLAIN)
                && one.gradientNorm() == Double.POSITIVE_INFINITY
                        ? Stream.empty()
                        : Stream.of(one.optimizer(PLAIN, Double.POSITIVE_INFINITY));
        Stream<NetworkCase> precision = one.precision() == Precision.DOUBLE
                ? Stream.empty()
                : Stream.of(one.precision(Precision.DOUBLE));
        Stream<NetworkCase> networks = smallerNetworks(one.network())
                .flatMap(Optional::stream)
                .filter(network -> network.parameterCount() > 0).map(one::network)
                // A smaller case may fail with other numbers only: of one pixel, negative ones.
                .flatMap(smaller -> smaller.network().input().size() > 1
                        ? Stream.of(smaller)
                        : Stream.of(one.seed(), 0L, 1L).distinct().map(smaller::seed));
        return Stream.of(batches, optimizer, precision, networks).flatMap(stream -> stream);
    }

    private static Stream<NetworkCase> smallerBatches(NetworkCase one) {
        List<NetworkCase> list = new ArrayList<>();
        if (one.batches().size() > 1) {
            for (int samples : one.batches()) {
                list.add(one.batches(one.capacity(), List.of(samples)));
            }
        }
        for (int capacity : smallerNumbers(one.capacity(),
                NetworkCase.fewestSamples(one.network()))) {
            list.add(one.batches(capacity, one.batches().stream()
                    .map(samples -> Math.min(samples, capacity)).toList()));
        }
        return list.stream();
    }

    private static Stream<Optional<Network>> smallerNetworks(Network network) {
        List<LayerDescription> layers = network.describe();
        List<Node> nodes = network.nodes();
        Stream<Optional<Network>> suffixes = layers.reversed().stream()
                .filter(layer -> !layer.node().inputs().getFirst().equals(Node.INPUT))
                .map(layer -> suffix(network, layer.node(), layer.input()));
        Stream<Optional<Network>> without = nodes.stream()
                .flatMap(node -> node.inputs().stream().distinct()
                        .map(input -> without(network, node, input)));
        Stream<Optional<Network>> fewer = nodes.stream()
                .flatMap(node -> fewerInputs(node).map(other -> with(network, node, other)));
        Stream<Optional<Network>> inputs = smallerShapes(network.input())
                .map(shape -> network(network, shape, nodes, network.outputNode()));
        Stream<Optional<Network>> simpler = nodes.stream()
                .flatMap(node -> simpler(node.layer()).map(layer -> with(network, node,
                        new Node(node.name(), layer, node.inputs()))));
        return Stream
                .of(suffixes, without, Stream.of(unflattened(network), plainLoss(network)), fewer,
                        inputs, simpler)
                .flatMap(stream -> stream);
    }

    /** A network of the nodes that reach the output; empty where they do not fit. */
    private static Optional<Network> network(Network like, Shape input, List<Node> nodes,
            String output) {
        Set<String> read = new HashSet<>(Set.of(output));
        List<Node> used = new ArrayList<>();
        for (Node node : nodes.reversed()) {
            if (read.contains(node.name())) {
                used.addFirst(node);
                read.addAll(node.inputs());
            }
        }
        try {
            return Optional.of(new Network(input, used, output, like.loss()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What a node reads becomes the network's input. */
    private static Optional<Network> suffix(Network network, Node first, Shape input) {
        String read = first.inputs().getFirst();
        return network(network, input,
                network.nodes().stream().map(node -> reading(node, read, Node.INPUT)).toList(),
                network.outputNode());
    }

    /** All maps stay maps, which squared errors take as they are: branches are flattened together. */
    private static Optional<Network> unflattened(Network network) {
        Loss plain = Loss.meanSquaredError();
        boolean flattens = network.layers().contains(new Flatten());
        if (!flattens && network.loss().type().equals(plain.type())) {
            return Optional.empty();
        }
        List<Node> nodes = network.nodes();
        String output = network.outputNode();
        for (Node node : network.nodes()) {
            if (node.layer() instanceof Flatten) {
                String name = node.name();
                // What it reads may have been a flatten layer that is gone.
                String read = nodes.stream().filter(one -> one.name().equals(name)).findFirst()
                        .orElseThrow().inputs().getFirst();
                nodes = nodes.stream().filter(one -> !one.name().equals(name))
                        .map(one -> reading(one, name, read)).toList();
                output = output.equals(name) ? read : output;
            }
        }
        return network(network.loss(plain.reduction(network.loss().reduction())), network.input(),
                nodes, output);
    }

    /** A loss without options fits any number of outputs. */
    private static Optional<Network> plainLoss(Network network) {
        Network plain = network.loss() instanceof Loss.SoftmaxCrossEntropy loss
                ? network.loss(new Loss.SoftmaxCrossEntropy(loss.reduction())
                        .probabilities(loss.probabilities()))
                : network;
        return plain.equals(network) ? Optional.empty() : Optional.of(plain);
    }

    /** What a node reads takes the place of its output. */
    private static Optional<Network> without(Network network, Node removed, String input) {
        String name = removed.name();
        List<Node> nodes = network.nodes().stream().filter(node -> !node.equals(removed))
                .map(node -> reading(node, name, input)).toList();
        return network(network, network.input(), nodes,
                network.outputNode().equals(name) ? input : network.outputNode());
    }

    private static Node reading(Node node, String name, String instead) {
        return new Node(node.name(), node.layer(), node.inputs().stream()
                .map(input -> input.equals(name) ? instead : input).toList());
    }

    /** The same node without one of several inputs. */
    private static Stream<Node> fewerInputs(Node node) {
        return node.inputs().size() < 2
                ? Stream.empty()
                : IntStream.range(0, node.inputs().size()).mapToObj(i -> {
                    List<String> inputs = new ArrayList<>(node.inputs());
                    inputs.remove(i);
                    return new Node(node.name(), node.layer(), inputs);
                });
    }

    private static Optional<Network> with(Network network, Node node, Node other) {
        return network(network, network.input(),
                network.nodes().stream().map(one -> one.equals(node) ? other : one).toList(),
                network.outputNode());
    }

    private static Stream<Shape> smallerShapes(Shape shape) {
        return switch (shape) {
            case Shape.Flat flat -> smallerNumbers(flat.features(), 1).stream()
                    .map(Shape.Flat::new);
            case Shape.Image image -> Stream.of(
                    smallerNumbers(image.channels(), 1).stream().map(
                            c -> new Shape.Image(c, image.height(), image.width())),
                    smallerNumbers(image.height(), 1).stream().map(
                            h -> new Shape.Image(image.channels(), h, image.width())),
                    smallerNumbers(image.width(), 1).stream().map(
                            w -> new Shape.Image(image.channels(), image.height(), w)))
                    .flatMap(stream -> stream);
        };
    }

    /** The same layer with one field that is smaller; what no layer can be is left out. */
    private static Stream<Layer> simpler(Layer layer) {
        SequencedMap<String, JsonValue> fields = LayerCodecs.write(layer).byName();
        return fields.entrySet().stream().flatMap(field -> smaller(field.getValue())
                .map(value -> {
                    SequencedMap<String, JsonValue> changed = new LinkedHashMap<>(fields);
                    changed.put(field.getKey(), value);
                    return new JsonValue.Members(changed);
                })).flatMap(changed -> layer(changed).stream())
                .filter(changed -> !changed.equals(layer));
    }

    private static Optional<Layer> layer(JsonValue.Members fields) {
        try {
            return Optional.of(LayerCodecs.read(new JsonFields("layer", fields)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Smaller numbers, one of an array at a time, and false for true. */
    private static Stream<JsonValue> smaller(JsonValue value) {
        return switch (value) {
            case JsonValue.Num(String digits) -> digits.matches("\\d{1,9}")
                    ? smallerNumbers(Integer.parseInt(digits), 0).stream()
                            .map(number -> new JsonValue.Num(number.toString()))
                    : Stream.empty();
            case JsonValue.Array(List<JsonValue> list) -> IntStream.range(0, list.size()).boxed()
                    .flatMap(i -> smaller(list.get(i)).map(element -> {
                        List<JsonValue> changed = new ArrayList<>(list);
                        changed.set(i, element);
                        return new JsonValue.Array(changed);
                    }));
            case JsonValue.Bool(boolean is) -> is
                    ? Stream.of(new JsonValue.Bool(false))
                    : Stream.empty();
            case JsonValue.Members _,JsonValue.Text _,JsonValue.Null _ -> Stream.empty();
        };
    }

    /** The least and the one above, half and one less, where they are smaller than the number. */
    private static List<Integer> smallerNumbers(int number, int least) {
        return Stream.of(least, least + 1, number / 2, number - 1)
                .filter(n -> n >= least && n < number)
                .distinct().toList();
    }
}
