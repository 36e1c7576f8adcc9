package org.lanewise.spec;

import java.util.List;

/**
 * What a layer is within its network.
 *
 * @param index position in the network, from 0
 * @param layer the layer
 * @param input shape that reaches it
 * @param output shape that leaves it
 * @param parameters what it learns, under their names in the network ({@code 0.weight})
 * @param receptiveField what one of its values sees of the network's input
 * @param forwardFlops floating-point operations of a forward pass of one sample
 */
public record LayerDescription(
        int index,
        Layer layer,
        Shape input,
        Shape output,
        List<ParameterSpec> parameters,
        ReceptiveField receptiveField,
        long forwardFlops) {
    /** {@return how many numbers the layer learns} */
    public long parameterCount() {
        return parameters.stream().mapToLong(ParameterSpec::size).sum();
    }
}
