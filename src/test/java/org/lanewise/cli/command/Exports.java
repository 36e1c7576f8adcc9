package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.io.Crafted;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Network;

/**
 * Writes networks and parameters to a folder and exports them.
 *
 * @param folder for all files
 */
record Exports(Path folder) {
    static final long SEED = 11;
    static final String DENSE = "{'input':[7],'layers':[{'type':'linear',"
            + "'out_features':5},{'type':'tanh'},{'type':'linear','out_features':4}]}";

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    Path networkFile(String text) {
        return Crafted.write(folder, "network.json",
                json(text).getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing is 0, so that nothing can be left out unseen. */
    static Parameters random(Network network) {
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        for (Parameter parameter : parameters.list()) {
            if (!parameter.spec().drawn()) {
                boolean variance = parameter.spec().name().endsWith(BatchNorm.RUNNING_VAR);
                Arrays.setAll(parameter.values(), _ -> variance
                        ? random.uniform(0.5, 2.0)
                        : random.nextGaussian());
            }
        }
        return parameters;
    }

    Path parametersFile(Network network) throws IOException {
        Path file = folder.resolve("parameters.npz");
        ParameterFile.write(random(network), file);
        return file;
    }

    Path export(String network, Path parameters, String... more) {
        Path model = folder.resolve("model.onnx");
        Object[] command = Stream.concat(Stream.of("export", "--network", network, "--parameters",
                parameters, "--save", model, "--overwrite"), Stream.of(more)).toArray();
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return model;
    }
}
