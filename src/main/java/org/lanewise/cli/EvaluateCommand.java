package org.lanewise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lanewise.Evaluation;
import org.lanewise.Model;
import org.lanewise.Samples;
import org.lanewise.spec.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise evaluate}: judges a trained network. */
@Command(name = "evaluate", description = "Loss, accuracy and confusion matrix of a trained network.")
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private NetworkOptions network;

    @Option(names = {"--parameters",
            "--init"}, paramLabel = "FILE", required = true, description = "Parameters of the network (.npz), as train --save writes them.")
    private Path parameters;

    @Option(names = "--part", paramLabel = "PART", description = "train or test (default: test, where there are test samples).")
    private DataOptions.Part part;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "32", description = "Samples computed at once (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Mixin
    private ComputeOptions compute;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Network judged = network.read();
        Model model = new Model(judged, NetworkOptions.parameters(parameters, judged), batchSize,
                compute.backend(spec.commandLine()));
        Samples samples = data.read(judged, part, err);
        Evaluation evaluation = model.evaluate(samples);
        if (json) {
            out.println(Json.text(Report.json(evaluation)));
            return 0;
        }
        out.println("network   " + network.name() + ": " + Report.network(judged));
        out.println("data      " + data.name() + ": " + Report.samples(samples));
        out.println(Report.evaluation(part == DataOptions.Part.TRAIN ? "training" : "test",
                evaluation));
        if (evaluation.confusion().length > 0) {
            out.println();
            Report.confusion(evaluation).forEach(out::println);
        }
        return 0;
    }
}
