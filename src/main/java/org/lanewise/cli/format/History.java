package org.lanewise.cli.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.EpochReport;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;
import org.lanewise.TrainingState.Best;
import org.lanewise.TrainingState.Position;

/**
 * Keeps the loss of every step and the report of every epoch, and writes them on request and when
 * it is closed.
 */
public final class History implements TrainingListener, AutoCloseable {
    private final Optional<Path> file;
    private final ArrayNode earlier = Json.array();
    private final List<EpochReport> epochs = new ArrayList<>();
    private double[] losses = {};
    private int steps;
    private int known;
    private int first;
    private boolean written = true;

    private History(Optional<Path> file) {
        this.file = file;
    }

    /** The history of a training that begins. */
    public static History begin(Optional<Path> file) {
        return new History(file);
    }

    /** The history of a training that begins or resumes; says which steps its file lacks. */
    public static History of(Optional<Path> file, Position position, boolean overwrite,
            PrintWriter err) throws IOException {
        if (file.isEmpty() || position.steps() == 0) {
            return begin(file);
        }
        History kept = resume(file.get(), position, overwrite);
        if (!kept.gap().isEmpty()) {
            err.println("lanewise: warning: " + file.get() + ": lacks steps " + kept.gap()
                    + " of this training; they become null");
        }
        return kept;
    }

    /**
     * The history of a resumed training, with the earlier steps that its file holds.
     *
     * @param overwrite whether a file that is no history of this training is replaced
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is no history of this training
     */
    public static History resume(Path file, Position position, boolean overwrite)
            throws IOException {
        History history = new History(Optional.of(file));
        double[] before = {};
        if (Files.exists(file) && Files.size(file) > 0) {
            byte[] text = TextFile.read(file, "what train --history wrote");
            try {
                before = history.read(new JsonObject(file.toString(),
                        Json.parse(file.toString(), text)), position);
            } catch (IllegalArgumentException e) {
                if (!overwrite) {
                    throw new IllegalArgumentException(
                            e.getMessage() + "; --overwrite replaces it", e);
                }
            }
        }
        history.goOn(before, position);
        return history;
    }

    /** Takes over the epochs that are done; {@return the losses of the steps} */
    private double[] read(JsonObject object, Position position) {
        double[] before = object.numbers("steps");
        List<JsonObject> reports = object.objects("epochs");
        reports = reports.subList(0, Math.min(reports.size(), position.epochs()));
        for (int i = 0; i < reports.size(); i++) {
            requireSame(reports.get(i), i + 1, position.best());
        }
        reports.forEach(report -> earlier.add(report.tree()));
        return before;
    }

    /** Equal trainings have equal losses to the last bit, and others hardly in their best epoch. */
    private static void requireSame(JsonObject report, int epoch, Optional<Best> best) {
        if (report.integer("epoch") != epoch) {
            throw report.wrong("epoch", String.valueOf(epoch));
        }
        String judgement = report.has("test_loss") ? "test_loss" : "loss";
        double loss = report.numberOrNaN(judgement);
        if (best.isPresent() && best.get().epoch() == epoch && !Double.isNaN(loss)
                && loss != best.get().loss()) {
            throw report.wrong(judgement, best.get().loss() + " as the checkpoint has it; this is"
                    + " the history of another training");
        }
    }

    /** What is not known becomes NaN, so that the index of a loss stays that of its step. */
    private void goOn(double[] before, Position position) {
        first = Math.toIntExact(position.steps());
        known = Math.min(before.length, first);
        steps = first;
        losses = Arrays.copyOf(before, steps);
        Arrays.fill(losses, known, steps, Double.NaN);
        written = false;
        while (earlier.size() < position.epochs()) {
            earlier.add(Report.json(new EpochReport(earlier.size() + 1, 0, Double.NaN, Double.NaN,
                    Optional.empty(), false, Double.NaN, Double.NaN, Double.NaN)));
        }
    }

    @Override
    public void step(TrainingProgress progress) {
        if (steps == losses.length) {
            losses = Arrays.copyOf(losses, Math.max(1024, 2 * steps));
        }
        losses[steps++] = progress.loss();
        written = false;
    }

    @Override
    public void epoch(EpochReport report) {
        epochs.add(report);
        written = false;
    }

    /** The last epoch since the beginning or the resume. */
    public Optional<EpochReport> last() {
        return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.getLast());
    }

    /** The steps before the resume that the file lacked, as {@code 1 to 45}; nothing if none. */
    public String gap() {
        return known < first ? known + 1 + " to " + first : "";
    }

    /** The reports of the epochs since the beginning or the resume. */
    public ArrayNode reports() {
        return Json.array().addAll(epochs.stream().map(Report::json).toList());
    }

    /** {@code {"steps": [loss...], "epochs": [{...}...]}}. */
    private ObjectNode json() {
        ObjectNode node = Json.object();
        node.set("steps", Json.numbers(Arrays.copyOf(losses, steps)));
        node.putArray("epochs").addAll(earlier).addAll(reports());
        return node;
    }

    /** Writes the file, if there is one, with what has come since the last time. */
    public void write() {
        if (file.isPresent() && !written) {
            try {
                OutputFile.write(file.get(), json());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            written = true;
        }
    }

    /** A training that failed is the one whose history is wanted most. */
    @Override
    public void close() {
        write();
    }
}
