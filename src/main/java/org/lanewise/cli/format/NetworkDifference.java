package org.lanewise.cli.format;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.codec.JsonValue;
import org.lanewise.codec.NodeCodec;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;

/** Says where two networks first differ. */
public final class NetworkDifference {
    private NetworkDifference() {}

    /**
     * {@return the first difference, as {@code layer 3 (conv2d): kernel_size: found [5,5], expected
     * [3,3]}; none if layers, their names and inputs, and losses are equal, whatever
     * the reduction of the losses}
     *
     * @param found one network
     * @param expected the other
     */
    public static Optional<String> first(Network found, Network expected) {
        if (!found.input().equals(expected.input())) {
            return Optional.of(text("input", found.input(), expected.input()));
        }
        List<Node> layers = found.nodes();
        List<Node> others = expected.nodes();
        for (int i = 0; i < Math.min(layers.size(), others.size()); i++) {
            Optional<String> difference = first(i, layers.get(i), others.get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        if (layers.size() != others.size()) {
            return Optional.of(text("layers", layers.size(), others.size()));
        }
        Loss loss = found.loss().reduction(Loss.Reduction.MEAN);
        Loss other = expected.loss().reduction(Loss.Reduction.MEAN);
        return loss.equals(other) ? Optional.empty() : Optional.of(text("loss", loss, other));
    }

    private static Optional<String> first(int index, Node found, Node expected) {
        String type = found.layer().type();
        if (!type.equals(expected.layer().type())) {
            return Optional.of(text("layer " + index, type, expected.layer().type()));
        }
        Map<String, JsonValue> others = NodeCodec.all(expected);
        for (var field : NodeCodec.all(found).entrySet()) {
            if (!field.getValue().equals(others.get(field.getKey()))) {
                return Optional.of(text("layer " + index + " (" + type + "): " + field.getKey(),
                        field.getValue(), others.get(field.getKey())));
            }
        }
        return Optional.empty();
    }

    private static String text(String where, Object found, Object expected) {
        return where + ": found " + found + ", expected " + expected;
    }
}
