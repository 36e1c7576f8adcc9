package org.lanewise.cli.option;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.TrainingOptions;
import org.lanewise.codec.TrainingCodec;
import org.lanewise.spec.ParameterGroup;
import picocli.CommandLine.Option;

/** Parameters that are trained in another way than the rest, and averages of them. */
public final class UpdateOptions {
    @Option(names = "--freeze", paramLabel = "PATTERN",
            description = "Leave parameters as they are whose names match, as 'layer1.*' or"
                    + " '*.bias'; may be repeated.")
    private List<String> frozen = new ArrayList<>();

    @Option(names = "--group", paramLabel = "PATTERN:FIELD=X,...",
            description = "Train parameters whose names match in another way than the rest:"
                    + " learning_rate_factor= of every rate, weight_decay= instead of the"
                    + " optimizer's, frozen_from_epoch=N for N epochs and not after. May be"
                    + " repeated; --freeze counts first, then the first group that matches.")
    private List<String> groups = new ArrayList<>();

    @Option(names = "--average", paramLabel = "TYPE:FIELD=X,...",
            description = "Average the parameters over the updates:"
                    + " lookahead:every=,decay=,power= continues from slow weights, of which"
                    + " decay^every (k/T)^power stay after k of T updates (power: 0);"
                    + " ema:every=,decay= evaluates and saves the average.")
    private String average;

    @Option(names = "--accumulate", paramLabel = "N", defaultValue = "1",
            description = "Add gradients up over N batches before each update, as of one batch of"
                    + " N times the samples (default: ${DEFAULT-VALUE}).")
    private int accumulate;

    @Option(names = "--shards", paramLabel = "N", defaultValue = "1",
            description = "Divide each batch into N equal shards, whose gradients are added up:"
                    + " the bits of a training on N machines and fewer (default: ${DEFAULT-VALUE}).")
    private int shards;

    @Option(names = "--sync-every", paramLabel = "N", defaultValue = "1",
            description = "Let each shard take N steps by itself before all are averaged"
                    + " (default: ${DEFAULT-VALUE}).")
    private int syncEvery;

    /** The options of a training with what is given here. */
    public TrainingOptions with(TrainingOptions options) {
        List<ParameterGroup> all = new ArrayList<>();
        for (String pattern : frozen) {
            all.add(ParameterGroup.of(pattern).frozenFromEpoch(0));
        }
        for (String group : groups) {
            all.add(TrainingCodec.group(group));
        }
        if (accumulate < 1) {
            throw new IllegalArgumentException(
                    "--accumulate " + accumulate + " must be at least 1");
        }
        TrainingOptions grouped = options.groups(all).accumulate(accumulate)
                .shards(shards).syncEvery(syncEvery);
        return average == null ? grouped : grouped.average(TrainingCodec.average(average));
    }
}
