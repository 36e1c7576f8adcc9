package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;

/** A network in the making: its layers so far, and what every value of the ONNX graph is. */
final class OnnxDraft {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    private static final int NOT_KNOWN = -2;
    private static final int LONGEST_NAME = 256;

    /** What a value of the graph is. */
    sealed interface Value {}

    /**
     * The output of a layer, or the network's input.
     *
     * @param layer its position
     * @param shape of a sample; null where a layer before it could not be read
     */
    record Flow(int layer, Shape shape) implements Value {
        boolean known() {
            return shape != null;
        }
    }

    /**
     * A shape that is computed.
     *
     * @param sizes of which one may be {@link OnnxSizes#BATCH}
     */
    record Sizes(long[] sizes) implements Value {}

    /**
     * Numbers of a layer.
     *
     * @param from the tensor's name; empty if there is none
     * @param dims their shape
     * @param values reads them
     */
    record Array(String from, List<Integer> dims, Supplier<double[]> values) {
        static Array of(OnnxTensor tensor) {
            return new Array(tensor.name(), tensor.dims(), tensor::values);
        }

        /** Rows and columns of a matrix exchanged. */
        static Array turned(OnnxTensor tensor) {
            int rows = tensor.dims().get(0);
            int columns = tensor.dims().get(1);
            return new Array(tensor.name(), List.of(columns, rows), () -> {
                double[] from = tensor.values();
                double[] to = new double[from.length];
                for (int i = 0; i < from.length; i++) {
                    to[i % columns * rows + i / columns] = from[i];
                }
                return to;
            });
        }
    }

    private record Part(NodeProto node, Layer layer, List<Integer> inputs,
            Map<String, Array> arrays) {}

    private final Shape input;
    private final long batch;
    private final Map<String, Value> values = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();

    /**
     * Begins with the network's input.
     *
     * @param batch its first size; 0 if it is any
     */
    OnnxDraft(String name, Shape input, long batch) {
        this.input = input;
        this.batch = batch;
        values.put(name, new Flow(LayerDescription.NETWORK_INPUT, input));
    }

    long batch() {
        return batch;
    }

    /** {@return what a value is; null if it is a constant} */
    Value value(String name) {
        return values.get(name);
    }

    /** {@return what the first input of a node is} */
    Flow flow(NodeProto node) {
        if (node.getInputCount() == 0 || !(value(node.getInput(0)) instanceof Flow flow)) {
            throw new IllegalArgumentException("its first input is not computed from the"
                    + " network's");
        }
        return flow;
    }

    void put(NodeProto node, Value value) {
        values.put(node.getOutput(0), value);
    }

    /** Marks what a node computes as not known, so that what reads it is not complained of. */
    void skip(NodeProto node) {
        node.getOutputList().forEach(name -> values.put(name, new Flow(NOT_KNOWN, null)));
    }

    /**
     * Appends a layer.
     *
     * @throws IllegalArgumentException if it does not fit what it reads
     */
    void append(NodeProto node, Layer layer, List<String> inputs, Map<String, Array> arrays) {
        List<Flow> flows = new ArrayList<>();
        for (String name : inputs) {
            if (!(value(name) instanceof Flow flow)) {
                throw new IllegalArgumentException("its input " + name
                        + " is not computed from the network's");
            }
            flows.add(flow);
        }
        if (!flows.stream().allMatch(Flow::known)) {
            skip(node);
            return;
        }
        List<Shape> shapes = flows.stream().map(Flow::shape).toList();
        Shape output = layer.output(shapes);
        for (ParameterSpec spec : layer.parameters(shapes.getFirst())) {
            Array array = arrays.get(spec.name());
            if (array == null) {
                throw new IllegalArgumentException("has no " + spec.name());
            }
            if (!array.dims().equals(spec.shape())) {
                throw new IllegalArgumentException(array.from() + " has the shape " + array.dims()
                        + ", but an input of " + shapes.getFirst() + " needs " + spec.shape());
            }
        }
        parts.add(new Part(node, layer, flows.stream().map(Flow::layer).toList(), arrays));
        put(node, new Flow(parts.size() - 1, output));
    }

    /** {@return the network that ends with a value} */
    Network network(String output, Loss loss) {
        if (!(value(output) instanceof Flow flow)
                || flow.layer() == LayerDescription.NETWORK_INPUT) {
            throw new IllegalArgumentException("the output " + output + " is computed by no layer");
        }
        List<String> names = names();
        List<Node> nodes = new ArrayList<>();
        for (Part part : parts) {
            nodes.add(new Node(names.get(nodes.size()), part.layer(), part.inputs().stream()
                    .map(from -> from == LayerDescription.NETWORK_INPUT
                            ? Node.INPUT
                            : names.get(from))
                    .toList()));
        }
        return new Network(input, nodes, names.get(flow.layer()), loss);
    }

    /** {@return the numbers of the network's layers} */
    Parameters parameters(Network network) {
        List<Parameter> list = new ArrayList<>();
        for (LayerDescription layer : network.describe()) {
            Map<String, Array> arrays = parts.get(layer.index()).arrays();
            for (ParameterSpec spec : layer.parameters()) {
                String own = spec.name().substring(layer.name().length() + 1);
                list.add(new Parameter(spec, arrays.get(own).values().get()));
            }
        }
        return new Parameters(list);
    }

    /** {@return tensors that several layers read, each of which gets its own} */
    List<String> shared() {
        Map<String, Integer> readers = new LinkedHashMap<>();
        parts.stream().filter(part -> !(part.layer() instanceof BatchNorm))
                .flatMap(part -> part.arrays().values().stream())
                .forEach(array -> readers.merge(array.from(), 1, Integer::sum));
        return readers.entrySet().stream().filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey).toList();
    }

    /** A layer's name begins those of its parameters; where the model has none, it is its position. */
    private List<String> names() {
        String[] names = new String[parts.size()];
        Set<String> taken = new HashSet<>(Set.of(Node.INPUT));
        for (int i = 0; i < names.length; i++) {
            names[i] = candidates(parts.get(i)).filter(OnnxDraft::isName)
                    .filter(taken::add).findFirst().orElse(null);
        }
        for (int i = 0; i < names.length; i++) {
            String name = String.valueOf(i);
            for (int j = 0; names[i] == null; j++) {
                names[i] = taken.add(name) ? name : null;
                name = parts.get(i).layer().type() + "_" + i + "_".repeat(j);
            }
        }
        return Arrays.asList(names);
    }

    /** Of any length, a name would be matched by recursion of any depth. */
    private static boolean isName(String name) {
        return name.length() <= LONGEST_NAME && NAME.matcher(name).matches();
    }

    private static Stream<String> candidates(Part part) {
        List<String> all = new ArrayList<>();
        for (String own : List.of(BatchNorm.RUNNING_MEAN, "weight")) {
            Array array = part.arrays().get(own);
            if (array != null && array.from().endsWith("." + own)) {
                all.add(array.from().substring(0, array.from().length() - own.length() - 1));
            }
        }
        String node = part.node().getName();
        String suffix = "." + part.layer().type();
        if (node.endsWith(suffix)) {
            all.add(node.substring(0, node.length() - suffix.length()));
        }
        all.add(path(node));
        return all.stream();
    }

    /** {@code /layer1/layer1.0/conv1/Conv} is {@code layer1.0.conv1}; other names are none. */
    private static String path(String node) {
        String[] words = node.split("/");
        List<String> path = new ArrayList<>();
        for (int i = 1; i < words.length - 1; i++) {
            if (!words[i + 1].startsWith(words[i] + ".")) {
                path.add(words[i]);
            }
        }
        return String.join(".", path);
    }
}
