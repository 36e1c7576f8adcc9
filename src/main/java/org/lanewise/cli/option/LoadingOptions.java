package org.lanewise.cli.option;

import java.util.List;
import org.lanewise.TrainingOptions;
import org.lanewise.codec.DataCodec;
import org.lanewise.spec.Shape;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How samples become the batches of a training. */
public final class LoadingOptions {
    @Option(names = "--augment", paramLabel = "TYPE,...",
            description = "Change images at random, in this order: flip or flip=alternating;"
                    + " crop=PADDING[:zero|reflect]; cutout=SIZE;"
                    + " color_jitter=BRIGHTNESS:CONTRAST:SATURATION (default: none).")
    private String augment;

    @Option(names = "--drop-last",
            description = "Leave out the samples of each epoch that would be a smaller last batch.")
    private boolean dropLast;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Adds what was given.
     *
     * @throws IllegalArgumentException if it is no augmentation
     */
    public TrainingOptions in(TrainingOptions options) {
        return options.dropLast(dropLast)
                .augment(augment == null ? List.of() : DataCodec.augmentations(augment));
    }

    /** Refuses augmentations that the network's inputs do not allow. */
    public void requireFit(TrainingOptions options, Shape input) {
        try {
            options.augment().forEach(one -> one.requireFit(input));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--augment " + e.getMessage(), e);
        }
    }
}
