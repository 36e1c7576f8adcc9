package org.lanewise.spec;

import java.util.List;

/**
 * The name and shape of one array that a network learns.
 *
 * @param name {@code weight} or {@code bias} within a layer, {@code 0.weight} within a network
 * @param shape sizes, outermost first: (out, in / groups, kernel height, kernel width) for a
 *        convolution, (out, in) for a linear layer, (out) for a bias
 */
public record ParameterSpec(String name, List<Integer> shape) {
    /**
     * Copies the shape.
     *
     * @param name {@code weight} or {@code bias} within a layer, {@code 0.weight} within a network
     * @param shape sizes, outermost first
     */
    public ParameterSpec {
        shape = List.copyOf(shape);
    }

    /** {@return the number of elements} */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** {@return inputs that reach one output: the product of all sizes but the first} */
    public long fanIn() {
        return size() / shape.getFirst();
    }

    /** {@return outputs that one input reaches: the product of all sizes but the second} */
    public long fanOut() {
        return size() / shape.get(1);
    }

    ParameterSpec of(Node node) {
        return new ParameterSpec(node.name() + "." + name, shape);
    }
}
