package org.lanewise.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.lanewise.Evaluation;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Samples;
import org.lanewise.TrainingOptions;
import org.lanewise.cli.format.ClassTable;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.report.Figure.Confusion;
import org.lanewise.cli.report.Figure.Filter;
import org.lanewise.cli.report.Figure.Filters;
import org.lanewise.cli.report.Figure.Image;
import org.lanewise.cli.report.Figure.Images;
import org.lanewise.cli.report.Figure.Table;
import org.lanewise.cli.report.ReportFile.Judgement;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Shape;

/** What a trained network takes for what, and the filters that it learned. */
public final class ModelSections {
    /** As many as a reader can compare; a page with all of VGG's would be megabytes. */
    private static final int MOST_FILTERS = 32;
    private static final int MOST_CHANNELS = 8;
    private static final int MOST_MISTAKES = 48;
    private static final int MOST_AUGMENTED = 8;
    private static final int MOST_EPOCHS = 10;

    private ModelSections() {}

    public static Section confusion(List<Judgement> judgements) {
        List<Figure> figures = new ArrayList<>();
        for (Judgement one : judgements) {
            figures.add(new Confusion(Double.isNaN(one.accuracy())
                    ? one.name()
                    : Report.format("%s: accuracy %.4f", one.name(), one.accuracy()),
                    one.confusion(), one.classes()));
            figures.add(classes(one));
        }
        return new Section("Confusion matrix",
                "Samples by label (down) and by the class they were taken for (across). Precision is"
                        + " the share of right ones among the samples that were taken for a class,"
                        + " recall that of a class's samples that were taken for it, F1 their"
                        + " harmonic mean; without such samples they are 0.",
                figures);
    }

    private static Table classes(Judgement one) {
        int samples = Arrays.stream(one.confusion()).flatMapToInt(Arrays::stream).sum();
        Evaluation counts = new Evaluation(samples, Double.NaN, one.accuracy(), one.confusion());
        List<List<String>> rows = new ArrayList<>();
        for (int label = 0; label < one.confusion().length; label++) {
            rows.add(List.of(one.classes().name(label),
                    String.valueOf(Arrays.stream(one.confusion()[label]).sum()),
                    share(counts.precision(label)), share(counts.recall(label)),
                    share(counts.f1(label))));
        }
        rows.add(List.of("mean", String.valueOf(samples),
                share(ClassTable.mean(counts, counts::precision)),
                share(ClassTable.mean(counts, counts::recall)),
                share(ClassTable.mean(counts, counts::f1))));
        return new Table("Classes: " + one.name(),
                List.of("", "samples", "precision", "recall", "F1"), rows);
    }

    private static String share(double value) {
        return Report.format("%.4f", value);
    }

    /** The samples that the model is most certain of and wrong about, if they are images. */
    public static Section mistakes(Model model, Samples samples, ClassNames classes) {
        List<Figure> figures = new ArrayList<>();
        if (samples.shape() instanceof Shape.Image image
                && (image.channels() == 1 || image.channels() == 3)) {
            int width = Math.toIntExact(model.network().output().size());
            double[] probabilities = model.probabilities(samples);
            int[] taken = model.classify(samples);
            List<Integer> wrong = IntStream.range(0, taken.length)
                    .filter(i -> taken[i] != samples.label(i)
                            && !model.network().loss().ignores(samples.label(i)))
                    .boxed().sorted(Comparator.comparingDouble(
                            (Integer i) -> -probabilities[i * width + taken[i]]))
                    .toList();
            // As they are in the data, not as the network gets them.
            Samples plain = samples.normalize(Normalization.NONE);
            List<Image> shown = wrong.stream().limit(MOST_MISTAKES)
                    .map(i -> {
                        double[] input = input(plain, i);
                        return new Image(Report.format("sample %d: %s, taken for %s (%.4f)", i,
                                classes.name(samples.label(i)), classes.name(taken[i]),
                                probabilities[i * width + taken[i]]),
                                pixels(input, image, range(plain, List.of(input))));
                    })
                    .toList();
            if (!shown.isEmpty()) {
                figures.add(new Images(Report.format("%d of %,d samples%s", wrong.size(),
                        samples.size(), wrong.size() > shown.size()
                                ? ", the first " + shown.size()
                                : ""),
                        image.height(), image.width(), image.channels(), shown));
            }
        }
        return new Section("Misclassified samples",
                "Those that were taken for a wrong class, the most certain first, with the"
                        + " probability of that class.",
                figures);
    }

    private static double[] input(Samples samples, int sample) {
        double[] values = new double[Math.toIntExact(samples.shape().size())];
        samples.copyInput(sample, values, 0);
        return values;
    }

    /** {@return pictures of one sample, from black to white as {@link #range} says} */
    private static List<Image> pictures(Samples samples, SequencedMap<String, double[]> named) {
        double[] range = range(samples, named.values());
        return named.entrySet().stream()
                .map(one -> new Image(one.getKey(),
                        pixels(one.getValue(), (Shape.Image) samples.shape(), range)))
                .toList();
    }

    /** The values that are black and white: 0 and 1 of bytes, or else the smallest and the largest. */
    private static double[] range(Samples samples, Collection<double[]> shown) {
        if (samples.readsBytes()) {
            return new double[] {0, 1};
        }
        DoubleSummaryStatistics all = shown.stream().flatMapToDouble(Arrays::stream)
                .summaryStatistics();
        return new double[] {all.getMin(), all.getMax()};
    }

    private static int[] pixels(double[] values, Shape.Image image, double[] range) {
        int map = image.height() * image.width();
        double length = range[1] - range[0];
        int[] pixels = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            double share = length > 0 ? (values[i] - range[0]) / length : 0.0;
            pixels[i % map * image.channels() + i / map] = (int) Math
                    .round(255 * Math.clamp(share, 0.0, 1.0));
        }
        return pixels;
    }

    /**
     * The first samples as a training sees them in its first epochs, if they are images: before their
     * normalization, whose means are what cropping and cutting fill in.
     */
    public static Section augmented(Samples samples, TrainingOptions options) {
        List<Figure> figures = new ArrayList<>();
        if (samples.shape() instanceof Shape.Image image
                && (image.channels() == 1 || image.channels() == 3)) {
            Samples plain = samples.normalize(Normalization.NONE);
            for (int i = 0; i < Math.min(samples.size(), MOST_AUGMENTED); i++) {
                SequencedMap<String, double[]> shown = new LinkedHashMap<>();
                shown.put("as it is", input(plain, i));
                for (int epoch = 0; epoch < MOST_EPOCHS; epoch++) {
                    shown.put("epoch " + (epoch + 1), samples.augmented(i, epoch, options));
                }
                figures.add(new Images("Sample " + i, image.height(), image.width(),
                        image.channels(), pictures(plain, shown)));
            }
        }
        return new Section("Augmented samples",
                "The first training samples as they are, and as the first epochs see them before"
                        + " their normalization.",
                figures);
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
