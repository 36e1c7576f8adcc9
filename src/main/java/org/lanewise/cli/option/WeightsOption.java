package org.lanewise.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which weights. */
public final class WeightsOption {
    @Option(names = "--parameters", paramLabel = "FILE",
            description = "Weights (.npz or .safetensors), as train --save writes them, or a"
                    + " checkpoint.")
    private Path parameters;

    /** Older scripts call it so. */
    @Option(names = "--init", paramLabel = "FILE", hidden = true)
    private Path init;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    public Optional<Path> file() {
        if (parameters != null && init != null) {
            throw new ParameterException(command.commandLine(),
                    "--init is another word for --parameters; give one or the other");
        }
        return Optional.ofNullable(parameters == null ? init : parameters);
    }

    public Path required() {
        return file().orElseThrow(() -> new ParameterException(command.commandLine(),
                "Missing required option: '--parameters=FILE'"));
    }
}
