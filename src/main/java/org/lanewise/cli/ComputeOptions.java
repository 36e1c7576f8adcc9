package org.lanewise.cli;

import java.util.concurrent.ForkJoinPool;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Execution;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which loops and algorithms compute, and on how many threads. */
final class ComputeOptions {
    @Option(names = "--backend", paramLabel = "NAME", defaultValue = "auto",
            description = "Loops: auto, vector or scalar; with --algorithm direct all give the same"
                    + " bits (default: ${DEFAULT-VALUE}).")
    private Backend backend;

    @Option(names = "--algorithm", paramLabel = "NAME", defaultValue = "auto",
            description = "Convolution: direct, or auto, which also takes Winograd's tiles where"
                    + " they are faster (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "Threads that share the work of every step or batch; any number gives"
                    + " the same bits (default: ${DEFAULT-VALUE}).")
    private int threads;

    /** How many threads share a step. */
    int threads(CommandLine command) {
        if (threads < 1) {
            throw new ParameterException(command, "--threads " + threads + " must be at least 1");
        }
        if (threads > Execution.MOST_THREADS) {
            throw new ParameterException(command,
                    "--threads " + threads + " must be at most " + Execution.MOST_THREADS);
        }
        return threads;
    }

    /** Threads that share steps and batches; whoever asks for them ends them. */
    ForkJoinPool pool(CommandLine command) {
        return new ForkJoinPool(threads(command));
    }

    /** How convolutions may be computed. */
    Algorithm algorithm() {
        return algorithm;
    }

    /** Which loops to use. */
    Backend backend(CommandLine command) {
        try {
            backend.chosen();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
        return backend;
    }
}
