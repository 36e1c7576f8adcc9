package org.lanewise.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.cli.report.Figure.Axis;
import org.lanewise.cli.report.Figure.Curve;
import org.lanewise.cli.report.Figure.Plot;
import org.lanewise.cli.report.Figure.Point;
import org.lanewise.cli.report.Figure.Style;
import org.lanewise.cli.report.ReportFile.Epoch;
import org.lanewise.cli.report.ReportFile.Training;

/** How a training went: loss and accuracy by epoch, and loss by step. */
public record TrainingSection(List<Training> trainings) {
    public Section section() {
        List<Figure> figures = new ArrayList<>();
        for (Training one : trainings) {
            add(figures, "Loss: " + one.name(), new Axis("epochs", false),
                    curve("training", Style.LINE, one, Epoch::loss),
                    curve("test", Style.DASHED, one, Epoch::testLoss));
            add(figures, "Accuracy: " + one.name(), new Axis("epochs", false),
                    curve("training", Style.LINE, one, Epoch::accuracy),
                    curve("test", Style.DASHED, one, Epoch::testAccuracy));
            if (one.epochs().stream().mapToDouble(Epoch::learningRate)
                    .filter(rate -> !Double.isNaN(rate)).distinct().count() > 1) {
                add(figures, "Learning rate: " + one.name(), new Axis("epochs", false),
                        curve("at the end of the epoch", Style.LINE, one, Epoch::learningRate));
            }
            add(figures, "Loss of each step: " + one.name(), new Axis("steps", false),
                    curve("training", Style.THIN, one.stepLosses()));
        }
        return new Section("Learning curves",
                "Training figures are means over an epoch, each sample's taken before the update"
                        + " of its step; test figures are those of the epoch's end.",
                figures);
    }

    private static void add(List<Figure> figures, String title, Axis x, Curve... curves) {
        List<Curve> drawn = Stream.of(curves).filter(curve -> !curve.points().isEmpty()).toList();
        if (!drawn.isEmpty()) {
            figures.add(new Plot(title, x, new Axis("", false), drawn));
        }
    }

    private static Curve curve(String name, Style style, Training training,
            ToDoubleFunction<Epoch> value) {
        return curve(name, style, training.epochs().stream().mapToDouble(value).toArray());
    }

    /** The first value is at 1; values that are not numbers are left out. */
    private static Curve curve(String name, Style style, double[] values) {
        return new Curve(name, style, IntStream.range(0, values.length)
                .filter(i -> !Double.isNaN(values[i]))
                .mapToObj(i -> new Point(i + 1, values[i], "")).toList());
    }
}
