package org.lanewise.cli.option;

import java.util.concurrent.ForkJoinPool;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Model;
import org.lanewise.io.SavedModel;
import org.lanewise.measure.Execution;
import org.lanewise.spec.Precision;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Kernels, algorithms and number of threads. */
public final class ComputeOptions {
    @Option(names = "--backend", paramLabel = "NAME", defaultValue = "auto",
            description = "Loops: auto, vector, plain (vector's without the Vector API) or scalar; with"
                    + " --algorithm direct all give the same bits (default: ${DEFAULT-VALUE}).")
    private Backend backend;

    @Option(names = "--algorithm", paramLabel = "NAME", defaultValue = "auto",
            description = "Convolution: direct, or auto, which also takes Winograd's tiles where"
                    + " they are faster (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm;

    @Option(names = "--precision", paramLabel = "NAME", defaultValue = "double",
            description = "Numbers that are learned and computed: double, of 64 bits, or single, of"
                    + " 32, in half the memory (default: ${DEFAULT-VALUE}).")
    private Precision precision;

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

    public Precision precision() {
        return precision;
    }

    /** What was learned, as a model that computes with these options. */
    public Model model(CommandLine command, SavedModel saved, int batchSize, ForkJoinPool pool,
            boolean fold) {
        Model model = new Model(saved.network().orElseThrow(), saved.parameters(), batchSize,
                backend(command), algorithm, pool, fold).normalization(saved.normalization());
        return precision == Precision.DOUBLE ? model : model.precision(precision);
    }

    /** Kernels, algorithm, precision, and so many threads. */
    public Execution execution(CommandLine command, int count) {
        return new Execution(backend(command), algorithm, precision, count);
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
