package org.lanewise.cli.command;

import static org.lanewise.cli.command.PublishedFigures.argument;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.lanewise.cli.format.Json;
import org.lanewise.examples.MeanSquaredErrorCnn;
import org.lanewise.examples.SigmoidNotebook;
import org.lanewise.examples.SigmoidNotebook.Dense;
import org.lanewise.examples.SoftmaxCnn;

/** Four published CNNs, computed by the library and compared with the figures of their sources. */
final class WorkedExamples {
    private record Example(String key, String system, String file,
            Consumer<PublishedFigures> comparer) {}

    private static final List<Example> ALL = List.of(
            new Example("softmax", "softmax cross-entropy", "softmax-cross-entropy.json",
                    WorkedExamples::softmax),
            new Example("mse", "mean squared error", "mean-squared-error.json",
                    WorkedExamples::meanSquaredError),
            new Example("sigmoid", "sigmoid notebook", "sigmoid-notebook.json",
                    WorkedExamples::sigmoid),
            new Example("lesson", "lesson", "lesson.json", LessonFigures::compare));

    private WorkedExamples() {}

    /** What selects one example, in order. */
    static List<String> keys() {
        return ALL.stream().map(Example::key).toList();
    }

    /** Compares everything that is published. */
    static List<Comparison> run() {
        return keys().stream().flatMap(key -> run(key).stream()).toList();
    }

    /**
     * Compares what one source publishes.
     *
     * @throws IllegalArgumentException if no example has that key
     */
    static List<Comparison> run(String key) {
        return run(key, published(key));
    }

    /** Compares what one source publishes with figures in the form of its file. */
    static List<Comparison> run(String key, JsonNode published) {
        Example example = example(key);
        PublishedFigures figures = new PublishedFigures(example.system(), published);
        example.comparer().accept(figures);
        return figures.comparisons();
    }

    /** The file of one source. */
    static JsonNode published(String key) {
        String path = "worked-examples/" + example(key).file();
        try (InputStream stream = WorkedExamples.class.getResourceAsStream(path)) {
            return Json.parse(path, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    private static Example example(String key) {
        return ALL.stream().filter(example -> example.key().equals(key)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no worked example is called " + key + "; there are " + keys()));
    }

    private static void softmax(PublishedFigures figures) {
        Tolerance tolerance = figures.tolerance();
        for (JsonNode run : figures.root().required("cases")) {
            SoftmaxCnn.Trained trained = SoftmaxCnn.trainCnnWithGradientDescent(
                    argument(run, "X", double[][][].class), argument(run, "y", double[][].class),
                    argument(run, "epochs", int.class),
                    argument(run, "learning_rate", double.class),
                    argument(run, "kernel_size", int.class),
                    argument(run, "num_filters", int.class));
            String name = run.required("name").asText() + ": ";
            figures.compare(name + "convolution weights", run.required("conv_weights"),
                    trained.convWeights(), tolerance);
            figures.compare(name + "convolution bias", run.required("conv_bias"),
                    trained.convBias(), tolerance);
            figures.compare(name + "dense weights", run.required("dense_weights"),
                    trained.denseWeights(), tolerance);
            figures.compare(name + "dense bias", run.required("dense_bias"), trained.denseBias(),
                    tolerance);
        }
    }

    private static void meanSquaredError(PublishedFigures figures) {
        for (JsonNode run : figures.root().required("training_cases")) {
            meanSquaredErrorTraining(figures, run);
        }
        for (JsonNode run : figures.root().required("conv_forward_cases")) {
            double[][][][] x = argument(run, "x", double[][][][].class);
            double[][][][] kernel = argument(run, "kernel", double[][][][].class);
            int stride = argument(run, "stride", int.class);
            int pad = argument(run, "pad", int.class);
            figures.compare(
                    "convolution, " + images(x) + ", " + kernel.length + " filters "
                            + kernel[0][0].length + "x" + kernel[0][0][0].length + ", stride "
                            + stride + ", padding " + pad,
                    run.required("out"), MeanSquaredErrorCnn.conv2dForward(x, kernel,
                            argument(run, "bias", double[].class), stride, pad),
                    figures.tolerance());
        }
    }

    private static void meanSquaredErrorTraining(PublishedFigures figures, JsonNode run) {
        Tolerance tolerance = figures.tolerance();
        double[][][][] x = argument(run, "X", double[][][][].class);
        double[][] y = argument(run, "y", double[][].class);
        long seed = argument(run, "seed", long.class);
        int epochs = argument(run, "epochs", int.class);
        // A step at the rate 0 leaves the parameters where they began.
        MeanSquaredErrorCnn.Trained initial = MeanSquaredErrorCnn.trainCnn(x, y, 1, 0, seed);
        MeanSquaredErrorCnn.Trained trained = MeanSquaredErrorCnn.trainCnn(x, y, epochs,
                argument(run, "learning_rate", double.class), seed);
        String name = images(x) + ", " + epochs + " epochs: ";
        figures.compare(name + "first kernel", run.required("initial_kernel"), initial.kernel(),
                tolerance);
        figures.compare(name + "first dense weights", run.required("initial_dense_weights"),
                initial.denseWeights(), tolerance);
        figures.compare(name + "kernel", run.required("kernel"), trained.kernel(), tolerance);
        figures.compare(name + "convolution bias", run.required("conv_bias"), trained.convBias(),
                tolerance);
        figures.compare(name + "dense weights", run.required("dense_weights"),
                trained.denseWeights(), tolerance);
        figures.compare(name + "dense bias", run.required("dense_bias"), trained.denseBias(),
                tolerance);
        figures.compare(name + "first loss", run.required("first_loss"), trained.firstLoss(),
                tolerance);
        figures.compare(name + "returned loss", run.required("returned_loss"), trained.loss(),
                tolerance);
    }

    private static String images(double[][][][] x) {
        return "images " + x.length + "x" + x[0].length + "x" + x[0][0].length + "x"
                + x[0][0][0].length;
    }

    private static void sigmoid(PublishedFigures figures) {
        Tolerance tolerance = figures.tolerance();
        JsonNode root = figures.root();
        double[][] image = argument(root, "X", double[][].class);
        double[][] kernel = argument(root, "K", double[][].class);
        Dense dense = new Dense(argument(root, "W", double[].class),
                argument(root, "b", double.class));
        double target = argument(root, "target", double.class);
        double rate = argument(root, "learning_rate", double.class);

        SigmoidNotebook.Forward forward = SigmoidNotebook.forward(image, kernel, dense);
        figures.compare("convolution output", root.required("conv_output"), forward.convOutput(),
                tolerance);
        figures.compare("prediction", root.required("prediction"), forward.prediction(),
                tolerance);
        compare(figures, "published update", root.required("published_update"),
                SigmoidNotebook.publishedUpdate(forward, dense, target, rate));
        compare(figures, "true gradient's update", root.required("true_gradient_update"),
                SigmoidNotebook.trueUpdate(image, kernel, dense, target, rate));
    }

    private static void compare(PublishedFigures figures, String update, JsonNode expected,
            Dense computed) {
        figures.compare(update + ", weights", expected.required("W"), computed.weights(),
                figures.tolerance());
        figures.compare(update + ", bias", expected.required("b"), computed.bias(),
                figures.tolerance());
    }
}
