package org.lanewise.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.lanewise.Parameters;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Network;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which network. */
final class NetworkOptions {
    @Option(names = "--network", paramLabel = "FILE",
            description = "Network as JSON, or digits, lenet-5, mnist-cnn, vgg-8, which come with"
                    + " the program (default: digits).")
    private String network;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    Network read() throws IOException {
        if (name().isEmpty()) {
            throw new ParameterException(command.commandLine(), "--network is empty");
        }
        return NetworkFile.read(name());
    }

    String name() {
        return network == null ? "digits" : network;
    }

    /** Reads parameters and checks that they are those of a network. */
    static Parameters parameters(Path file, Network network) throws IOException {
        Parameters parameters = ParameterFile.read(file);
        try {
            parameters.requireMatch(network);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
        return parameters;
    }
}
