package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.lanewise.cli.format.OnnxDraft.Array;
import org.lanewise.cli.format.OnnxDraft.Flow;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.ParameterSpec;

/** ONNX operators that normalize. */
final class OnnxNorms {
    private final OnnxGraph graph;
    private final OnnxDraft draft;

    OnnxNorms(OnnxGraph graph, OnnxDraft draft) {
        this.graph = graph;
        this.draft = draft;
    }

    void add(NodeProto node, OnnxAttributes attributes) {
        switch (node.getOpType()) {
            case "BatchNormalization" -> batch(node, attributes);
            case "GroupNormalization" -> group(node, attributes);
            default -> layer(node, attributes);
        }
    }

    private void batch(NodeProto node, OnnxAttributes attributes) {
        attributes.requireInteger("training_mode", 0);
        attributes.requireInteger("spatial", 1);
        double eps = attributes.number("epsilon", BatchNorm.EPS);
        // ONNX gives the share of the running value, PyTorch that of the batch.
        double momentum = BigDecimal.ONE
                .subtract(BigDecimal.valueOf(attributes.number("momentum", 0.9))).doubleValue();
        attributes.requireNothingElse();
        draft.flow(node);
        OnnxTensor weight = graph.constant(node, 1, "scale");
        OnnxTensor bias = graph.constant(node, 2, "bias");
        // The exporter's own, for what is not learned.
        boolean scaled = !substituted(weight, node.getName() + ".weight", 1.0);
        boolean shifted = !substituted(bias, node.getName() + ".bias", 0.0);
        Map<String, Array> arrays = new LinkedHashMap<>();
        if (scaled) {
            arrays.put("weight", Array.of(weight));
        }
        if (shifted) {
            arrays.put("bias", Array.of(bias));
        }
        arrays.put(BatchNorm.RUNNING_MEAN, Array.of(graph.constant(node, 3, "mean")));
        arrays.put(BatchNorm.RUNNING_VAR, Array.of(graph.constant(node, 4, "variance")));
        arrays.put(ParameterSpec.BATCHES, new Array("", List.of(), () -> new double[1]));
        draft.append(node, new BatchNorm(eps, OptionalDouble.of(momentum), scaled, shifted),
                List.of(node.getInput(0)), arrays);
    }

    private static boolean substituted(OnnxTensor tensor, String name, double value) {
        return tensor.name().equals(name)
                && Arrays.stream(tensor.values()).allMatch(each -> each == value);
    }

    private void group(NodeProto node, OnnxAttributes attributes) {
        attributes.requireInteger("stash_type", 1);
        double eps = attributes.number("epsilon", BatchNorm.EPS);
        int groups = attributes.integer("num_groups", 0);
        attributes.requireNothingElse();
        draft.flow(node);
        OnnxTensor weight = graph.constant(node, 1, "scale");
        OnnxTensor bias = graph.constant(node, 2, "bias");
        boolean affine = !substituted(weight, node.getName() + ".weight", 1.0)
                || !substituted(bias, node.getName() + ".bias", 0.0);
        Map<String, Array> arrays = new LinkedHashMap<>();
        if (affine) {
            arrays.put("weight", Array.of(weight));
            arrays.put("bias", Array.of(bias));
        }
        draft.append(node, new GroupNorm(groups, eps, affine), List.of(node.getInput(0)), arrays);
    }

    private void layer(NodeProto node, OnnxAttributes attributes) {
        attributes.requireInteger("stash_type", 1);
        double eps = attributes.number("epsilon", BatchNorm.EPS);
        int axis = attributes.integer("axis", -1);
        attributes.requireNothingElse();
        Flow flow = draft.flow(node);
        if (flow.known() && axis != 1 && axis + OnnxSizes.of(flow.shape()).length != 1) {
            throw new IllegalArgumentException("attribute axis " + axis
                    + " is not supported, expected 1: whole samples are normalized");
        }
        OnnxTensor weight = graph.constant(node, 1, "scale");
        boolean scaled = !substituted(weight, node.getName() + ".weight", 1.0);
        boolean shifted = node.getInputCount() > 2 && !node.getInput(2).isEmpty();
        Map<String, Array> arrays = new LinkedHashMap<>();
        if (scaled || shifted) {
            arrays.put("weight", Array.of(weight));
        }
        if (shifted) {
            arrays.put("bias", Array.of(graph.constant(node, 2, "bias")));
        }
        draft.append(node, new LayerNorm(eps, scaled || shifted, shifted || !scaled),
                List.of(node.getInput(0)), arrays);
    }
}
