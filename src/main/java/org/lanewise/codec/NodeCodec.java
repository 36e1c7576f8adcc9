package org.lanewise.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.Node;

/**
 * A layer with its name and what it reads. Both have defaults, its position and the layer before it,
 * which are left out: a chain is a list of layers.
 */
public final class NodeCodec {
    private static final String NAME = "name";
    private static final String INPUTS = "inputs";

    private NodeCodec() {}

    /** {@return the next node of a network, after those that were read} */
    static Node read(JsonFields object, List<Node> before) {
        object.allow(List.of(LayerCodec.TYPE));
        String name = object.value(Field.of(NAME, Kind.TEXT).or(String.valueOf(before.size())));
        List<String> inputs = object.has(INPUTS)
                ? object.strings(INPUTS)
                : List.of(previous(before));
        try {
            return new Node(name, LayerCodecs.read(object), inputs);
        } catch (NetworkException e) {
            throw object.wrong(e);
        }
    }

    private static String previous(List<Node> before) {
        return before.isEmpty() ? Node.INPUT : before.getLast().name();
    }

    /** {@return each node of a network as its fields; defaults of name and inputs are left out} */
    static List<JsonValue.Members> write(Network network) {
        List<Node> nodes = network.nodes();
        return IntStream.range(0, nodes.size()).mapToObj(i -> {
            Node node = nodes.get(i);
            SequencedMap<String, JsonValue> fields = all(node);
            fields.remove(NAME, new JsonValue.Text(String.valueOf(i)));
            fields.remove(INPUTS, texts(List.of(previous(nodes.subList(0, i)))));
            return new JsonValue.Members(fields);
        }).toList();
    }

    /** {@return a node as its fields, none left out} */
    public static SequencedMap<String, JsonValue> all(Node node) {
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>(
                LayerCodecs.write(node.layer()).byName());
        fields.putFirst(INPUTS, texts(node.inputs()));
        fields.putFirst(NAME, new JsonValue.Text(node.name()));
        fields.putFirst(LayerCodec.TYPE, fields.get(LayerCodec.TYPE));
        return fields;
    }

    private static JsonValue texts(List<String> texts) {
        return new JsonValue.Array(texts.stream().<JsonValue>map(JsonValue.Text::new).toList());
    }
}
