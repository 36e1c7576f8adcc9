package org.lanewise.spec;

import java.util.List;

/**
 * What a layer is within its network.
 *
 * @param index position in the network, from 0
 * @param node the layer, its name and the names of what it reads
 * @param sources positions of what it reads, in order; {@link #NETWORK_INPUT} for the network's input
 * @param inputs shapes of what it reads, in the same order
 * @param output shape of what it computes
 * @param parameters what it learns, then its state, under their names in the network ({@code 0.weight})
 * @param receptiveField the part of the network's input that one of its values depends on
 * @param forwardFlops floating-point operations of a forward pass of one sample
 */
public record LayerDescription(
        int index,
        Node node,
        List<Integer> sources,
        List<Shape> inputs,
        Shape output,
        List<ParameterSpec> parameters,
        ReceptiveField receptiveField,
        long forwardFlops) {
    /** The position of the network's input among the sources of a layer. */
    public static final int NETWORK_INPUT = -1;

    /** Copies the lists. */
    public LayerDescription {
        sources = List.copyOf(sources);
        inputs = List.copyOf(inputs);
        parameters = List.copyOf(parameters);
    }

    /** {@return the layer} */
    public Layer layer() {
        return node.layer();
    }

    /** {@return the layer, or for a global pooling the pooling whose only window is the whole map} */
    public Layer resolved() {
        return layer() instanceof GlobalPool2d global && input() instanceof Shape.Image image
                ? global.over(image.map())
                : layer();
    }

    /** {@return its name in the network} */
    public String name() {
        return node.name();
    }

    /** {@return the shape of its first input; the only one unless the layer is a {@link Join}} */
    public Shape input() {
        return inputs.getFirst();
    }

    /** {@return the position of its first input; the only one unless the layer is a {@link Join}} */
    public int source() {
        return sources.getFirst();
    }

    /** {@return name and type, as {@code layer 3 (conv2d)}} */
    public String label() {
        return node.label();
    }

    /** {@return what the layer learns, without its state} */
    public List<ParameterSpec> learned() {
        return parameters.stream().filter(spec -> !spec.state()).toList();
    }

    /** {@return whether it normalizes by a batch, of which each sample has one value for each channel} */
    public boolean oneValueAChannel() {
        return layer() instanceof BatchNorm && (!(input() instanceof Shape.Image image)
                || image.map().equals(Size.square(1)));
    }

    /** {@return how many numbers the layer learns} */
    public long parameterCount() {
        return learned().stream().mapToLong(ParameterSpec::size).sum();
    }
}
