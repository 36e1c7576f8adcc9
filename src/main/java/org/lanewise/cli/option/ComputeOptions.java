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

/** Kernels, algorithms, precision and number of threads. */
public final class ComputeOptions {
    @Mixin
    private KernelOptions kernels;

    @Mixin
    private PrecisionOption precision;

    /** As {@link KernelOptions#threads}. */
    public int threads(CommandLine command) {
        return kernels.threads(command);
    }

    /** As {@link KernelOptions#pool}. */
    public ForkJoinPool pool(CommandLine command) {
        return kernels.pool(command);
    }

    /** As {@link KernelOptions#algorithm}. */
    public Algorithm algorithm() {
        return kernels.algorithm();
    }

    /** As {@link KernelOptions#backend}. */
    public Backend backend(CommandLine command) {
        return kernels.backend(command);
    }

    public Precision precision() {
        return precision.chosen();
    }

    /** What was learned, as a model that computes with these options. */
    public Model model(CommandLine command, SavedModel saved, int batchSize, ForkJoinPool pool,
            boolean fold) {
        Model model = new Model(saved.network().orElseThrow(), saved.parameters(), batchSize,
                backend(command), algorithm(), pool, fold).normalization(saved.normalization());
        return precision() == Precision.DOUBLE ? model : model.precision(precision());
    }

    /** Kernels, algorithm, precision, and so many threads. */
    public Execution execution(CommandLine command, int count) {
        return new Execution(backend(command), algorithm(), precision(), count);
    }
}
