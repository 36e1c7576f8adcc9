package org.lanewise.io;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.Safeguards;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.TrainingState.Best;
import org.lanewise.TrainingState.Data;
import org.lanewise.TrainingState.Position;
import org.lanewise.TrainingState.Setup;
import org.lanewise.codec.DataCodec;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.codec.ScheduleText;
import org.lanewise.codec.TrainingCodec;
import org.lanewise.spec.Average;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Schedule;

/**
 * The part of a training's state that is not arrays, as lines of text: the version, the network as
 * JSON on one line, then a line for each of the rest.
 */
final class CheckpointText {
    /** The version of the format that is written, and the last that is read. */
    static final int FORMAT = 7;
    /**
     * The first version, with the network as lines; the second has no schedules, the third no groups of
     * parameters, averages and augmentations, the fourth no counts of what a mean is over and of earlier
     * epochs, the fifth no sign by which accumulated batches of single steps differ from those of
     * an epoch, the sixth no precision.
     */
    private static final int NETWORK_LINES = 1;

    private static final String NETWORK = "network ";

    /** An optimizer's line has its type, and the components of its record in words divided by underscores. */
    private static final List<Class<?>> OPTIMIZERS = List
            .of(Optimizer.class.getPermittedSubclasses());

    private CheckpointText() {}

    static String text(TrainingState state) {
        Setup setup = state.setup();
        TrainingOptions options = setup.options();
        Position position = state.position();
        String head = new TextLine("checkpoint").with("format", FORMAT)
                .with("contract", setup.contract()) + "\n" + NETWORK
                + document(state).line() + "\n";
        List<TextLine> lines = new ArrayList<>();
        lines.add(optimizer(options.optimizer()));
        lines.add(new TextLine("training").with("batch_size", options.batchSize())
                .with("seed", options.seed()).with("shuffle", options.shuffle())
                .with("gradient_norm", options.safeguards().gradientNorm())
                .with("algorithm", setup.algorithm()));
        if (options.precision() != Precision.DOUBLE) {
            lines.add(new TextLine("precision").with("elements", options.precision()));
        }
        if (!options.schedule().equals(Schedule.CONSTANT)) {
            lines.add(new TextLine("schedule").with("rate", options.schedule()));
        }
        options.groups().forEach(group -> lines.add(new TextLine("group").with("rule", group)));
        if (options.accumulate() > 1) {
            lines.add(new TextLine("accumulate").with("batches", options.accumulate()));
        }
        options.average().ifPresent(average -> lines.add(
                new TextLine("average").with("rule", average)));
        if (options.dropLast() || !options.augment().isEmpty()) {
            lines.add(new TextLine("loading").with("augment", DataCodec.text(options.augment()))
                    .with("drop_last", options.dropLast()));
        }
        lines.add(new TextLine("position").with("steps", position.steps())
                .with("updates", state.updates()).with("epochs", position.epochs())
                .with("step", position.step()).with("loss_sum", position.lossSum())
                .with("correct", position.correct()));
        lines.add(new TextLine("counts").with("divisor", position.divisor())
                .with("samples", position.counted())
                .with("earlier_epochs", position.earlierEpochs()));
        position.best().ifPresent(best -> lines.add(new TextLine("best")
                .with("epoch", best.epoch()).with("loss", best.loss())));
        position.data().ifPresent(data -> lines.add(new TextLine("data")
                .with("samples", data.samples()).with("checksum", data.checksum())));
        TextLine random = new TextLine("random").with("position", position.order().position());
        position.order().spare().ifPresent(spare -> random.with("spare", spare));
        lines.add(random);
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining("", head, ""));
    }

    /** {@return the network with what its samples say of it} */
    static NetworkDocument document(TrainingState state) {
        Optional<Data> data = state.position().data();
        return new NetworkDocument(state.setup().network(),
                data.map(Data::classes).orElse(ClassNames.UNKNOWN),
                data.map(Data::normalization).orElse(Normalization.NONE));
    }

    private static TextLine optimizer(Optimizer optimizer) {
        TextLine line = new TextLine(optimizer.type());
        try {
            for (RecordComponent part : optimizer.getClass().getRecordComponents()) {
                line.with(name(part), part.getAccessor().invoke(optimizer));
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(optimizer.type(), e);
        }
        return line;
    }

    private static String name(RecordComponent part) {
        return part.getName().replaceAll("(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static String name(Class<?> optimizer) {
        return optimizer.getSimpleName().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the state that a text and arrays make}
     *
     * @param key words of the random numbers
     * @throws IllegalArgumentException if the text says something else, or is of another version
     */
    static TrainingState state(String text, Parameters parameters, Parameters memory, int[] key) {
        Deque<String> lines = new ArrayDeque<>(text.lines().toList());
        TextLine version = version(next(lines));
        int contract = version.integer("contract");
        NetworkDocument document = version.integer("format") == NETWORK_LINES
                ? new NetworkDocument(network(lines), ClassNames.UNKNOWN)
                : document(lines);
        Optimizer optimizer = optimizer(next(lines));
        TextLine training = next(lines).require("training", "batch_size", "seed", "shuffle",
                "gradient_norm", "algorithm");
        Precision precision = take(lines, "precision", "elements")
                .map(line -> Precision.of(line.text("elements"))).orElse(Precision.DOUBLE);
        Schedule schedule = take(lines, "schedule", "rate")
                .map(line -> ScheduleText.parse(line.text("rate"))).orElse(Schedule.CONSTANT);
        List<ParameterGroup> groups = new ArrayList<>();
        Optional<TextLine> group = take(lines, "group", "rule");
        while (group.isPresent()) {
            groups.add(TrainingCodec.group(group.get().text("rule")));
            group = take(lines, "group", "rule");
        }
        int accumulate = take(lines, "accumulate", "batches")
                .map(line -> line.integer("batches")).orElse(1);
        Optional<Average> average = take(lines, "average", "rule")
                .map(line -> TrainingCodec.average(line.text("rule")));
        Optional<TextLine> loading = take(lines, "loading", "augment", "drop_last");
        TrainingOptions options = TrainingOptions.of(optimizer)
                .batchSize(training.integer("batch_size")).seed(training.longInteger("seed"))
                .shuffle(training.truth("shuffle"))
                .safeguards(Safeguards.NONE.gradientNorm(training.number("gradient_norm")))
                .precision(precision).schedule(schedule).groups(groups).accumulate(accumulate)
                .augment(loading.map(line -> DataCodec.augmentations(line.text("augment")))
                        .orElse(List.of()))
                .dropLast(loading.map(line -> line.truth("drop_last")).orElse(false));
        Setup setup = new Setup(contract, document.network(),
                average.map(options::average).orElse(options), training.text("algorithm"));
        TextLine position = next(lines).require("position", "steps", "updates", "epochs",
                "step", "loss_sum", "correct");
        Optional<TextLine> counts = take(lines, "counts", "divisor", "samples",
                "earlier_epochs");
        Optional<Best> best = take(lines, "best", "epoch", "loss")
                .map(line -> new Best(line.integer("epoch"), line.number("loss")));
        Optional<Data> data = take(lines, "data", "samples", "checksum")
                .map(line -> new Data(line.integer("samples"), line.longInteger("checksum"),
                        document.classes(), document.normalization()));
        TextLine random = next(lines);
        random = random.has("spare")
                ? random.require("random", "position", "spare")
                : random.require("random", "position");
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException("something follows the last line");
        }
        return new TrainingState(setup, parameters, memory, position.longInteger("updates"),
                new Position(position.longInteger("steps"), position.integer("epochs"),
                        position.integer("step"), position.number("loss_sum"),
                        position.integer("correct"),
                        counts.map(line -> line.number("divisor")).orElse(0.0),
                        counts.map(line -> line.integer("samples")).orElse(0),
                        counts.map(line -> line.integer("earlier_epochs")).orElse(0),
                        best, data, new RandomState.State(key,
                                random.integer("position"), random.numberOrNone("spare"))));
    }

    private static TextLine next(Deque<String> lines) {
        return TextLine.parse(nextText(lines));
    }

    private static String nextText(Deque<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a line is missing");
        }
        return lines.remove();
    }

    /** The version comes first, so that lines of a newer one are not read. */
    private static TextLine version(TextLine line) {
        boolean newer = line.word().equals("checkpoint") && line.has("format")
                && line.integer("format") > FORMAT;
        if (newer) {
            throw new IllegalArgumentException("is of format " + line.integer("format")
                    + ", which a newer Lanewise wrote; this one reads formats " + NETWORK_LINES
                    + " to " + FORMAT);
        }
        line.require("checkpoint", "format", "contract");
        if (line.integer("format") < NETWORK_LINES) {
            throw line.wrong("format", NETWORK_LINES + " to " + FORMAT);
        }
        return line;
    }

    private static NetworkDocument document(Deque<String> lines) {
        String line = nextText(lines);
        if (!line.startsWith(NETWORK)) {
            throw new IllegalArgumentException("found '" + Source.quote(line)
                    + "', expected network and its JSON");
        }
        return NetworkDocument.parse("network", line.substring(NETWORK.length()));
    }

    private static Network network(Deque<String> lines) {
        List<TextLine> network = new ArrayList<>(List.of(next(lines)));
        while (!lines.isEmpty() && OPTIMIZERS.stream()
                .noneMatch(one -> name(one).equals(word(lines.peek())))) {
            network.add(next(lines));
        }
        return NetworkLines.network(network);
    }

    private static String word(String line) {
        return line.substring(0, line.indexOf(' ') < 0 ? line.length() : line.indexOf(' '));
    }

    private static Optimizer optimizer(TextLine line) {
        Class<?> type = OPTIMIZERS.stream().filter(one -> name(one).equals(line.word())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("found '"
                        + Source.quote(line.word()) + "', expected one of " + OPTIMIZERS.stream()
                                .map(CheckpointText::name).collect(Collectors.joining(", "))));
        List<RecordComponent> parts = List.of(type.getRecordComponents());
        line.require(line.word(), parts.stream().map(CheckpointText::name).toArray(String[]::new));
        Object[] values = parts.stream().map(part -> part.getType() == boolean.class
                ? (Object) line.truth(name(part))
                : line.number(name(part))).toArray();
        try {
            return (Optimizer) type.getConstructors()[0].newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(line.word(), e);
        }
    }

    private static Optional<TextLine> take(Deque<String> lines, String word, String... names) {
        return !lines.isEmpty() && word(lines.peek()).equals(word)
                ? Optional.of(next(lines).require(word, names))
                : Optional.empty();
    }
}
