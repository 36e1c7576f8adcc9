package org.lanewise.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.lanewise.Parameters;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Network;
import picocli.CommandLine.Option;

/** Which network. */
final class NetworkOptions {
    @Option(names = "--network", paramLabel = "FILE",
            description = "Network as JSON, or digits, lenet-5, mnist-cnn, vgg-8, which come with"
                    + " the program (default: digits).")
    private String network;

    Network read() throws IOException {
        return NetworkFile.read(network == null ? "digits" : network);
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
