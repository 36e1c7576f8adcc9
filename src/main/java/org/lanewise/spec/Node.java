package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A layer within a network: its name and what it reads.
 *
 * @param name begins the names of the layer's parameters: {@code layer1.0.conv1} gives
 *        {@code layer1.0.conv1.weight}; the position in the network where nothing else is given
 * @param layer the layer
 * @param inputs names of the nodes it reads, in order; {@link #INPUT} for the network's input
 */
public record Node(String name, Layer layer, List<String> inputs) {
    /** The name of the network's input. */
    public static final String INPUT = "input";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /**
     * Checks the name and copies the inputs.
     *
     * @param name letters, digits, {@code _} and {@code -}, in parts joined by dots
     * @param layer the layer
     * @param inputs names of the nodes it reads
     * @throws NetworkException if the name has other characters, or is that of the network's input
     */
    public Node {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(layer, "layer");
        inputs = List.copyOf(inputs);
        if (!NAME.matcher(name).matches()) {
            throw new NetworkException("a layer (" + layer.type() + ") is named \"" + name
                    + "\"; names are letters, digits, _ and -, in parts joined by dots", null);
        }
        if (name.equals(INPUT)) {
            throw new NetworkException("a layer (" + layer.type() + ") is named \"" + INPUT
                    + "\", which is the name of the network's input", null);
        }
    }

    /** {@return layers of which each reads the one before it, named by their positions} */
    static List<Node> chain(List<Layer> layers) {
        List<Node> nodes = new ArrayList<>();
        for (Layer layer : layers) {
            nodes.add(new Node(String.valueOf(nodes.size()), layer,
                    List.of(previous(nodes.size()))));
        }
        return nodes;
    }

    /** {@return the default name of the node before a position, or the network's input} */
    static String previous(int index) {
        return index == 0 ? INPUT : String.valueOf(index - 1);
    }

    /** {@return name and type, for messages} */
    String label() {
        return "layer " + name + " (" + layer.type() + ")";
    }
}
