package org.lanewise.cli.option;

import java.util.concurrent.ForkJoinPool;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Kernels, algorithms and number of threads. */
public final class KernelOptions {
    @Option(names = "--backend", paramLabel = "NAME", defaultValue = "auto",
            description = "Loops: auto, vector, plain (vector's without the Vector API) or scalar; with"
                    + " --algorithm direct all give the same bits (default: ${DEFAULT-VALUE}).")
    private Backend backend;

    @Option(names = "--algorithm", paramLabel = "NAME", defaultValue = "auto",
            description = "Convolution: direct, or auto, which also takes Winograd's tiles where"
                    + " they are faster (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm;

    @Mixin
    private ThreadOptions threads;

    /** The number of threads that share a step. */
    public int threads(CommandLine command) {
        return threads.count(command);
    }

    /** A pool of that many threads, to be closed by the caller; warns of more threads than cores. */
    public ForkJoinPool pool(CommandLine command) {
        return threads.pool(command);
    }

    /** How convolutions may be computed. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** Which kernels to use. */
    public Backend backend(CommandLine command) {
        try {
            backend.chosen();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
        return backend;
    }
}
