package org.lanewise.codec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Network;

/** Says where two networks first differ. */
public final class NetworkDifference {
    private NetworkDifference() {}

    /**
     * {@return the first difference, as {@code layer 3 (conv2d): kernel_size: found [5,5], expected
     * [3,3]}; none if both compute the same, whatever the reduction of their losses}
     *
     * @param found one network
     * @param expected the other
     */
    public static Optional<String> first(Network found, Network expected) {
        if (!found.input().equals(expected.input())) {
            return Optional.of(text("input", found.input(), expected.input()));
        }
        List<Layer> layers = found.layers();
        List<Layer> others = expected.layers();
        for (int i = 0; i < Math.min(layers.size(), others.size()); i++) {
            Optional<String> difference = first(i, layers.get(i), others.get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        if (layers.size() != others.size()) {
            return Optional.of(text("layers", layers.size(), others.size()));
        }
        return found.loss().type().equals(expected.loss().type())
                ? Optional.empty()
                : Optional.of(text("loss", found.loss().type(), expected.loss().type()));
    }

    private static Optional<String> first(int index, Layer found, Layer expected) {
        if (!found.type().equals(expected.type())) {
            return Optional.of(text("layer " + index, found.type(), expected.type()));
        }
        Map<String, JsonValue> others = LayerCodecs.write(expected).byName();
        for (var field : LayerCodecs.write(found).byName().entrySet()) {
            if (!field.getValue().equals(others.get(field.getKey()))) {
                return Optional.of(text("layer " + index + " (" + found.type() + "): "
                        + field.getKey(), field.getValue(), others.get(field.getKey())));
            }
        }
        return Optional.empty();
    }

    private static String text(String where, Object found, Object expected) {
        return where + ": found " + found + ", expected " + expected;
    }
}
