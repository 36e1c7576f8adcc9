package org.lanewise.measure;

import java.util.List;
import java.util.Optional;
import org.lanewise.spec.LayerDescription;

/**
 * One part of a step, run and timed by itself.
 *
 * @param layer the layer that it computes, the first where several are fused; empty for the loss and the update
 * @param pass {@code forward}, {@code loss}, {@code loss_gradient}, {@code backward_weights},
 *        {@code backward_input} or {@code update}
 * @param work what it has to do
 * @param minimumBytes of its bytes, those that would be left if convolutions, dense layers, additions and
 *        concatenations were the only layers with maps of their own
 * @param algorithm what computes it
 * @param unfused the parts that would compute the same if no layers were fused
 * @param code runs it
 */
public record Part(Optional<LayerDescription> layer, String pass, Work work, long minimumBytes,
        String algorithm, List<Unfused> unfused, Runnable code) {
    /**
     * A part of a step in which no layers are fused.
     *
     * @param layer index of the layer; {@link LayerDescription#NETWORK_INPUT} for the loss and the update
     * @param pass as {@code forward}
     */
    public record Unfused(int layer, String pass) {}

    /**
     * {@return whether this part computes what another does, which computes one layer, and perhaps more}
     *
     * @param other of a step in which no layers are fused
     */
    public boolean computes(Part other) {
        return unfused.contains(new Unfused(other.layer.map(LayerDescription::index)
                .orElse(LayerDescription.NETWORK_INPUT), other.pass));
    }
}
