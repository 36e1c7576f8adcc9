package org.lanewise.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.EpochReport;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;

/** Keeps the loss of every step and the report of every epoch. */
final class History implements TrainingListener {
    private final List<EpochReport> epochs = new ArrayList<>();
    private double[] losses = new double[1024];
    private int steps;

    @Override
    public void step(TrainingProgress progress) {
        if (steps == losses.length) {
            losses = Arrays.copyOf(losses, 2 * steps);
        }
        losses[steps++] = progress.loss();
    }

    @Override
    public void epoch(EpochReport report) {
        epochs.add(report);
    }

    Optional<EpochReport> last() {
        return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.getLast());
    }

    /** {@code {"steps": [loss...], "epochs": [{...}...]}}. */
    ObjectNode json() {
        ObjectNode node = Json.object();
        ArrayNode array = node.putArray("steps");
        for (int i = 0; i < steps; i++) {
            array.add(Json.number(losses[i]));
        }
        node.putArray("epochs").addAll(epochs.stream().map(Report::json).toList());
        return node;
    }
}
