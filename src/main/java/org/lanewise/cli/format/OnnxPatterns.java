package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lanewise.codec.JsonFields;
import org.lanewise.codec.JsonValue;
import org.lanewise.codec.LayerCodecs;
import org.lanewise.codec.Operator;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Activation.Function;
import org.lanewise.spec.Join;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Operators, one or a chain of several, that compute a layer without fields: as {@code export} writes them,
 * from the same descriptions, and as PyTorch's exporters do.
 */
final class OnnxPatterns {
    /**
     * A layer that was found.
     *
     * @param layer what the operators compute
     * @param input the value that they are computed from
     */
    record Found(Layer layer, String input) {}

    private record Pattern(Layer layer, Operator operator) {}

    /** Where a graph's values come from, as patterns need it. */
    interface Source {
        /** {@return what computes a value; null if no node does} */
        NodeProto producer(String value);

        /** {@return the constant of a name; null if the value is computed} */
        OnnxTensor constant(String value);
    }

    private static final Set<String> COMMUTATIVE = Set.of("Add", "Mul");
    /** Of attributes that exporters leave out. */
    private static final Map<String, Double> DEFAULTS = Map.of("HardSigmoid.alpha", 0.2,
            "HardSigmoid.beta", 0.5, "Flatten.axis", 1.0);

    /** Longer ones first, so that none is taken for its last operators. */
    private static final List<Pattern> ALL = all();

    private OnnxPatterns() {}

    private static List<Pattern> all() {
        List<Pattern> all = new ArrayList<>();
        for (String type : LayerCodecs.types()) {
            plain(type).ifPresent(layer -> all.add(new Pattern(layer, operator(layer))));
        }
        Layer gelu = new Activation(Function.GELU);
        Layer tanh = new Activation(Function.GELU_TANH);
        Layer hardswish = new Activation(Function.HARDSWISH);
        all.add(new Pattern(gelu, operator(gelu)));
        all.add(new Pattern(tanh, operator(tanh)));
        Operator erf = plus(then(then(null, "Div", Math.sqrt(2)), "Erf"));
        all.add(new Pattern(gelu, then(input(erf, "Mul"), "Mul", 0.5)));
        all.add(new Pattern(gelu, input(then(erf, "Mul", 0.5), "Mul")));
        Operator cube = input(input(null, "Mul"), "Mul");
        Operator power = then(null, "Pow", 3.0);
        for (Operator third : List.of(cube, power)) {
            Operator sum = input(then(third, "Mul", 0.044715), "Add");
            Operator raised = plus(then(then(sum, "Mul", Math.sqrt(2 / Math.PI)), "Tanh"));
            all.add(new Pattern(tanh, then(input(raised, "Mul"), "Mul", 0.5)));
            all.add(new Pattern(tanh, input(then(raised, "Mul", 0.5), "Mul")));
        }
        all.add(new Pattern(hardswish, then(null, "HardSwish")));
        Operator clipped = then(then(null, "Add", 3.0), "Clip", 0.0, 6.0);
        all.add(new Pattern(hardswish, then(input(clipped, "Mul"), "Div", 6.0)));
        all.add(new Pattern(hardswish, input(then(clipped, "Div", 6.0), "Mul")));
        all.sort(Comparator.comparing((Pattern pattern) -> -pattern.operator().chain().size()));
        return all;
    }

    /** {@return the layer of a type that has no fields and reads one input; nothing for others} */
    private static Optional<Layer> plain(String type) {
        try {
            Layer layer = LayerCodecs.read(JsonFields.parse("", "{\"type\": \"" + type + "\"}"));
            JsonValue.Members written = LayerCodecs.write(layer);
            return Optional.of(layer).filter(
                    one -> written.byName().size() == 1 && !(one instanceof Join));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Operator operator(Layer layer) {
        return LayerCodecs.operator(new Network(new Shape.Image(1, 1, 1), List.of(layer),
                Loss.meanSquaredError()).describe().getFirst());
    }

    private static Operator then(Operator before, String type, Double... constants) {
        return new Operator(type, new LinkedHashMap<>(), List.of(constants), false, before);
    }

    private static Operator plus(Operator before) {
        return then(before, "Add", 1.0);
    }

    /** {@return an operator that reads the one before it, and the input of the first} */
    private static Operator input(Operator before, String type) {
        return new Operator(type, new LinkedHashMap<>(), List.of(), true, before);
    }

    /** {@return the layer whose last operator computes a value} */
    static Optional<Found> find(String value, Source source) {
        for (Pattern pattern : ALL) {
            String input = match(pattern.operator(), value, source);
            if (input != null) {
                return Optional.of(new Found(pattern.layer(), input));
            }
        }
        return softplus(value, source);
    }

    /** PyTorch's newer exporter writes the whole definition: x where it is above 20. */
    private static Optional<Found> softplus(String value, Source source) {
        NodeProto where = source.producer(value);
        if (where == null || !where.getOpType().equals("Where") || where.getInputCount() != 3) {
            return Optional.empty();
        }
        String input = where.getInput(1);
        return Optional.of(new Found(new Activation(Function.SOFTPLUS), input))
                .filter(_ -> input.equals(match(then(null, "Softplus"), where.getInput(2), source))
                        && input.equals(match(then(null, "Greater", 20.0), where.getInput(0),
                                source)));
    }

    /** {@return what the first operator of a chain reads; null if a value is not computed so} */
    private static String match(Operator operator, String value, Source source) {
        NodeProto node = source.producer(value);
        if (node == null || !node.getOpType().equals(operator.type())
                || !node.getDomain().isEmpty() || !node.getOutput(0).equals(value)
                || !new OnnxAttributes(node).match(operator.attributes(),
                        defaults(operator.type()))) {
            return null;
        }
        List<String> inputs = node.getInputList();
        String found = match(operator, inputs, source);
        return found == null && inputs.size() == 2 && COMMUTATIVE.contains(operator.type())
                ? match(operator, inputs.reversed(), source)
                : found;
    }

    private static Map<String, Double> defaults(String type) {
        Map<String, Double> own = new LinkedHashMap<>();
        DEFAULTS.forEach((name, value) -> {
            if (name.startsWith(type + ".")) {
                own.put(name.substring(type.length() + 1), value);
            }
        });
        return own;
    }

    private static String match(Operator operator, List<String> inputs, Source source) {
        int constants = operator.constants().size();
        if (inputs.size() != 1 + constants + (operator.readsInput() ? 1 : 0)) {
            return null;
        }
        for (int i = 0; i < constants; i++) {
            OnnxTensor constant = source.constant(inputs.get(1 + i));
            if (constant == null || !constant.equalsScalar(operator.constants().get(i))) {
                return null;
            }
        }
        String first = inputs.getFirst();
        String input = operator.before() != null
                ? match(operator.before(), first, source)
                : source.constant(first) == null ? first : null;
        return operator.readsInput() && !inputs.getLast().equals(input) ? null : input;
    }
}
