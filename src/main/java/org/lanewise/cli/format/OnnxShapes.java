package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lanewise.cli.format.OnnxDraft.Flow;
import org.lanewise.cli.format.OnnxDraft.Sizes;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.GlobalPool2d;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;

/** ONNX operators that concern axes: they join, reduce or remove them, or compute shapes. */
final class OnnxShapes {
    private final OnnxGraph graph;
    private final OnnxDraft draft;

    OnnxShapes(OnnxGraph graph, OnnxDraft draft) {
        this.graph = graph;
        this.draft = draft;
    }

    void concat(NodeProto node, OnnxAttributes attributes) {
        int axis = attributes.integer("axis", 1);
        attributes.requireNothingElse();
        List<long[]> parts = new ArrayList<>();
        Flow last = null;
        for (String name : node.getInputList()) {
            OnnxTensor constant = graph.constant(name);
            if (draft.value(name) instanceof Sizes(long[] sizes)) {
                parts.add(sizes);
            } else if (constant != null && constant.whole()) {
                parts.add(constant.integers());
            } else if (draft.value(name) instanceof Flow flow) {
                last = flow;
            } else {
                throw new IllegalArgumentException("the constant " + name + " as an input is not"
                        + " supported");
            }
        }
        if (last == null) {
            draft.put(node, new Sizes(OnnxSizes.concat(parts)));
            return;
        }
        if (axis != 1 && last.known() && axis + OnnxSizes.of(last.shape()).length != 1) {
            throw new IllegalArgumentException("attribute axis " + axis
                    + " is not supported, expected 1, the channels");
        }
        draft.append(node, new Concat(), node.getInputList(), Map.of());
    }

    /** {@return the axes of an operator, which older ones have as an attribute} */
    private long[] axes(NodeProto node, OnnxAttributes attributes, int rank) {
        long[] axes = attributes.has("axes")
                ? Arrays.stream(attributes.integers("axes")).asLongStream().toArray()
                : graph.constant(node, 1, "axes").integers();
        return Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().toArray();
    }

    void reduce(NodeProto node, OnnxAttributes attributes) {
        long[] axes = axes(node, attributes, 4);
        attributes.requireInteger("noop_with_empty_axes", 0);
        int keeps = attributes.integer("keepdims", 1);
        attributes.requireNothingElse();
        Flow flow = draft.flow(node);
        if (!Arrays.equals(axes, new long[] {2, 3}) || flow.known()
                && !(flow.shape() instanceof Shape.Image)) {
            throw new IllegalArgumentException("axes " + Arrays.toString(axes)
                    + " are not supported, expected [2, 3] of maps");
        }
        draft.append(node, new GlobalPool2d(node.getOpType().equals("ReduceMax")),
                List.of(node.getInput(0)), Map.of());
        if (keeps == 0) {
            draft.append(node, new Flatten(), List.of(node.getOutput(0)), Map.of());
        }
    }

    void reshape(NodeProto node, OnnxAttributes attributes) {
        attributes.integer("allowzero", 0);
        attributes.requireNothingElse();
        Flow flow = draft.flow(node);
        OnnxTensor constant = node.getInputCount() > 1 ? graph.constant(node.getInput(1)) : null;
        long[] target;
        if (constant != null && constant.whole()) {
            target = constant.integers();
        } else if (node.getInputCount() > 1
                && draft.value(node.getInput(1)) instanceof Sizes(long[] sizes)) {
            target = sizes;
        } else if (node.getInputCount() > 1
                && draft.value(node.getInput(1)) instanceof Flow other && !other.known()) {
            draft.put(node, other);
            return;
        } else {
            throw new IllegalArgumentException("its shape is no constant, and not computed from"
                    + " another shape");
        }
        if (!flow.known() || OnnxSizes.keeps(node, flow.shape(), target, draft.batch())) {
            draft.put(node, flow);
        } else {
            draft.append(node, new Flatten(), List.of(node.getInput(0)), Map.of());
        }
    }

    void squeeze(NodeProto node, OnnxAttributes attributes) {
        long[] axes = axes(node, attributes, 4);
        attributes.requireNothingElse();
        Flow flow = draft.flow(node);
        if (flow.known() && !(Arrays.equals(axes, new long[] {2, 3})
                && flow.shape() instanceof Shape.Image image
                && image.map().equals(Size.square(1)))) {
            throw new IllegalArgumentException("axes " + Arrays.toString(axes)
                    + " are not supported, expected [2, 3] of maps of 1x1");
        }
        draft.append(node, new Flatten(), List.of(node.getInput(0)), Map.of());
    }

    void sizes(NodeProto node, OnnxAttributes attributes) {
        String type = node.getOpType();
        if (type.equals("Shape")) {
            attributes.requireNothingElse();
            Flow flow = draft.flow(node);
            draft.put(node, flow.known() ? new Sizes(OnnxSizes.of(flow.shape())) : flow);
            return;
        }
        if (node.getInputCount() == 0) {
            throw new IllegalArgumentException("has no input");
        }
        OnnxDraft.Value value = draft.value(node.getInput(0));
        if (value instanceof Flow flow && !flow.known()) {
            draft.put(node, flow);
            return;
        }
        if (!(value instanceof Sizes(long[] sizes))) {
            throw new IllegalArgumentException("is supported of shapes alone");
        }
        if (type.equals("Gather")) {
            attributes.requireInteger("axis", 0);
            attributes.requireNothingElse();
            sizes = OnnxSizes.gather(sizes, graph.constant(node, 1, "indices").integers());
        }
        draft.put(node, new Sizes(sizes));
    }
}
