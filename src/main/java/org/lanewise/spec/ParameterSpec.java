package org.lanewise.spec;

import java.util.List;

/**
 * The name and shape of one array that a network learns, or keeps as a state.
 *
 * @param name {@code weight} or {@code bias} within a layer, {@code 0.weight} within a network
 * @param shape sizes, outermost first: (out, in / groups, kernel height, kernel width) for a
 *        convolution, (out, in) for a linear layer, (out) for a bias, none for a single number
 * @param state whether it follows the batches, as the running mean of batch normalization, and is not learned
 * @param initial what all elements begin as, where no {@code Initializer} draws them
 */
public record ParameterSpec(String name, List<Integer> shape, boolean state, double initial) {
    /** How many batches a state follows: a whole number, which files hold as one of 64 bits. */
    public static final String BATCHES = "num_batches_tracked";

    /**
     * An array that is learned.
     *
     * @param name {@code weight} or {@code bias} within a layer, {@code 0.weight} within a network
     * @param shape sizes, outermost first
     */
    public ParameterSpec(String name, List<Integer> shape) {
        this(name, shape, false, 0.0);
    }

    /**
     * Copies the shape.
     *
     * @param name {@code weight} or {@code bias} within a layer, {@code 0.weight} within a network
     * @param shape sizes, outermost first
     * @param state whether it is not learned
     * @param initial what all elements begin as
     */
    public ParameterSpec {
        shape = List.copyOf(shape);
    }

    /** {@return the number of elements} */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** {@return whether initializers draw it: a weight that is not a factor of a normalization} */
    public boolean drawn() {
        return shape.size() > 1 && initial == 0.0 && !name.endsWith("bias");
    }

    /** {@return whether it counts batches, by its name} */
    public boolean counts() {
        return name.endsWith("." + BATCHES);
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
        return new ParameterSpec(node.name() + "." + name, shape, state, initial);
    }
}
