package org.lanewise.cli.option;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.cli.format.Recipe;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A recipe, which its options replace before the command line is parsed. */
public final class RecipeOptions {
    private static final String RECIPE = "--recipe";
    /** What belongs to one optimizer and makes no sense for another. */
    private static final List<String> OPTIMIZER = List.of("--learning-rate", "--momentum",
            "--dampening", "--nesterov", "--weight-decay", "--beta1", "--beta2", "--epsilon",
            "--momentum-decay", "--alpha", "--centered");

    @Option(names = RECIPE, paramLabel = "NAME|FILE",
            description = "A whole training as JSON, or lenet-5, fashion-94, resnet-20 or cifar-94,"
                    + " which come with the program; other options override it. Prints SHA-256 of"
                    + " the data and of the final weights.")
    private String recipe;

    @Option(names = "--show",
            description = "Print the recipe as JSON and as options, and train nothing.")
    private boolean show;

    public boolean given() {
        return recipe != null;
    }

    public String name() {
        return recipe;
    }

    /** What to print in place of a training, if anything. */
    public Optional<String> shown() throws IOException {
        if (!show) {
            return Optional.empty();
        }
        if (recipe == null) {
            throw new IllegalArgumentException("--show needs --recipe");
        }
        Recipe read = Recipe.read(recipe);
        return Optional.of(read.text().strip() + "\n\nThe same as:\n\n./lanewise train "
                + read.arguments().stream().map(RecipeOptions::quoted)
                        .collect(Collectors.joining(" \\\n    ")));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_=:,./+-]+")
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }

    /** The command line with the lines of its files {@code @FILE}, as picocli reads them. */
    public static List<String> withFiles(List<String> arguments) {
        CommandLine any = new CommandLine(CommandLine.Model.CommandSpec.create())
                .setUnmatchedArgumentsAllowed(true);
        return any.parseArgs(arguments.toArray(String[]::new)).expandedArgs();
    }

    /** The command line with the options of its recipe, but for those that it overrides. */
    public static List<String> expand(List<String> arguments) throws IOException {
        int command = arguments.indexOf("train");
        Optional<String> name = value(arguments);
        if (command < 0 || name.isEmpty()) {
            return arguments;
        }
        Set<String> given = arguments.stream().filter(word -> word.startsWith("--"))
                .map(word -> word.replaceFirst("=.*", "").replaceFirst("^--no-", "--"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (given.contains("--optimizer")) {
            given.addAll(OPTIMIZER);
        }
        if (given.contains("--schedule")) {
            given.addAll(List.of("--warm-up", "--warm-up-start"));
        }
        if (given.contains("--init") && !given.contains("--partial")) {
            given.add("--initialize");
        }
        List<String> expanded = new ArrayList<>(arguments.subList(0, command + 1));
        Recipe.read(name.get()).options().entrySet().stream()
                .filter(option -> !given.contains(option.getKey()))
                .forEach(option -> expanded.addAll(option.getValue()));
        expanded.addAll(arguments.subList(command + 1, arguments.size()));
        return expanded;
    }

    private static Optional<String> value(List<String> arguments) {
        int apart = arguments.indexOf(RECIPE);
        return Stream.concat(
                arguments.stream().filter(word -> word.startsWith(RECIPE + "="))
                        .map(word -> word.substring(RECIPE.length() + 1)),
                arguments.stream().skip(apart < 0 ? Long.MAX_VALUE : apart + 1L))
                .findFirst();
    }
}
