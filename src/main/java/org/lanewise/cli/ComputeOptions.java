package org.lanewise.cli;

import org.lanewise.Algorithm;
import org.lanewise.Backend;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which loops compute, and on how many threads; none of it changes a result. */
final class ComputeOptions {
    @Option(names = "--backend", paramLabel = "NAME", defaultValue = "auto",
            description = "Loops: auto, vector or scalar; all give the same bits"
                    + " (default: ${DEFAULT-VALUE}).")
    private Backend backend;

    @Option(names = "--algorithm", paramLabel = "NAME", defaultValue = "auto",
            description = "Convolution: auto or direct, which is what auto chooses"
                    + " (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "Threads to use at most (default: ${DEFAULT-VALUE}); all loops use"
                    + " one.")
    private int threads;

    /** Which loops to use; says on the command's error stream what will not be as asked. */
    Backend backend(CommandLine command) {
        if (threads < 1) {
            throw new ParameterException(command, "--threads " + threads + " must be at least 1");
        }
        if (threads > 1) {
            command.getErr().println("lanewise: note: all loops compute on one thread");
        }
        try {
            backend.chosen();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
        return backend;
    }
}
