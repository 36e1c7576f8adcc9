package org.lanewise.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.Node;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Shape;

/**
 * A network as a document: input, layers, loss, and, if they are known, the names of its classes and
 * what is done to its inputs.
 *
 * @param network what the document describes
 * @param classes names of its classes
 * @param normalization of its inputs
 */
public record NetworkDocument(Network network, ClassNames classes, Normalization normalization) {
    private static final String INPUT = "input";
    private static final String LAYERS = "layers";
    private static final String OUTPUT = "output";
    private static final String CLASSES = "classes";
    private static final List<String> FIELDS = List.of(INPUT, LAYERS, OUTPUT,
            LossCodec.LOSS, LossCodec.REDUCTION.name(), CLASSES, DataCodec.NORMALIZE);

    /**
     * Checks that the parts fit.
     *
     * @param network what the document describes
     * @param classes names of its classes
     * @param normalization of its inputs
     * @throws IllegalArgumentException if there are more names than the network has classes, or
     *         other numbers than one a channel
     */
    public NetworkDocument {
        classes.requireFit(network);
        normalization.requireFit(network.input());
    }

    /**
     * A network whose inputs stay as they are.
     *
     * @param network what the document describes
     * @param classes names of its classes
     */
    public NetworkDocument(Network network, ClassNames classes) {
        this(network, classes, Normalization.NONE);
    }

    /**
     * {@return the document in a text}
     *
     * @param where begins every message; may be empty
     * @param json the text
     * @throws IllegalArgumentException if it is no JSON, or describes no network
     */
    public static NetworkDocument parse(String where, String json) {
        JsonFields object = JsonFields.parse(where, json);
        // A problem of a suite holds its network under this name.
        return read(object.has("network") ? object.child("network") : object);
    }

    /**
     * {@return the document that an object is}
     *
     * @param object with the fields of a network
     * @throws IllegalArgumentException if it describes no network
     */
    public static NetworkDocument read(JsonFields object) {
        object.allow(FIELDS);
        object.requireNothingElse();
        Shape input = input(object);
        List<Node> nodes = new ArrayList<>();
        for (JsonFields layer : object.objects(LAYERS)) {
            nodes.add(NodeCodec.read(layer, nodes));
        }
        String output = object.value(Field.of(OUTPUT, Kind.TEXT)
                .or(nodes.isEmpty() ? Node.INPUT : nodes.getLast().name()));
        Loss loss = LossCodec.read(object);
        List<String> names = object.strings(CLASSES);
        Normalization normalization = DataCodec.normalization(object);
        try {
            return new NetworkDocument(new Network(input, nodes, output, loss),
                    new ClassNames(names), normalization);
        } catch (NetworkException e) {
            throw object.wrong(e);
        } catch (IllegalArgumentException e) {
            throw object.wrong(e);
        }
    }

    /**
     * {@return the shape in the field {@code input}}
     *
     * @param object a network, or a layer with its input
     * @throws IllegalArgumentException if the field is missing or no shape
     */
    public static Shape input(JsonFields object) {
        int[] sizes = object.integers(INPUT);
        if (sizes.length != 1 && sizes.length != 3) {
            throw object.wrong(INPUT, "[channels, height, width] or [features]");
        }
        try {
            return sizes.length == 1
                    ? new Shape.Flat(sizes[0])
                    : new Shape.Image(sizes[0], sizes[1], sizes[2]);
        } catch (IllegalArgumentException e) {
            throw object.wrong(new NetworkException("input: " + e.getMessage(), e));
        }
    }

    /** Reduction, options, class names and normalization are left out where they say nothing. */
    private SequencedMap<String, JsonValue> head() {
        SequencedMap<String, JsonValue> fields = LossCodec.write(network.loss());
        if (classes.known()) {
            fields.put(CLASSES, new JsonValue.Array(classes.names().stream()
                    .<JsonValue>map(JsonValue.Text::new).toList()));
        }
        if (normalization.given()) {
            fields.put(DataCodec.NORMALIZE, DataCodec.json(normalization));
        }
        return fields;
    }

    private static JsonValue shape(Shape shape) {
        List<Integer> sizes = switch (shape) {
            case Shape.Image image -> List.of(image.channels(), image.height(), image.width());
            case Shape.Flat flat -> List.of(flat.features());
        };
        return new JsonValue.Array(sizes.stream()
                .<JsonValue>map(size -> new JsonValue.Num(size.toString())).toList());
    }

    /** {@return the document on one line} */
    public String line() {
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        fields.put(INPUT, shape(network.input()));
        fields.put(LAYERS, new JsonValue.Array(List.copyOf(NodeCodec.write(network))));
        fields.putAll(head());
        return new JsonValue.Members(fields).spaced();
    }

    /** {@return the document for people, each layer on a line of its own} */
    public String text() {
        String layers = NodeCodec.write(network).stream().map(JsonValue.Members::spaced)
                .collect(Collectors.joining(",\n  "));
        String rest = new JsonValue.Members(head()).spaced();
        return "{\"" + INPUT + "\": " + shape(network.input()).spaced() + ", \"" + LAYERS
                + "\": [\n  " + layers + "\n], " + rest.substring(1) + "\n";
    }
}
