package org.lanewise.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which node reads which: names resolved to positions, in an order in which they can be computed. */
final class Wiring {
    private Wiring() {}

    /**
     * {@return the positions of what each node reads, in order}
     *
     * @throws NetworkException if a name is used twice, is unknown or that of a later node, or if
     *         a node is neither read nor the output
     */
    static List<List<Integer>> sources(List<Node> nodes, String output) {
        Map<String, Integer> positions = positions(nodes);
        List<List<Integer>> sources = new ArrayList<>();
        Set<String> unread = new HashSet<>(positions.keySet());
        Map<String, Integer> before = new LinkedHashMap<>();
        before.put(Node.INPUT, LayerDescription.NETWORK_INPUT);
        for (Node node : nodes) {
            List<Integer> read = new ArrayList<>();
            for (String name : node.inputs()) {
                if (!before.containsKey(name)) {
                    throw unreadable(node, name, positions, before);
                }
                read.add(before.get(name));
                unread.remove(name);
            }
            if (read.isEmpty()) {
                throw new NetworkException(node.label() + " has no inputs; a layer reads at least"
                        + " one node", null);
            }
            sources.add(read);
            before.put(node.name(), positions.get(node.name()));
        }
        requireUsed(nodes, output, positions, unread);
        return sources;
    }

    private static Map<String, Integer> positions(List<Node> nodes) {
        Map<String, Integer> positions = new LinkedHashMap<>();
        for (Node node : nodes) {
            Integer other = positions.putIfAbsent(node.name(), positions.size());
            if (other != null) {
                throw new NetworkException("two layers are named " + node.name() + ": the "
                        + nodes.get(other).layer().type() + " at position " + other + " and a "
                        + node.layer().type() + "; each keeps its parameters under a name of its"
                        + " own, and a layer without a name has its position for one", null);
            }
        }
        return positions;
    }

    private static NetworkException unreadable(Node node, String name,
            Map<String, Integer> positions, Map<String, Integer> before) {
        String problem = name.equals(node.name())
                ? ", its own output"
                : positions.containsKey(name)
                        ? ", which comes later; list layers in the order in which they are computed"
                        : ", which is no layer before it"
                                + Spelling.suggestion(name, before.keySet());
        return new NetworkException(node.label() + " reads " + name + problem, null);
    }

    private static void requireUsed(List<Node> nodes, String output,
            Map<String, Integer> positions, Set<String> unread) {
        if (!positions.containsKey(output)) {
            throw new NetworkException("the output is " + output + ", which is no layer"
                    + Spelling.suggestion(output, positions.keySet()), null);
        }
        for (Node node : nodes) {
            if (unread.contains(node.name()) && !node.name().equals(output)) {
                throw new NetworkException("nothing reads " + node.label()
                        + ", and the output is " + output + "; remove the layer, or name it in the"
                        + " \"inputs\" of another", null);
            }
        }
    }
}
