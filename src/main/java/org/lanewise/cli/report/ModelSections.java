package org.lanewise.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.report.Figure.Confusion;
import org.lanewise.cli.report.Figure.Filter;
import org.lanewise.cli.report.Figure.Filters;
import org.lanewise.cli.report.ReportFile.Judgement;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.LayerDescription;

/** What a trained network takes for what, and the filters that it learned. */
public final class ModelSections {
    /** As many as a reader can compare; a page with all of VGG's would be megabytes. */
    private static final int MOST_FILTERS = 32;
    private static final int MOST_CHANNELS = 8;

    private ModelSections() {}

    public static Section confusion(List<Judgement> judgements) {
        List<Figure> figures = new ArrayList<>();
        for (Judgement one : judgements) {
            figures.add(new Confusion(Double.isNaN(one.accuracy())
                    ? one.name()
                    : Report.format("%s: accuracy %.4f", one.name(), one.accuracy()),
                    one.confusion(), one.classes()));
        }
        return new Section("Confusion matrix",
                "Samples by label (down) and by the class they were taken for (across).", figures);
    }

    public static Section filters(Model model) {
        List<Figure> figures = new ArrayList<>();
        Parameters parameters = model.parameters();
        for (LayerDescription layer : model.network().describe()) {
            if (layer.layer() instanceof Conv2d) {
                figures.add(filters(layer, parameters));
            }
        }
        return new Section("Learned filters",
                "Weights of the convolutions: each image is how one filter meets one channel of its"
                        + " input. Click one for its numbers.",
                figures);
    }

    private static Filters filters(LayerDescription layer, Parameters parameters) {
        String name = layer.parameters().getFirst().name();
        List<Integer> shape = layer.parameters().getFirst().shape();
        double[] weights = parameters.values(name);
        int filters = Math.min(shape.get(0), MOST_FILTERS);
        int channels = Math.min(shape.get(1), MOST_CHANNELS);
        int size = shape.get(2) * shape.get(3);
        List<Filter> list = new ArrayList<>();
        for (int filter = 0; filter < filters; filter++) {
            for (int channel = 0; channel < channels; channel++) {
                int from = (filter * shape.get(1) + channel) * size;
                list.add(new Filter("filter " + filter + ", channel " + channel,
                        Arrays.copyOfRange(weights, from, from + size)));
            }
        }
        String title = Report.format("Layer %d: %d filters of %s", layer.index(),
                shape.get(0), shape.get(1) == 1 ? "1 channel" : shape.get(1) + " channels");
        return new Filters(filters == shape.get(0) && channels == shape.get(1)
                ? title
                : title + Report.format(", the first %d of the first %d", filters, channels),
                shape.get(2), shape.get(3), channels, list);
    }
}
