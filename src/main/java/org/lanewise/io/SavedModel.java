package org.lanewise.io;

import java.util.Optional;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;

/**
 * What a file of weights holds.
 *
 * @param network what the parameters are of; none in files of other programs, or of an older
 *        Lanewise
 * @param classes names of its classes, where they are known
 * @param parameters what the network learned; shared, not copied
 */
public record SavedModel(Optional<Network> network, ClassNames classes, Parameters parameters) {
    /**
     * Checks that the parts belong together.
     *
     * @param network what the parameters are of
     * @param classes names of its classes
     * @param parameters what the network learned; shared, not copied
     * @throws IllegalArgumentException if parameters or names do not fit the network; the message
     *         lists every mismatch
     */
    public SavedModel {
        if (network.isPresent()) {
            parameters.requireMatch(network.get());
            classes.requireFit(network.get());
        }
    }

    /**
     * {@return a model that computes the network}
     *
     * @param batchSize the most samples computed at once
     * @throws IllegalArgumentException if there is no network, or a batch is too large
     */
    public Model model(int batchSize) {
        return new Model(network.orElseThrow(() -> new IllegalArgumentException(
                "these are parameters alone, without a network")), parameters, batchSize);
    }
}
