package org.lanewise.measure;

import java.util.Optional;
import org.lanewise.spec.LayerDescription;

/**
 * One part of a step, run and timed by itself.
 *
 * @param layer the layer that it computes; empty for the loss and the update
 * @param pass {@code forward}, {@code loss}, {@code loss_gradient}, {@code backward_weights},
 *        {@code backward_input} or {@code update}
 * @param work what it has to do
 * @param minimumBytes of its bytes, those that would be left if convolutions, dense layers, additions and
 *        concatenations were the only layers with maps of their own
 * @param algorithm what computes it
 * @param code runs it
 */
public record Part(Optional<LayerDescription> layer, String pass, Work work, long minimumBytes,
        String algorithm, Runnable code) {}
