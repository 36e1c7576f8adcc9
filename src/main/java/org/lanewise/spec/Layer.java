package org.lanewise.spec;

import java.util.List;

/**
 * One layer of a network, as data.
 *
 * <p>A layer record may hold any numbers: {@link Network} checks the whole stack when it is built,
 * where it can name the layer and the shape that reaches it.
 */
public sealed interface Layer permits Conv2d, MaxPool2d, AvgPool2d, GlobalPool2d, Activation,
        Flatten, Linear, BatchNorm, Join, Scale, Dropout, GroupNorm, LayerNorm {
    /** {@return the name of the layer's type in network files, as {@code conv2d}} */
    String type();

    /**
     * {@return the shape that this layer makes of an input shape}
     *
     * @param input shape of one sample
     * @throws IllegalArgumentException if the layer cannot take that shape or is itself out of
     *         range; the message holds the arithmetic
     */
    Shape output(Shape input);

    /**
     * {@return the shape that this layer makes of the shapes of its inputs}
     *
     * @param inputs shapes of one sample, in order; one for all layers but a {@link Join}
     * @throws IllegalArgumentException as {@link #output(Shape)}, or if there are too many or too few
     */
    default Shape output(List<Shape> inputs) {
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("takes one input, found " + inputs.size() + " ("
                    + Checks.text(inputs) + "); join them with add or concat before it");
        }
        return output(inputs.getFirst());
    }

    /**
     * {@return what this layer learns, weights before bias, and then what it counts; empty for most layers}
     *
     * @param input shape of one sample, one that {@link #output} takes
     */
    default List<ParameterSpec> parameters(Shape input) {
        return List.of();
    }

    /** {@return whether each output depends only on the inputs at the same position} */
    default boolean elementwise() {
        return false;
    }

    /** {@return how far one output looks on the layer's own input; one pixel for most layers} */
    default Window window() {
        return Window.of(1);
    }

    /**
     * {@return floating-point operations of the forward pass of one sample: a multiply-add counts
     * two, a comparison, an addition or a function value one}
     *
     * @param input shape of one sample, one that {@link #output} takes
     */
    long flops(Shape input);

    /**
     * {@return the same for a layer that may have several inputs}
     *
     * @param inputs shapes of one sample, ones that {@link #output(List)} takes
     */
    default long flops(List<Shape> inputs) {
        return flops(inputs.getFirst());
    }
}
