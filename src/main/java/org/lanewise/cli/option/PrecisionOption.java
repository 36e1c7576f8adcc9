package org.lanewise.cli.option;

import org.lanewise.spec.Precision;
import picocli.CommandLine.Option;

/** The precision of all that is computed. */
public final class PrecisionOption {
    @Option(names = "--precision", paramLabel = "NAME", defaultValue = "double",
            description = "Numbers to learn and compute with: double, of 64 bits, or single, of 32,"
                    + " in half the memory (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    Precision chosen() {
        return precision;
    }
}
