package org.lanewise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.DivergenceException;
import org.lanewise.cli.command.BenchCommand;
import org.lanewise.cli.command.CheckCommand;
import org.lanewise.cli.command.CompletionCommand;
import org.lanewise.cli.command.ConvertCommand;
import org.lanewise.cli.command.DescribeCommand;
import org.lanewise.cli.command.DoctorCommand;
import org.lanewise.cli.command.EvaluateCommand;
import org.lanewise.cli.command.ExamplesCommand;
import org.lanewise.cli.command.ExportCommand;
import org.lanewise.cli.command.GradientCheckCommand;
import org.lanewise.cli.command.ImageCommand;
import org.lanewise.cli.command.ImportCommand;
import org.lanewise.cli.command.PredictCommand;
import org.lanewise.cli.command.ProfileCommand;
import org.lanewise.cli.command.ReportCommand;
import org.lanewise.cli.command.TrainCommand;
import org.lanewise.cli.command.VerifyCommand;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.RecipeOptions;
import org.lanewise.cli.option.ThreadCount;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code lanewise COMMAND [OPTION]...}. */
@Command(name = "lanewise",
        description = "Trains convolutional networks on flat double arrays, the same bits every"
                + " run. Begin with: lanewise train",
        mixinStandardHelpOptions = true, scope = ScopeType.INHERIT,
        versionProvider = Version.class, usageHelpAutoWidth = true, sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:done", "1:a file, a network or a training went wrong; one line says why",
                "2:the command line was not understood",
                "130, 143:a training was ended by SIGINT or SIGTERM, after a whole step"},
        subcommands = {TrainCommand.class, EvaluateCommand.class, PredictCommand.class,
                VerifyCommand.class, ExportCommand.class, ImportCommand.class,
                ConvertCommand.class, DescribeCommand.class,
                GradientCheckCommand.class, ExamplesCommand.class,
                BenchCommand.class, CheckCommand.class, ProfileCommand.class,
                ReportCommand.class, ImageCommand.class, CompletionCommand.class,
                DoctorCommand.class})
public final class Main implements Runnable {
    @Option(names = "--stacktrace", scope = ScopeType.INHERIT,
            description = "Show where in the program an error arose.")
    private boolean stacktrace;

    @Spec
    private CommandSpec spec;

    /**
     * Runs one command and exits with its code.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments, new PrintWriter(System.out, true),
                new PrintWriter(System.err, true)));
    }

    /** Runs one command and returns its exit code. */
    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        Main main = new Main();
        int code = execute(main, arguments, out, err);
        if (out.checkError() && code == 0) {
            err.println("lanewise: standard output could not be written to the end");
            return 1;
        }
        return code;
    }

    private static int execute(Main main, String[] arguments, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(main).setOut(out).setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true).setExpandAtFiles(false)
                .registerConverter(Path.class, Main::path)
                .registerConverter(ThreadCount.class, ThreadCount::parse)
                .setParameterExceptionHandler(Main::misunderstood)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (main.stacktrace) {
                        failure.printStackTrace(err);
                    }
                    err.println("lanewise: " + message(failure));
                    return 1;
                });
        try {
            List<String> words = RecipeOptions.withFiles(List.of(arguments));
            return line.execute(RecipeOptions.expand(words).toArray(String[]::new));
        } catch (IOException | IllegalArgumentException e) {
            err.println("lanewise: " + message(e));
            return 1;
        } catch (OutOfMemoryError e) {
            err.println("lanewise: not enough memory: the heap may grow to "
                    + Report.bytes(Runtime.getRuntime().maxMemory())
                    + "; a smaller batch size needs less, a larger -Xmx in LANEWISE_JAVA_OPTS gives"
                    + " more");
            return 1;
        }
    }

    /** Empty as by a variable of the shell that is not set; to Java it would be this folder. */
    private static Path path(String name) {
        if (name.isEmpty()) {
            throw new TypeConversionException("is empty");
        }
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("is no path: " + e.getReason());
        }
    }

    /** One line says what is wrong, one where to read on; the usage would hide the error. */
    private static int misunderstood(ParameterException failure, String[] given) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("lanewise: " + switch (failure) {
            case UnmatchedArgumentException e -> unmatched(command, e.getUnmatched().getFirst());
            case MissingParameterException e -> e.getMessage() + unknown(command, given);
            default -> failure.getMessage() + weightsFile(failure);
        });
        if (failure instanceof MissingParameterException
                || failure instanceof UnmatchedArgumentException) {
            Stream.of(given).filter(word -> word.startsWith("-") && Files.exists(Path.of(word)))
                    .forEach(file -> err.println("Did you mean: ./" + file));
        }
        err.println("Try './" + command.getCommandSpec().qualifiedName() + " --help'.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Of train; in other programs the option with this name takes a file. */
    private static String weightsFile(ParameterException failure) {
        return failure.getArgSpec() instanceof OptionSpec option
                && option.longestName().equals("--weights") && failure.getValue() != null
                && Files.isRegularFile(Path.of(failure.getValue()))
                        ? "; to begin with the weights of a file give --init " + failure.getValue()
                        : "";
    }

    private static String unmatched(CommandLine command, String word) {
        Collection<String> options = command.getCommandSpec().optionsMap().keySet();
        if (word.startsWith("-")) {
            return "Unknown option: '" + word + "'" + suggestion(word, options);
        }
        if (!command.getSubcommands().isEmpty()) {
            return "Unknown command: '" + word + "'"
                    + suggestion(word, command.getSubcommands().keySet());
        }
        return "Unexpected argument: '" + word + "'"
                + (options.contains("--data") ? "; did you mean --data " + word + "?" : "");
    }

    /** If an argument is missing, an unknown option may be what the user meant. */
    private static String unknown(CommandLine command, String[] given) {
        Collection<String> options = command.getCommandSpec().optionsMap().keySet();
        return Stream.of(given).filter(
                word -> word.startsWith("--") && !options.contains(word.replaceFirst("=.*", "")))
                .findFirst().map(word -> "; unknown option '" + word + "'"
                        + suggestion(word, options))
                .orElse("");
    }

    private static String suggestion(String word, Collection<String> candidates) {
        return Suggestions.nearest(word, candidates).map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    /** One line for errors that a user can correct; the type of the exception for defects. */
    private static String message(Exception failure) {
        return switch (failure) {
            case IOException e -> e.getMessage();
            case UncheckedIOException e -> e.getCause().getMessage();
            case IllegalArgumentException e -> e.getMessage();
            case DivergenceException e -> e.getMessage();
            default -> "unexpected " + failure + "; please report it with the output of"
                    + " --stacktrace";
        };
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
