package org.lanewise.io;

import java.util.Optional;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;

/**
 * What a file of weights holds.
 *
 * @param network what the parameters are of; none in files of other programs, or of an older
 *        Lanewise
 * @param classes names of its classes, where they are known
 * @param normalization of the inputs that it learned from, where that is known
 * @param parameters what the network learned; shared, not copied
 */
public record SavedModel(Optional<Network> network, ClassNames classes,
        Normalization normalization, Parameters parameters) {
    /**
     * Checks that the parts belong together.
     *
     * @param network what the parameters are of
     * @param classes names of its classes
     * @param normalization of the inputs that it learned from
     * @param parameters what the network learned; shared, not copied
     * @throws IllegalArgumentException if parameters, names or normalization do not fit the network;
     *         the message lists every mismatch
     */
    public SavedModel {
        if (network.isPresent()) {
            parameters.requireMatch(network.get());
            classes.requireFit(network.get());
            normalization.requireFit(network.get().input());
        }
    }

    /**
     * A model whose inputs stay as they are.
     *
     * @param network what the parameters are of
     * @param classes names of its classes
     * @param parameters what the network learned; shared, not copied
     * @throws IllegalArgumentException if parameters or names do not fit the network
     */
    public SavedModel(Optional<Network> network, ClassNames classes, Parameters parameters) {
        this(network, classes, Normalization.NONE, parameters);
    }

    /**
     * {@return a model that computes the network, and refuses samples of another normalization}
     *
     * @param batchSize the most samples computed at once
     * @throws IllegalArgumentException if there is no network, or a batch is too large
     */
    public Model model(int batchSize) {
        return new Model(network.orElseThrow(() -> new IllegalArgumentException(
                "these are parameters alone, without a network")), parameters, batchSize)
                .normalization(normalization);
    }
}
