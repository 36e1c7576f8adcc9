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
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Safeguards;
import org.lanewise.TrainingOptions;
import org.lanewise.codec.DataCodec;
import org.lanewise.codec.ScheduleText;
import org.lanewise.codec.TrainingCodec;
import org.lanewise.spec.Average;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Schedule;

/**
 * How a network is trained, as lines of text: the optimizer, the training, and a line for each of the rest that is not as by
 * default. How weights begin is no part of it.
 */
public final class OptionsText {
    /** An optimizer's line has its type, and the components of its record in words divided by underscores. */
    private static final List<Class<?>> OPTIMIZERS = List
            .of(Optimizer.class.getPermittedSubclasses());

    private OptionsText() {}

    /**
     * {@return a text of which {@link #read} makes equal options, with weights from He's normal distribution}
     *
     * @param options what to write
     */
    public static String write(TrainingOptions options) {
        List<TextLine> lines = new ArrayList<>(lines(options, options.algorithm().name()));
        lines.add(new TextLine("running").with("backend", options.backend())
                .with("patience", options.safeguards().patience())
                .with("skip_non_finite", options.safeguards().skipNonFinite()));
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /**
     * {@return the options that a text is}
     *
     * @param text as {@link #write} gives it
     * @throws IllegalArgumentException if it says something else
     */
    public static TrainingOptions read(String text) {
        Deque<String> lines = new ArrayDeque<>(text.lines().toList());
        Parsed parsed = parse(lines);
        TextLine running = next(lines).require("running", "backend", "patience",
                "skip_non_finite");
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException("something follows the last line");
        }
        TrainingOptions options = parsed.options();
        return options.algorithm(Algorithm.valueOf(parsed.algorithm()))
                .backend(Backend.valueOf(running.text("backend")))
                .safeguards(options.safeguards().patience(running.integer("patience"))
                        .skipNonFinite(running.truth("skip_non_finite")));
    }

    /**
     * {@return the schedule that a text is}
     *
     * @param text as a schedule's own text gives it: {@code constant}, {@code cosine:t_max=10} and the like
     * @throws IllegalArgumentException if it is none
     */
    public static Schedule schedule(String text) {
        return ScheduleText.parse(text);
    }

    /**
     * What lines say of a training.
     *
     * @param options those that do not change when it is resumed
     * @param algorithm that of the line
     */
    record Parsed(TrainingOptions options, String algorithm) {}

    /** The lines of options that do not change when a training is resumed. */
    static List<TextLine> lines(TrainingOptions options, String algorithm) {
        List<TextLine> lines = new ArrayList<>();
        lines.add(optimizer(options.optimizer()));
        lines.add(new TextLine("training").with("batch_size", options.batchSize())
                .with("seed", options.seed()).with("shuffle", options.shuffle())
                .with("gradient_norm", options.safeguards().gradientNorm())
                .with("algorithm", algorithm));
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
        if (options.shards() > 1) {
            lines.add(new TextLine("shards").with("count", options.shards()));
        }
        if (options.syncEvery() > 1) {
            lines.add(new TextLine("sync").with("every", options.syncEvery()));
        }
        return lines;
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

    /** {@return whether a line is that of an optimizer} */
    static boolean isOptimizer(String line) {
        return OPTIMIZERS.stream().anyMatch(one -> name(one).equals(word(line)));
    }

    /** Takes the lines of options from a text. */
    static Parsed parse(Deque<String> lines) {
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
        int shards = take(lines, "shards", "count").map(line -> line.integer("count")).orElse(1);
        int sync = take(lines, "sync", "every").map(line -> line.integer("every")).orElse(1);
        TrainingOptions options = TrainingOptions.of(optimizer)
                .batchSize(training.integer("batch_size")).shards(shards).syncEvery(sync)
                .seed(training.longInteger("seed"))
                .shuffle(training.truth("shuffle"))
                .safeguards(Safeguards.NONE.gradientNorm(training.number("gradient_norm")))
                .precision(precision).schedule(schedule).groups(groups).accumulate(accumulate)
                .augment(loading.map(line -> DataCodec.augmentations(line.text("augment")))
                        .orElse(List.of()))
                .dropLast(loading.map(line -> line.truth("drop_last")).orElse(false));
        return new Parsed(average.map(options::average).orElse(options),
                training.text("algorithm"));
    }

    static TextLine next(Deque<String> lines) {
        return TextLine.parse(nextText(lines));
    }

    static String nextText(Deque<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a line is missing");
        }
        return lines.remove();
    }

    private static String word(String line) {
        return line.substring(0, line.indexOf(' ') < 0 ? line.length() : line.indexOf(' '));
    }

    private static Optimizer optimizer(TextLine line) {
        Class<?> type = OPTIMIZERS.stream().filter(one -> name(one).equals(line.word())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("found '"
                        + Source.quote(line.word()) + "', expected one of " + OPTIMIZERS.stream()
                                .map(OptionsText::name).collect(Collectors.joining(", "))));
        List<RecordComponent> parts = List.of(type.getRecordComponents());
        line.require(line.word(), parts.stream().map(OptionsText::name).toArray(String[]::new));
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

    static Optional<TextLine> take(Deque<String> lines, String word, String... names) {
        return !lines.isEmpty() && word(lines.peek()).equals(word)
                ? Optional.of(next(lines).require(word, names))
                : Optional.empty();
    }
}
