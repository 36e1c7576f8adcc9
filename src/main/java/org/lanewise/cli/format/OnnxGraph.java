package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The graph of an ONNX model as layers are made of it: constants are set apart, operators that copy their
 * input are left out, and so is what the output does not depend on.
 */
final class OnnxGraph implements OnnxPatterns.Source {
    private static final Set<String> COPIES = Set.of("Identity");
    /** What a constant may be, and the type of its attribute. */
    private static final Map<String, AttributeProto.AttributeType> VALUES = Map.of(
            "value", AttributeProto.AttributeType.TENSOR,
            "value_float", AttributeProto.AttributeType.FLOAT,
            "value_floats", AttributeProto.AttributeType.FLOATS,
            "value_int", AttributeProto.AttributeType.INT,
            "value_ints", AttributeProto.AttributeType.INTS);

    /**
     * What is computed next.
     *
     * @param node computes it; of a layer of several operators the last
     * @param layer what the operators are, where they are found as one; nothing for an operator with
     *        fields, which is read by itself
     * @param inputs names of the values that it is computed from
     */
    record Step(NodeProto node, Optional<OnnxPatterns.Found> layer, List<String> inputs) {}

    private final GraphProto graph;
    private final Map<String, OnnxTensor> constants = new HashMap<>();
    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, String> copies = new HashMap<>();
    private final List<NodeProto> nodes = new ArrayList<>();
    private final ValueInfoProto input;

    /**
     * Checks the graph as a whole.
     *
     * @throws IllegalArgumentException if a tensor is not what it says, a value is read before it is
     *         computed, or there is not one input and one output
     */
    OnnxGraph(GraphProto graph) {
        this.graph = graph;
        if (graph.getSparseInitializerCount() > 0) {
            throw new IllegalArgumentException("sparse initializers are not supported: "
                    + graph.getSparseInitializer(0).getValues().getName());
        }
        for (TensorProto tensor : graph.getInitializerList()) {
            put(tensor.getName(), tensor);
        }
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(value -> !constants.containsKey(value.getName())).toList();
        input = one("input", inputs);
        one("output", graph.getOutputList());
        Set<String> known = new HashSet<>(constants.keySet());
        known.add(input.getName());
        for (NodeProto node : graph.getNodeList()) {
            add(node, known);
        }
        if (!known.contains(graph.getOutput(0).getName())) {
            throw new IllegalArgumentException("nothing computes the output "
                    + graph.getOutput(0).getName());
        }
    }

    private static ValueInfoProto one(String what, List<ValueInfoProto> values) {
        if (values.size() != 1) {
            throw new IllegalArgumentException("has " + values.size() + " " + what + "s"
                    + (values.isEmpty()
                            ? ""
                            : " ("
                                    + String.join(", ",
                                            values.stream().map(ValueInfoProto::getName).toList())
                                    + ")")
                    + "; a network has one");
        }
        return values.getFirst();
    }

    private void add(NodeProto node, Set<String> known) {
        for (String name : node.getInputList()) {
            if (!name.isEmpty() && !known.contains(name)) {
                throw new IllegalArgumentException(label(node) + " reads " + name
                        + ", which nothing before it computes");
            }
        }
        for (String name : node.getOutputList()) {
            if (!name.isEmpty() && !known.add(name)) {
                throw new IllegalArgumentException(label(node) + " computes " + name
                        + ", which is there already");
            }
        }
        if (node.getOutputCount() == 0 || node.getOutput(0).isEmpty()) {
            throw new IllegalArgumentException(label(node) + " has no output");
        }
        Set<String> attributes = new HashSet<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            if (!attributes.add(attribute.getName())) {
                throw new IllegalArgumentException(label(node) + " has the attribute "
                        + attribute.getName() + " twice");
            }
        }
        boolean onnx = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
        NodeProto.Builder copy = node.toBuilder().setDomain(onnx ? "" : node.getDomain());
        for (int i = 0; i < node.getInputCount(); i++) {
            copy.setInput(i, copies.getOrDefault(node.getInput(i), node.getInput(i)));
        }
        NodeProto resolved = copy.build();
        String output = node.getOutput(0);
        if (onnx && node.getOpType().equals("Constant")) {
            put(output, constant(resolved));
        } else if (onnx && COPIES.contains(node.getOpType()) && node.getInputCount() > 0) {
            copies.put(output, resolved.getInput(0));
        } else {
            nodes.add(resolved);
            node.getOutputList().forEach(name -> producers.put(name, resolved));
        }
    }

    /** {@return a node's operator and name} */
    static String label(NodeProto node) {
        String type = node.getDomain().isEmpty()
                ? node.getOpType()
                : node.getDomain() + "." + node.getOpType();
        return type + " (node " + name(node) + ")";
    }

    /** {@return the name of a node, or of its output where it has none} */
    static String name(NodeProto node) {
        return node.getName().isEmpty() && node.getOutputCount() > 0
                ? node.getOutput(0)
                : node.getName();
    }

    private void put(String name, TensorProto tensor) {
        if (constants.put(name, OnnxTensor.of(name, tensor)) != null) {
            throw new IllegalArgumentException("two tensors are named " + name);
        }
    }

    private static TensorProto constant(NodeProto node) {
        TensorProto.Builder tensor = TensorProto.newBuilder();
        AttributeProto attribute = node.getAttributeCount() == 1
                ? node.getAttribute(0)
                : AttributeProto.getDefaultInstance();
        AttributeProto.AttributeType expected = VALUES.get(attribute.getName());
        if (expected != null && attribute.getType() != expected) {
            throw new IllegalArgumentException(label(node) + ": attribute " + attribute.getName()
                    + " is of type " + attribute.getType() + ", expected " + expected);
        }
        return switch (attribute.getName()) {
            case "value" -> attribute.getT();
            case "value_float" -> tensor.setDataType(TensorProto.DataType.FLOAT.getNumber())
                    .addFloatData(attribute.getF()).build();
            case "value_floats" -> tensor.setDataType(TensorProto.DataType.FLOAT.getNumber())
                    .addDims(attribute.getFloatsCount())
                    .addAllFloatData(attribute.getFloatsList()).build();
            case "value_int" -> tensor.setDataType(TensorProto.DataType.INT64.getNumber())
                    .addInt64Data(attribute.getI()).build();
            case "value_ints" -> tensor.setDataType(TensorProto.DataType.INT64.getNumber())
                    .addDims(attribute.getIntsCount())
                    .addAllInt64Data(attribute.getIntsList()).build();
            default -> throw new IllegalArgumentException(label(node) + ": attribute '"
                    + attribute.getName() + "' is not supported, expected one value of numbers");
        };
    }

    @Override
    public NodeProto producer(String value) {
        return producers.get(value);
    }

    @Override
    public OnnxTensor constant(String value) {
        return constants.get(copies.getOrDefault(value, value));
    }

    /** {@return an input of a node that has to be a constant} */
    OnnxTensor constant(NodeProto node, int index, String what) {
        String name = index < node.getInputCount() ? node.getInput(index) : "";
        OnnxTensor constant = constant(name);
        if (constant == null) {
            throw new IllegalArgumentException(name.isEmpty()
                    ? "has no " + what
                    : "its " + what + " " + name + " is no constant");
        }
        return constant;
    }

    ValueInfoProto input() {
        return input;
    }

    /** {@return the value that the output is} */
    String output() {
        String name = graph.getOutput(0).getName();
        return copies.getOrDefault(name, name);
    }

    /** {@return what computes the output, in the order of the graph} */
    List<Step> steps() {
        Set<String> needed = new LinkedHashSet<>(List.of(output()));
        List<Step> steps = new ArrayList<>();
        for (NodeProto node : nodes.reversed()) {
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                Step step = step(node);
                needed.addAll(step.inputs());
                steps.add(step);
            }
        }
        return steps.reversed();
    }

    private Step step(NodeProto node) {
        Optional<OnnxPatterns.Found> found = OnnxPatterns.find(node.getOutput(0), this);
        if (found.isPresent()) {
            return new Step(node, found, List.of(found.get().input()));
        }
        NodeProto product = product(node);
        return new Step(node, Optional.empty(), product == null
                ? node.getInputList()
                : product.getInputList());
    }

    /** {@return the product of matrices to which a node adds a constant row; null if it does not} */
    NodeProto product(NodeProto add) {
        if (!add.getOpType().equals("Add") || !add.getDomain().isEmpty()
                || add.getInputCount() != 2) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            NodeProto product = producer(add.getInput(i));
            if (constant(add.getInput(1 - i)) != null && product != null
                    && product.getOpType().equals("MatMul") && product.getDomain().isEmpty()
                    && product.getInputCount() == 2 && constant(product.getInput(1)) != null) {
                return product;
            }
        }
        return null;
    }
}
