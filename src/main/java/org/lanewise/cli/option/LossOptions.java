package org.lanewise.cli.option;

import java.util.Optional;
import org.lanewise.codec.LossCodec;
import org.lanewise.spec.Loss;
import picocli.CommandLine.Option;

/** What a training minimizes in place of the network's loss. */
public final class LossOptions {
    @Option(names = "--loss", paramLabel = "TYPE|JSON",
            description = "What training minimizes in place of the network's loss, as network files"
                    + " write it: mean_squared_error, or '{\"type\": \"softmax_cross_entropy\","
                    + " \"label_smoothing\": 0.1}'.")
    private String loss;

    @Option(names = "--loss-reduction", paramLabel = "HOW",
            description = "How the losses of a batch become one: mean or sum (default: as the"
                    + " network's file says, or else mean).")
    private Loss.Reduction reduction;

    private Optional<String> report = Optional.empty();

    /** A network with the loss that is given. */
    public NetworkOptions.Named in(NetworkOptions.Named named) {
        Loss own = named.network().loss();
        Loss given = loss == null ? own : LossCodec.parse(loss, own.reduction());
        Loss used = reduction == null ? given : given.reduction(reduction);
        if (loss != null && !used.equals(own)) {
            report = Optional.of("loss      " + used + ", in place of the network's " + own);
        }
        return named.loss(used);
    }

    /** What is used in place of what, where it is another loss. */
    public Optional<String> report() {
        return report;
    }
}
