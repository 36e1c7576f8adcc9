package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A graph of layers and the loss it is trained with, checked as a whole when it is made.
 *
 * <p>Most networks are chains, in which each layer reads the one before it. In general a node names
 * the nodes it reads, all of which come before it in the list; several may read the same one.
 *
 * @param input shape of one input sample
 * @param nodes the layers, in an order in which they can be computed; at least one
 * @param outputNode name of the node whose output is the network's
 * @param loss what training minimizes
 */
public record Network(Shape input, List<Node> nodes, String outputNode, Loss loss) {
    /**
     * Checks names and every layer against the shapes of what it reads.
     *
     * @param input shape of one input sample
     * @param nodes the layers, in an order in which they can be computed; at least one
     * @param outputNode name of the node whose output is the network's
     * @param loss what training minimizes
     * @throws NetworkException if a layer does not fit, reads what does not come before it, or is
     *         read by nothing, or the loss does not fit the outputs; the message has its name, its
     *         type, the shapes and the arithmetic
     */
    public Network {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(outputNode, "outputNode");
        Objects.requireNonNull(loss, "loss");
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new NetworkException("a network needs at least one layer", null);
        }
        checkSize("input", input);
        // A node is read or is the output, and only what comes before can be read: it is the last.
        loss.requireFit(describe(input, nodes, outputNode).getLast());
    }

    /**
     * A chain, whose layers are named by their positions.
     *
     * @param input shape of one input sample
     * @param layers the layers, first to last; at least one
     * @param loss what training minimizes
     * @throws NetworkException if a layer does not fit; the message has its name, its type, the
     *         shapes and the arithmetic
     */
    public Network(Shape input, List<Layer> layers, Loss loss) {
        this(input, Node.chain(layers), Node.previous(layers.size()), loss);
    }

    private static void checkSize(String where, Shape shape) {
        try {
            Math.toIntExact(shape.size());
        } catch (ArithmeticException e) {
            throw new NetworkException(where + ": a sample of " + shape
                    + " has more elements than an array can hold (" + Integer.MAX_VALUE + ")", e);
        }
    }

    private static void checkSize(ParameterSpec parameter) {
        if (parameter.size() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("its " + parameter.name() + " of shape "
                    + parameter.shape() + " has " + parameter.size()
                    + " elements, more than an array can hold");
        }
    }

    private static List<LayerDescription> describe(Shape input, List<Node> nodes,
            String outputNode) {
        List<List<Integer>> sources = Wiring.sources(nodes, outputNode);
        List<LayerDescription> list = new ArrayList<>();
        for (Node node : nodes) {
            list.add(describe(input, node, sources.get(list.size()), list));
        }
        return list;
    }

    private static LayerDescription describe(Shape input, Node node, List<Integer> sources,
            List<LayerDescription> before) {
        List<Shape> shapes = new ArrayList<>();
        List<ReceptiveField> fields = new ArrayList<>();
        for (int source : sources) {
            boolean network = source == LayerDescription.NETWORK_INPUT;
            shapes.add(network ? input : before.get(source).output());
            fields.add(network ? ReceptiveField.PIXEL : before.get(source).receptiveField());
        }
        Layer layer = node.layer();
        try {
            Shape output = layer.output(shapes);
            checkSize(node.label(), output);
            List<ParameterSpec> parameters = layer.parameters(shapes.getFirst());
            parameters.forEach(Network::checkSize);
            ReceptiveField field = layer instanceof Linear || layer instanceof GlobalPool2d
                    ? ReceptiveField.whole(map(input))
                    : fields.stream().reduce(ReceptiveField::with).orElseThrow()
                            .through(layer.window());
            return new LayerDescription(before.size(), node, sources, shapes, output,
                    parameters.stream().map(parameter -> parameter.of(node)).toList(), field,
                    layer.flops(shapes));
        } catch (NetworkException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new NetworkException(node.label()
                    + (shapes.size() == 1 ? ", input " : ", inputs ")
                    + shapes.stream().map(Shape::toString).collect(Collectors.joining(", ")) + ": "
                    + e.getMessage(), e);
        }
    }

    private static Size map(Shape input) {
        return switch (input) {
            case Shape.Image image -> image.map();
            case Shape.Flat flat -> new Size(1, flat.features());
        };
    }

    /** {@return the layers, in order} */
    public List<Layer> layers() {
        return nodes.stream().map(Node::layer).toList();
    }

    /** {@return whether each layer reads the one before it, and no other} */
    public boolean isChain() {
        return describe().stream().allMatch(layer -> layer.sources().size() == 1
                && layer.source() == layer.index() - 1);
    }

    /** {@return the shape of one output sample} */
    public Shape output() {
        return describe().getLast().output();
    }

    /** {@return each layer with its shapes, parameters, receptive field and operations} */
    public List<LayerDescription> describe() {
        return describe(input, nodes, outputNode);
    }

    /** {@return everything the network learns, and its state, named as {@code 0.weight}, in order of layers} */
    public List<ParameterSpec> parameters() {
        return describe().stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    /** {@return how many numbers the network learns} */
    public long parameterCount() {
        return describe().stream().mapToLong(LayerDescription::parameterCount).sum();
    }

    /**
     * {@return this network with another loss}
     *
     * @param other what training minimizes
     */
    public Network loss(Loss other) {
        return new Network(input, nodes, outputNode, other);
    }

    /**
     * {@return a builder of a network that takes images}
     *
     * @param channels maps of one sample
     * @param height rows
     * @param width columns
     * @throws NetworkException if a size is below 1
     */
    public static NetworkBuilder input(int channels, int height, int width) {
        try {
            return new NetworkBuilder(new Shape.Image(channels, height, width));
        } catch (IllegalArgumentException e) {
            throw new NetworkException("input: " + e.getMessage(), e);
        }
    }

    /**
     * {@return a builder of a network that takes flat rows}
     *
     * @param features numbers of one sample
     * @throws NetworkException if that is below 1
     */
    public static NetworkBuilder input(int features) {
        try {
            return new NetworkBuilder(new Shape.Flat(features));
        } catch (IllegalArgumentException e) {
            throw new NetworkException("input: " + e.getMessage(), e);
        }
    }
}
