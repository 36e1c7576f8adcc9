package org.lanewise.cli.option;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.lanewise.cli.bench.Problem;
import org.lanewise.cli.bench.SuiteFile;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which problems. */
public final class SuiteOptions {
    @Option(names = "--suite", paramLabel = "FILE",
            description = "Problems as JSON, or small, vgg16, resnet50, resnet20, mobilenet, windows, networks,"
                    + " cifar, awkward, which come with the program.")
    private String suite;

    @Option(names = "--problems", paramLabel = "REGEX", defaultValue = "",
            description = "Only problems in whose name this is found.")
    private Pattern problems;

    public boolean given() {
        return suite != null;
    }

    /**
     * Reads the requested problems.
     *
     * @throws ParameterException if no suite was named
     * @throws IllegalArgumentException if there is no problem of such a name
     */
    public List<Problem> problems(CommandLine command) throws IOException {
        if (suite == null) {
            throw new ParameterException(command, "Missing required option: '--suite=FILE'");
        }
        List<Problem> found = SuiteFile.read(suite).stream()
                .filter(problem -> problems.matcher(problem.name()).find()).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    suite + ": no problem has " + problems + " in its name");
        }
        return found;
    }

    /** The same options for a JVM that is started for them. */
    public List<String> arguments() {
        return List.of("--suite", suite, "--problems", problems.pattern());
    }
}
