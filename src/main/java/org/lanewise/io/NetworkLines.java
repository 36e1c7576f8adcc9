package org.lanewise.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.lanewise.codec.JsonFields;
import org.lanewise.codec.JsonValue;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.spec.Network;

/**
 * The network of checkpoints of format 1: a line with input and loss, then a line a layer, which
 * become the JSON of a network.
 */
final class NetworkLines {
    private NetworkLines() {}

    /**
     * {@return the network that lines describe}
     *
     * @throws IllegalArgumentException if they describe none
     */
    static Network network(List<TextLine> lines) {
        TextLine head = lines.getFirst().require("network", "input", "loss", "reduction");
        SequencedMap<String, JsonValue> network = new LinkedHashMap<>();
        network.put("input", new JsonValue.Array(sizes(head.text("input"))));
        network.put("loss", new JsonValue.Text(head.text("loss")));
        network.put("reduction", new JsonValue.Text(head.text("reduction")));
        List<JsonValue> layers = new ArrayList<>();
        for (TextLine line : lines.subList(1, lines.size())) {
            layers.add(layer(line));
        }
        network.put("layers", new JsonValue.Array(layers));
        return NetworkDocument.read(new JsonFields("", new JsonValue.Members(network))).network();
    }

    private static JsonValue layer(TextLine line) {
        SequencedMap<String, JsonValue> layer = new LinkedHashMap<>();
        layer.put("type", new JsonValue.Text(line.word()));
        for (String name : line.names()) {
            layer.put(name, value(line.text(name)));
        }
        return new JsonValue.Members(layer);
    }

    /** A word, a number, or sizes as {@code 28x28}. */
    private static JsonValue value(String text) {
        return switch (text) {
            case "true" -> new JsonValue.Bool(true);
            case "false" -> new JsonValue.Bool(false);
            default -> {
                List<JsonValue> sizes = sizes(text);
                yield sizes.size() == 1 ? sizes.getFirst() : new JsonValue.Array(sizes);
            }
        };
    }

    private static List<JsonValue> sizes(String text) {
        return Stream.of(text.split("x", -1)).<JsonValue>map(JsonValue.Num::new).toList();
    }
}
