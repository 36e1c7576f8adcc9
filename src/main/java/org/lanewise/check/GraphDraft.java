package org.lanewise.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.lanewise.spec.Add;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Join;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Node;
import org.lanewise.spec.Shape;

/**
 * A network as it is drawn: layers are appended to the current output, a branch may begin at any
 * output, and what a branch leaves unread is joined with it again.
 */
final class GraphDraft {
    private final Shape input;
    private final List<Node> nodes = new ArrayList<>();
    /** Of the network's input, then of each node. */
    private final List<Output> outputs = new ArrayList<>();
    private final Deque<Output> unread = new ArrayDeque<>();
    private Output current;

    /** The output of a node, or the network's input. */
    private record Output(String name, Shape shape) {}

    GraphDraft(Shape input) {
        this.input = input;
        this.current = new Output(Node.INPUT, input);
        outputs.add(current);
    }

    int size() {
        return nodes.size();
    }

    /** How many outputs there are, the network's input included. */
    int outputs() {
        return outputs.size();
    }

    /** How many outputs have to be joined with the current one. */
    int unread() {
        return unread.size();
    }

    Shape shape() {
        return current.shape();
    }

    void append(Layer layer) {
        append(layer, List.of(current));
    }

    private void append(Layer layer, List<Output> inputs) {
        String name = nodes.size() % 5 == 3 ? "block." + nodes.size() : "" + nodes.size();
        nodes.add(new Node(name, layer, inputs.stream().map(Output::name).toList()));
        current = new Output(name, layer.output(inputs.stream().map(Output::shape).toList()));
        outputs.add(current);
    }

    /** Continues from any output; the current one is joined later. */
    void branch(int output) {
        if (current != outputs.getFirst()) {
            unread.push(current);
        }
        current = outputs.get(output);
    }

    /** Joins the current output with some that fit, itself or the network's input included. */
    void joinSome(Join join, int count, boolean first) {
        List<Output> inputs = new ArrayList<>(List.of(current));
        (first ? outputs : outputs.reversed()).stream().filter(this::joins)
                .filter(output -> join instanceof Concat || output.shape().equals(current.shape()))
                .limit(count).forEach(inputs::add);
        append(join, inputs);
    }

    /** Adds what two layers make of the current output. */
    void addBranches(Layer one, Layer other) {
        Output start = current;
        append(one, List.of(start));
        Output first = current;
        append(other, List.of(start));
        append(new Add(), List.of(first, current));
    }

    /** Whether an output can be concatenated with the current one. */
    private boolean joins(Output other) {
        return switch (current.shape()) {
            case Shape.Flat _ -> other.shape() instanceof Shape.Flat;
            case Shape.Image mine -> other.shape() instanceof Shape.Image image
                    && image.map().equals(mine.map());
        };
    }

    /** Joins the current output with one that is unread. */
    void join(boolean add) {
        Output other = unread.pop();
        Output mine = current;
        if (mine.shape().equals(other.shape())) {
            append(add ? new Add() : new Concat(), List.of(other, mine));
            return;
        }
        if (!joins(other)) {
            mine = flat(mine);
            other = flat(other);
        }
        append(new Concat(), List.of(mine, other));
    }

    private Output flat(Output output) {
        if (output.shape() instanceof Shape.Image) {
            append(new Flatten(), List.of(output));
            return current;
        }
        return output;
    }

    Network network(Loss loss) {
        return new Network(input, nodes, current.name(), loss);
    }
}
