package org.lanewise.cli.option;

import org.lanewise.Safeguards;
import picocli.CommandLine.Option;

/** Limits on gradients, early stopping and the handling of values that are not finite. */
public final class SafeguardOptions {
    /** What becomes of a training whose loss is not finite. */
    enum NonFinite {
        STOP,
        CONTINUE
    }

    @Option(names = "--clip-norm", paramLabel = "X",
            description = "Scale gradients down that are longer than this, all together.")
    private Double clipNorm;

    @Option(names = "--patience", paramLabel = "N", defaultValue = "0",
            description = "End after so many epochs without a lower loss (of the test samples,"
                    + " where there are any); 0 for never (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Option(names = "--nan", paramLabel = "HOW", defaultValue = "stop",
            description = "A loss that is not finite: stop, or continue without that step"
                    + " (default: ${DEFAULT-VALUE}).")
    private NonFinite nonFinite;

    public Safeguards safeguards() {
        if (clipNorm != null && !(clipNorm > 0)) {
            throw new IllegalArgumentException("--clip-norm " + clipNorm
                    + " must be above 0; leave the option out to clip nothing");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("--patience " + patience + " must be at least 0");
        }
        return new Safeguards(clipNorm == null ? Double.POSITIVE_INFINITY : clipNorm, patience,
                nonFinite == NonFinite.CONTINUE);
    }
}
