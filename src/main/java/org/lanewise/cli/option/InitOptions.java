package org.lanewise.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.PatternInitializer;
import org.lanewise.RandomState;
import org.lanewise.Samples;
import org.lanewise.TrainingOptions;
import org.lanewise.cli.format.Report;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Spelling;
import picocli.CommandLine.Option;

/** What the parameters of a training begin as: draws, rules by name, a file, or parts of a file. */
public final class InitOptions {
    /** How weights begin. */
    enum Weights {
        HE_NORMAL(Initializer.heNormal()),
        HE_UNIFORM(Initializer.heUniform()),
        FAN_IN_UNIFORM(Initializer.fanInUniform()),
        XAVIER_NORMAL(Initializer.xavierNormal()),
        XAVIER_UNIFORM(Initializer.xavierUniform());

        private final Initializer initializer;

        Weights(Initializer initializer) {
            this.initializer = initializer;
        }
    }

    /** Rules for parameters by name, besides those for all weights. */
    private static final List<String> TYPES = Stream.concat(
            Stream.of("pytorch", "dirac", "whitening", "zeros", "constant"),
            Stream.of(Weights.values()).map(one -> one.name().toLowerCase(Locale.ROOT))).toList();

    @Option(names = "--init", paramLabel = "FILE",
            description = "Parameters to begin with (.npz or .safetensors); without --network their"
                    + " network too, where the file holds it.")
    private Path init;

    @Option(names = "--partial",
            description = "Take from --init what matches by name and shape, and list the rest.")
    private boolean partial;

    @Option(names = "--weights", paramLabel = "RULE",
            description = "How weights begin without --init: he_normal, he_uniform, xavier_normal,"
                    + " xavier_uniform, fan_in_uniform as PyTorch's layers (default: he_normal).")
    private Weights weights;

    @Option(names = "--initialize", paramLabel = "PATTERN:type=RULE",
            description = "How the parameters begin whose names match, as *.bias (* matches any"
                    + " characters, ? one): a rule of --weights; pytorch, which draws biases too;"
                    + " dirac, identities in the first filters; whitening, of the training samples'"
                    + " patches; zeros; or constant with ,value=X. Repeatable, a later one"
                    + " overrides.")
    private List<String> initialize = new ArrayList<>();

    private final List<String> report = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    /** Complains about what cannot be, before any work. */
    public void check() {
        if (init == null && partial) {
            throw new IllegalArgumentException("--partial needs --init");
        }
        if (init != null && weights != null && !partial) {
            throw new IllegalArgumentException("--weights says how weights begin without"
                    + " --init; give one or the other");
        }
        if (init != null && !initialize.isEmpty() && !partial) {
            throw new IllegalArgumentException("--initialize says how parameters begin without"
                    + " --init; give one or the other, or --partial");
        }
        // No samples, because nothing is drawn.
        patterns(null);
    }

    public Optional<Path> file() {
        return Optional.ofNullable(init);
    }

    /** How weights begin that neither a file nor a pattern sets. */
    public Initializer initializer() {
        return (weights == null ? Weights.HE_NORMAL : weights).initializer;
    }

    /**
     * What a training begins with.
     *
     * @param options with the seed of the draws, and the precision that a file's numbers get
     * @param train the samples, as the network reads them
     */
    public Parameters parameters(Network network, TrainingOptions options, Samples train)
            throws IOException {
        if (init != null && !partial) {
            return converted(NetworkOptions.parameters(init, network), options.precision());
        }
        Parameters drawn = Parameters.initial(network, initializer(), patterns(train),
                new RandomState(options.seed()));
        if (init == null) {
            return drawn;
        }
        Parameters.Merged merged;
        try {
            merged = drawn.merge(converted(ParameterFile.read(init), options.precision()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(init + ": " + e.getMessage(), e);
        }
        report.add(Report.format("partial   %d of %d arrays begin as in %s",
                merged.loaded().size(), drawn.list().size(), init));
        report("not in the file", merged.missing());
        report("of another shape", merged.otherShapes());
        report("not of the network", merged.unused());
        report("for other inputs, and left out", leftOut);
        return merged.parameters();
    }

    /**
     * The normalization of the file; none where only parts of the file are taken and the network has
     * another number of channels.
     *
     * @throws IllegalArgumentException if all of the file is taken
     */
    Normalization fitting(Normalization found, Shape input) {
        try {
            found.requireFit(input);
            return found;
        } catch (IllegalArgumentException e) {
            if (!partial) {
                throw new IllegalArgumentException(init + ": " + e.getMessage(), e);
            }
            leftOut.add("the normalization " + found);
            return Normalization.NONE;
        }
    }

    /** Says where the training computes in another precision than the file has. */
    private Parameters converted(Parameters read, Precision precision) {
        boolean floats = read.list().stream()
                .anyMatch(array -> array.precision() == Precision.SINGLE);
        if (floats != (precision == Precision.SINGLE)) {
            report.add("init      " + init + " holds " + (floats ? "float32" : "float64")
                    + "; the training computes in " + precision + " precision");
        }
        return read;
    }

    private void report(String what, List<String> names) {
        if (!names.isEmpty()) {
            report.add("          " + what + ": " + String.join(", ", names));
        }
    }

    /** What the file did not have of what the training begins with, and the other way round. */
    public List<String> report() {
        return report;
    }

    private List<PatternInitializer> patterns(Samples train) {
        return initialize.stream().map(text -> pattern(text, train)).toList();
    }

    private static PatternInitializer pattern(String text, Samples train) {
        int colon = text.indexOf(':');
        List<String> fields = new ArrayList<>(
                List.of(text.substring(colon + 1).split(",", -1)));
        Optional<String> rule = fields.stream().filter(field -> field.startsWith("type="))
                .findFirst();
        if (colon < 1 || rule.isEmpty()) {
            throw new IllegalArgumentException("--initialize " + text
                    + ": expected a pattern of names, a colon and type=RULE, as in"
                    + " *.bias:type=zeros");
        }
        fields.remove(rule.get());
        String type = rule.get().substring("type=".length());
        Function<String, IllegalArgumentException> wrong = message -> new IllegalArgumentException(
                "--initialize " + text + ": " + message);
        if (!TYPES.contains(type)) {
            throw wrong.apply("found type '" + type + "', expected one of "
                    + String.join(", ", TYPES) + Spelling.suggestion(type, TYPES));
        }
        boolean constant = type.equals("constant");
        if (fields.size() != (constant ? 1 : 0)
                || constant && !fields.getFirst().startsWith("value=")) {
            throw wrong.apply(constant
                    ? "constant needs a value and nothing else, as in type=constant,value=0.5"
                    : type + " has no more fields");
        }
        return new PatternInitializer(text.substring(0, colon), switch (type) {
            case "pytorch" -> Initializer.pytorch();
            case "dirac" -> Initializer.dirac();
            case "whitening" -> Initializer.whitening(train);
            case "zeros" -> Initializer.constant(0.0);
            case "constant" -> {
                try {
                    yield Initializer.constant(
                            Double.parseDouble(
                                    fields.getFirst().substring("value=".length())));
                } catch (NumberFormatException e) {
                    throw wrong.apply(
                            "found " + fields.getFirst() + ", expected a number");
                } catch (IllegalArgumentException e) {
                    throw wrong.apply(e.getMessage());
                }
            }
            default -> Weights.valueOf(type.toUpperCase(Locale.ROOT)).initializer;
        });
    }
}
