package org.lanewise.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.TrainingState.Best;
import org.lanewise.TrainingState.Data;
import org.lanewise.TrainingState.Position;
import org.lanewise.TrainingState.Setup;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;

/**
 * The part of a training's state that is not arrays, as lines of text: the version, the network as
 * JSON on one line, then a line for each of the rest.
 */
final class CheckpointText {
    /** The version of the format that is written, and the last that is read. */
    static final int FORMAT = 9;
    /**
     * The first version, with the network as lines; the second has no schedules, the third no groups of
     * parameters, averages and augmentations, the fourth no counts of what a mean is over and of earlier
     * epochs, the fifth no sign by which accumulated batches of single steps differ from those of
     * an epoch, the sixth no precision, the seventh no shards, the eighth none
     * that are averaged every few steps.
     */
    private static final int NETWORK_LINES = 1;

    private static final String NETWORK = "network ";

    private CheckpointText() {}

    static String text(TrainingState state) {
        Setup setup = state.setup();
        TrainingOptions options = setup.options();
        Position position = state.position();
        String head = new TextLine("checkpoint").with("format", FORMAT)
                .with("contract", setup.contract()) + "\n" + NETWORK
                + document(state).line() + "\n";
        List<TextLine> lines = new ArrayList<>();
        lines.addAll(OptionsText.lines(options, setup.algorithm()));
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

    /**
     * {@return the state that a text and arrays make}
     *
     * @param key words of the random numbers
     * @throws IllegalArgumentException if the text says something else, or is of another version
     */
    static TrainingState state(String text, Parameters parameters, Parameters memory, int[] key) {
        Deque<String> lines = new ArrayDeque<>(text.lines().toList());
        TextLine version = version(OptionsText.next(lines));
        int contract = version.integer("contract");
        NetworkDocument document = version.integer("format") == NETWORK_LINES
                ? new NetworkDocument(network(lines), ClassNames.UNKNOWN)
                : document(lines);
        OptionsText.Parsed parsed = OptionsText.parse(lines);
        Setup setup = new Setup(contract, document.network(),
                parsed.options(), parsed.algorithm());
        TextLine position = OptionsText.next(lines).require("position", "steps", "updates",
                "epochs",
                "step", "loss_sum", "correct");
        Optional<TextLine> counts = OptionsText.take(lines, "counts", "divisor", "samples",
                "earlier_epochs");
        Optional<Best> best = OptionsText.take(lines, "best", "epoch", "loss")
                .map(line -> new Best(line.integer("epoch"), line.number("loss")));
        Optional<Data> data = OptionsText.take(lines, "data", "samples", "checksum")
                .map(line -> new Data(line.integer("samples"), line.longInteger("checksum"),
                        document.classes(), document.normalization()));
        TextLine random = OptionsText.next(lines);
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
        String line = OptionsText.nextText(lines);
        if (!line.startsWith(NETWORK)) {
            throw new IllegalArgumentException("found '" + Source.quote(line)
                    + "', expected network and its JSON");
        }
        return NetworkDocument.parse("network", line.substring(NETWORK.length()));
    }

    private static Network network(Deque<String> lines) {
        List<TextLine> network = new ArrayList<>(List.of(OptionsText.next(lines)));
        while (!lines.isEmpty() && !OptionsText.isOptimizer(lines.peek())) {
            network.add(OptionsText.next(lines));
        }
        return NetworkLines.network(network);
    }
}
