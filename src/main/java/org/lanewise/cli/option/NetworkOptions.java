package org.lanewise.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lanewise.Parameters;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.cli.format.NetworkDifference;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.io.ModelFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which network. */
public final class NetworkOptions {
    /**
     * A network and where it is from.
     *
     * @param name file, or name of a built-in network
     * @param document the network with the names of its classes, where they are known
     */
    public record Named(String name, NetworkDocument document) {
        public Network network() {
            return document.network();
        }

        /** The same with another loss. */
        Named loss(Loss loss) {
            return new Named(name, new NetworkDocument(network().loss(loss), document.classes(),
                    document.normalization()));
        }
    }

    @Option(names = "--network", paramLabel = "FILE",
            description = "Network as JSON, weights that hold their network, or digits, lenet-5,"
                    + " mnist-cnn, vgg-8, resnet-20, resnet-18, mobilenet-v2-small, cifar-94,"
                    + " fashion-94, which come with the program (default: digits, or the network"
                    + " that --parameters holds).")
    private String network;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    public Network read() throws IOException {
        return document().network();
    }

    /** The network with the names of its classes, where its file has them. */
    public NetworkDocument document() throws IOException {
        if (name().isEmpty()) {
            throw new ParameterException(command.commandLine(), "--network is empty");
        }
        return NetworkFile.document(network == null ? name() : network);
    }

    /**
     * The network that a training begins with: the given one, or else that of the weights it begins
     * with where their file holds one, without their names of classes, or else the default. Where
     * the network's file has no normalization, that of the weights is taken.
     */
    public Named start(InitOptions init) throws IOException {
        if (init.file().isEmpty()) {
            return new Named(name(), document());
        }
        SavedModel saved = ModelFile.read(init.file().get());
        if (network == null && saved.network().isPresent()) {
            return new Named(init.file().get().toString(),
                    new NetworkDocument(saved.network().get(),
                            ClassNames.UNKNOWN, saved.normalization()));
        }
        NetworkDocument given = document();
        return new Named(name(), given.normalization().given()
                ? given
                : new NetworkDocument(given.network(), given.classes(),
                        init.fitting(saved.normalization(), given.network().input())));
    }

    public String name() {
        return network == null
                ? "digits"
                : NetworkFile.isJson(network) ? "given as JSON" : network;
    }

    /** What is named where weights are given: the network if that is given too, or their file. */
    public String name(Path weights) {
        return network == null ? weights.toString() : network;
    }

    /** The network of the option alone, where that is given. */
    public Optional<Network> given() throws IOException {
        return network == null ? Optional.empty() : Optional.of(read());
    }

    /** Reads weights with their network: their own, or where they hold none, that of the option. */
    public SavedModel trained(Path weights) throws IOException {
        if (network == null) {
            SavedModel saved = ModelFile.read(weights);
            if (saved.network().isEmpty()) {
                throw NetworkFile.noNetwork(weights);
            }
            return saved;
        }
        NetworkDocument given = document();
        SavedModel saved = ModelFile.read(weights);
        try {
            saved.network().flatMap(own -> NetworkDifference.first(own, given.network()))
                    .ifPresent(difference -> {
                        throw new IllegalArgumentException("holds another network than --network "
                                + network + ": " + difference
                                + "; without --network its own is taken");
                    });
            return new SavedModel(Optional.of(given.network()),
                    saved.classes().or(given.classes()), saved.normalization().given()
                            ? saved.normalization()
                            : given.normalization(),
                    saved.parameters());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(weights + ": " + e.getMessage(), e);
        }
    }

    /** Reads parameters and checks that they are those of a network. */
    public static Parameters parameters(Path file, Network network) throws IOException {
        Parameters parameters = ParameterFile.read(file);
        try {
            parameters.requireMatch(network);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
        return parameters;
    }
}
