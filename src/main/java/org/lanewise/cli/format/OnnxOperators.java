package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.cli.format.OnnxDraft.Array;
import org.lanewise.cli.format.OnnxDraft.Flow;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Activation.Function;
import org.lanewise.spec.Add;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Scale;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/** ONNX operators with fields, and those that copy or compute shapes; all others are {@link OnnxPatterns}. */
final class OnnxOperators {
    private final OnnxGraph graph;
    private final OnnxDraft draft;
    private final OnnxShapes shapes;
    private final OnnxNorms norms;

    OnnxOperators(OnnxGraph graph, OnnxDraft draft) {
        this.graph = graph;
        this.draft = draft;
        this.shapes = new OnnxShapes(graph, draft);
        this.norms = new OnnxNorms(graph, draft);
    }

    /**
     * Adds what a step computes to the draft.
     *
     * @throws IllegalArgumentException if the operator is unknown, or has an attribute, an input or a
     *         shape that is not supported
     */
    void add(OnnxGraph.Step step) {
        NodeProto node = step.node();
        if (step.layer().isPresent()) {
            draft.append(node, step.layer().get().layer(), step.inputs(), Map.of());
            return;
        }
        OnnxAttributes attributes = new OnnxAttributes(node);
        if (!node.getDomain().isEmpty()) {
            throw new IllegalArgumentException("unknown operator");
        }
        switch (node.getOpType()) {
            case "Conv" -> conv(node, attributes);
            case "MaxPool" -> {
                attributes.requireInteger("storage_order", 0);
                Window window = window(attributes, kernel(attributes), true);
                int ceil = attributes.integer("ceil_mode", 0);
                one(node, attributes, new MaxPool2d(window, ceil != 0));
            }
            case "AveragePool" -> {
                attributes.requireIntegers("dilations", 1, 1);
                Window window = window(attributes, kernel(attributes), false);
                int ceil = attributes.integer("ceil_mode", 0);
                int counts = attributes.integer("count_include_pad", 0);
                one(node, attributes, new AvgPool2d(window, counts != 0, ceil != 0, 0));
            }
            case "BatchNormalization", "GroupNormalization", "LayerNormalization" ->
                norms.add(node, attributes);
            case "Dropout" -> dropout(node, attributes);
            case "LeakyRelu" -> one(node, attributes, new Activation(Function.LEAKY_RELU,
                    attributes.number("alpha", 0.01)));
            case "Elu" -> one(node, attributes,
                    new Activation(Function.ELU, attributes.number("alpha", 1.0)));
            case "Gelu" -> one(node, attributes, new Activation(
                    switch (attributes.text("approximate", "none")) {
                        case "none" -> Function.GELU;
                        case "tanh" -> Function.GELU_TANH;
                        case String other -> throw new IllegalArgumentException(
                                "attribute approximate " + other + " is not supported");
                    }));
            case "Clip" -> clip(node, attributes);
            case "Gemm" -> gemm(node, attributes);
            case "MatMul" -> {
                attributes.requireNothingElse();
                linear(node, node, true, "");
            }
            case "Add", "Sum" -> add(node, attributes);
            case "Mul", "Div" -> scale(node, attributes);
            case "Concat" -> shapes.concat(node, attributes);
            case "Flatten" -> {
                Flow flow = draft.flow(node);
                int axis = attributes.integer("axis", 1);
                if (flow.known() && axis != 1 && axis + OnnxSizes.of(flow.shape()).length != 1) {
                    throw new IllegalArgumentException("attribute axis " + axis
                            + " is not supported, expected 1: samples become rows");
                }
                one(node, attributes, new Flatten());
            }
            case "ReduceMean", "ReduceMax" -> shapes.reduce(node, attributes);
            case "Reshape" -> shapes.reshape(node, attributes);
            case "Squeeze" -> shapes.squeeze(node, attributes);
            case "Shape", "Gather", "Unsqueeze", "Cast" -> shapes.sizes(node, attributes);
            case "Softmax", "LogSoftmax" -> throw new IllegalArgumentException("unknown operator;"
                    + " a network ends with its logits, of which the loss takes the softmax");
            default -> throw new IllegalArgumentException("unknown operator");
        }
    }

    /** Appends a layer that reads one value and learns nothing. */
    private void one(NodeProto node, OnnxAttributes attributes, Layer layer) {
        attributes.requireNothingElse();
        for (int i = 1; i < node.getInputCount(); i++) {
            if (!node.getInput(i).isEmpty()) {
                throw new IllegalArgumentException("its input " + node.getInput(i)
                        + " is not supported");
            }
        }
        draft.flow(node);
        draft.append(node, layer, List.of(node.getInput(0)), Map.of());
    }

    private static Size size(String name, int[] sizes) {
        if (sizes.length != 2) {
            throw new IllegalArgumentException("attribute " + name + " " + Arrays.toString(sizes)
                    + " is not supported, expected [height, width]");
        }
        return new Size(sizes[0], sizes[1]);
    }

    private static Size kernel(OnnxAttributes attributes) {
        return size("kernel_shape", attributes.integers("kernel_shape"));
    }

    private static Window window(OnnxAttributes attributes, Size kernel, boolean dilated) {
        Size one = Size.square(1);
        Window window = new Window(kernel, size("strides", attributes.integers("strides", 1, 1)),
                Size.square(0),
                dilated ? size("dilations", attributes.integers("dilations", 1, 1)) : one);
        int[] pads = attributes.integers("pads", 0, 0, 0, 0);
        if (pads.length != 4) {
            throw new IllegalArgumentException("attribute pads " + Arrays.toString(pads)
                    + " is not supported, expected [top, left, bottom, right]");
        }
        return switch (attributes.text("auto_pad", "NOTSET")) {
            case "NOTSET" -> window.padding(pads[0], pads[1], pads[2], pads[3]);
            case "VALID" -> window;
            case "SAME_UPPER" -> {
                if (!window.stride().equals(one)) {
                    throw new IllegalArgumentException("attribute auto_pad SAME_UPPER is not"
                            + " supported with strides " + window.stride());
                }
                yield window.same();
            }
            case String other -> throw new IllegalArgumentException("attribute auto_pad " + other
                    + " is not supported");
        };
    }

    private void conv(NodeProto node, OnnxAttributes attributes) {
        OnnxTensor weight = graph.constant(node, 1, "weight");
        List<Integer> dims = weight.dims();
        if (dims.size() != 4) {
            throw new IllegalArgumentException("its weight " + weight.name() + " has the shape "
                    + weight.shape() + ", expected four sizes: (out, in / groups, height, width)");
        }
        attributes.requireIntegers("kernel_shape", dims.get(2), dims.get(3));
        Window window = window(attributes, new Size(dims.get(2), dims.get(3)), true);
        int groups = attributes.integer("group", 1);
        attributes.requireNothingElse();
        draft.flow(node);
        boolean bias = node.getInputCount() > 2 && !node.getInput(2).isEmpty();
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put("weight", Array.of(weight));
        if (bias) {
            arrays.put("bias", Array.of(graph.constant(node, 2, "bias")));
        }
        draft.append(node, new Conv2d(dims.getFirst(), window, groups, bias),
                List.of(node.getInput(0)), arrays);
    }

    /** Whether it trains or not: its share is for trainings of the network, and it is a copy otherwise. */
    private void dropout(NodeProto node, OnnxAttributes attributes) {
        double share = attributes.number("ratio", 0.5);
        attributes.integer("seed", 0);
        attributes.requireNothingElse();
        draft.flow(node);
        if (node.getInputCount() > 1 && !node.getInput(1).isEmpty()) {
            share = graph.constant(node, 1, "ratio").decimal();
        }
        draft.append(node, new Dropout(share), List.of(node.getInput(0)), Map.of());
    }

    /** As operator sets before 11 have it; later ones are a pattern. */
    private void clip(NodeProto node, OnnxAttributes attributes) {
        double min = attributes.number("min", Double.NEGATIVE_INFINITY);
        double max = attributes.number("max", Double.POSITIVE_INFINITY);
        if (node.getInputCount() > 1 || min != 0 || max != 6) {
            throw new IllegalArgumentException("limits other than 0 and 6, which are relu6, are"
                    + " not supported");
        }
        one(node, attributes, new Activation(Function.RELU6));
    }

    private void gemm(NodeProto node, OnnxAttributes attributes) {
        attributes.requireNumber("alpha", 1.0);
        attributes.requireNumber("beta", 1.0);
        attributes.requireInteger("transA", 0);
        boolean transposed = attributes.integer("transB", 0) != 0;
        attributes.requireNothingElse();
        linear(node, node, !transposed, node.getInputCount() > 2 ? node.getInput(2) : "");
    }

    /** Weights of (in, out) are turned to (out, in). */
    private void linear(NodeProto node, NodeProto product, boolean turned, String bias) {
        OnnxTensor weight = graph.constant(product, 1, "weight");
        if (weight.dims().size() != 2) {
            throw new IllegalArgumentException("its weight " + weight.name() + " has the shape "
                    + weight.shape() + ", expected two sizes");
        }
        draft.flow(product);
        int out = weight.dims().get(turned ? 1 : 0);
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put("weight", turned ? Array.turned(weight) : Array.of(weight));
        if (!bias.isEmpty()) {
            OnnxTensor row = graph.constant(bias);
            if (row == null || row.size() != out || row.dims().isEmpty()
                    || row.dims().getLast() != out) {
                throw new IllegalArgumentException("its bias " + bias + (row == null
                        ? " is no constant"
                        : " has the shape " + row.shape() + ", expected " + out + " numbers"));
            }
            arrays.put("bias", new Array(row.name(), List.of(out), row::values));
        }
        draft.append(node, new Linear(out, !bias.isEmpty()), List.of(product.getInput(0)), arrays);
    }

    private void add(NodeProto node, OnnxAttributes attributes) {
        attributes.requireNothingElse();
        NodeProto product = graph.product(node);
        if (product != null) {
            String bias = node.getInput(0).equals(product.getOutput(0))
                    ? node.getInput(1)
                    : node.getInput(0);
            new OnnxAttributes(product).requireNothingElse();
            linear(node, product, true, bias);
            return;
        }
        for (String name : node.getInputList()) {
            if (graph.constant(name) != null) {
                throw new IllegalArgumentException("the constant " + name + " as an input is not"
                        + " supported, except after a MatMul");
            }
        }
        draft.append(node, new Add(), node.getInputList(), Map.of());
    }

    private void scale(NodeProto node, OnnxAttributes attributes) {
        attributes.requireNothingElse();
        boolean divides = node.getOpType().equals("Div");
        boolean first = !divides && node.getInputCount() == 2
                && graph.constant(node.getInput(0)) != null;
        OnnxTensor factor = graph.constant(
                node.getInputCount() == 2 ? node.getInput(first ? 0 : 1) : "");
        if (factor == null || !factor.scalar()) {
            throw new IllegalArgumentException(factor == null
                    ? "of two computed values is not supported"
                    : "by the constant " + factor.name() + " of the shape " + factor.shape()
                            + " is not supported, expected a single number");
        }
        double value = factor.values()[0];
        draft.append(node, new Scale(divides ? 1 / value : value),
                List.of(node.getInput(first ? 1 : 0)), Map.of());
    }
}
