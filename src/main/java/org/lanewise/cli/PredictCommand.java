package org.lanewise.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Model;
import org.lanewise.Samples;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise predict}: what a trained network says of each sample. */
@Command(name = "predict",
        description = "What a trained network says of each sample: a class and its probability, or"
                + " the outputs of a network of squared error.")
final class PredictCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private TrainedModel trained;

    @Option(names = "--input", paramLabel = "FILE",
            description = "Inputs without labels: IDX images (or .gz), .npy, x of an .npz file,"
                    + " .csv, or one .png or .jpg; in place of --data.")
    private Path input;

    @Option(names = "--part", paramLabel = "PART",
            description = "train or test of --data (default: test, where there are test samples).")
    private DataOptions.Part part;

    @Option(names = "--limit", paramLabel = "N",
            description = "Print no more than the first N samples.")
    private Integer limit;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        requireSense();
        try (ForkJoinPool pool = trained.pool(spec.commandLine())) {
            return predict(trained.read(spec.commandLine(), pool));
        }
    }

    private int predict(Model model) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Network asked = model.network();
        Samples samples = input != null
                ? data.readInputs(input, asked)
                : data.read(asked, part, spec.commandLine().getErr()).samples();
        if (limit != null && limit < samples.size()) {
            samples = samples.slice(0, limit);
        }
        boolean classes = asked.loss() instanceof Loss.SoftmaxCrossEntropy;
        double[] answers = classes ? model.probabilities(samples) : model.outputs(samples);
        int width = answers.length / samples.size();
        ArrayNode all = Json.array();
        if (!json) {
            out.println(classes
                    ? "sample  class  probability" + (samples.hasLabels()
                            ? "  label"
                            : "")
                    : "sample  outputs");
        }
        for (int i = 0; i < samples.size(); i++) {
            double[] row = Arrays.copyOfRange(answers, i * width, (i + 1) * width);
            if (json) {
                all.add(classes ? classNode(samples, i, row) : outputNode(i, row));
            } else {
                out.println(classes ? classLine(samples, i, row) : outputLine(i, row));
            }
        }
        if (json) {
            out.println(Json.text(Json.object().set("predictions", all)));
        }
        return 0;
    }

    private void requireSense() {
        if (limit != null) {
            Arguments.requirePositive(spec.commandLine(), "--limit", limit);
        }
        if (input != null && (data.given() || part != null)) {
            throw new ParameterException(spec.commandLine(),
                    "--input stands in place of --data and --part; give one or the other");
        }
    }

    private static String classLine(Samples samples, int i, double[] probabilities) {
        int best = largest(probabilities);
        String line = Report.format("%6d  %5d  %11.4f", i, best, probabilities[best]);
        return samples.hasLabels() ? line + Report.format("  %5d", samples.label(i)) : line;
    }

    private static String outputLine(int i, double[] outputs) {
        StringBuilder line = new StringBuilder(Report.format("%6d", i));
        for (double output : outputs) {
            line.append(Report.format("  %.6g", output));
        }
        return line.toString();
    }

    private static ObjectNode classNode(Samples samples, int i, double[] probabilities) {
        ObjectNode node = Json.object();
        node.put("sample", i);
        node.put("class", largest(probabilities));
        node.set("probabilities", Json.numbers(probabilities));
        if (samples.hasLabels()) {
            node.put("label", samples.label(i));
        }
        return node;
    }

    private static ObjectNode outputNode(int i, double[] outputs) {
        ObjectNode node = Json.object();
        node.put("sample", i);
        node.set("outputs", Json.numbers(outputs));
        return node;
    }

    private static int largest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
