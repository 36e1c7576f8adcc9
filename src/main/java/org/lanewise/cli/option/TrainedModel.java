package org.lanewise.cli.option;

import java.io.IOException;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Model;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.ClassNames;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A network with its learned parameters, and how many samples it computes at once. */
public final class TrainedModel {
    /**
     * A model that was read.
     *
     * @param model computes the network
     * @param classes names of its classes, where they are known
     */
    public record Loaded(Model model, ClassNames classes) {
        /**
         * Takes over what samples call the classes.
         *
         * @throws IllegalArgumentException if they call one otherwise
         */
        public Loaded named(String data, ClassNames others) {
            try {
                return new Loaded(model, classes.or(others));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(data + ": its classes are not those that the"
                        + " network learned: " + e.getMessage(), e);
            }
        }
    }

    @Mixin
    private WeightsOption weights;

    @Mixin
    private NetworkOptions network;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "32",
            description = "Samples computed at once (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--no-fold",
            description = "Compute batch normalization by itself, as validation in training does;"
                    + " without it, it is folded into the weights of the layer before it.")
    private boolean unfolded;

    @Mixin
    private ComputeOptions compute;

    /** Threads that share each batch; the caller closes them. */
    public ForkJoinPool pool(CommandLine command) {
        weights.required();
        return compute.pool(command);
    }

    public Loaded read(CommandLine command, ForkJoinPool pool) throws IOException {
        Arguments.requirePositive(command, "--batch-size", batchSize);
        SavedModel saved = network.trained(weights.required());
        return new Loaded(compute.model(command, saved, batchSize, pool, !unfolded),
                saved.classes());
    }

    public int batchSize() {
        return batchSize;
    }

    public String name() {
        return network.name(weights.required());
    }
}
