package org.lanewise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Model;
import org.lanewise.spec.Network;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A network with its learned parameters, and how many samples it computes at once. */
final class TrainedModel {
    @Mixin
    private NetworkOptions network;

    @Option(names = {"--parameters",
            "--init"}, paramLabel = "FILE", required = true,
            description = "Parameters of the network (.npz or .safetensors), as train --save"
                    + " writes them.")
    private Path parameters;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "32",
            description = "Samples computed at once (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Mixin
    private ComputeOptions compute;

    /** Threads that share each batch; whoever asks for them ends them. */
    ForkJoinPool pool(CommandLine command) {
        return compute.pool(command);
    }

    Model read(CommandLine command, ForkJoinPool pool) throws IOException {
        Arguments.requirePositive(command, "--batch-size", batchSize);
        Network learned = network.read();
        return new Model(learned, NetworkOptions.parameters(parameters, learned), batchSize,
                compute.backend(command), compute.algorithm(), pool);
    }

    String name() {
        return network.name();
    }
}
