package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.GradientCheck;
import org.lanewise.GradientCheck.Result;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.Samples;
import org.lanewise.TrainingOptions;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.Arguments;
import org.lanewise.cli.option.KernelOptions;
import org.lanewise.cli.option.NetworkOptions;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise gradient-check}: holds a network's gradients against central differences. */
@Command(name = "gradient-check",
        description = "Compare the gradients that training computes, by its plan with its fused layers"
                + " and algorithms, with central differences of the loss by the direct algorithm, on"
                + " random parameters and samples. Time grows with the square of the network.")
public final class GradientCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private NetworkOptions network;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "2",
            description = "Random samples to check on (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--training-batch-size", paramLabel = "N", defaultValue = "32",
            description = "Batch size of the training whose plan is checked, as the algorithm"
                    + " depends on it (default: ${DEFAULT-VALUE}, as train has it; at least"
                    + " --batch-size).")
    private int trainingBatchSize;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
            description = "First state of the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--tolerance", paramLabel = "X", defaultValue = "1e-7",
            description = "Largest relative error that passes (default: ${DEFAULT-VALUE}).")
    private double tolerance;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Mixin
    private KernelOptions compute;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Arguments.requirePositive(spec.commandLine(), "--batch-size", batchSize);
        RandomState random = Arguments.random(spec.commandLine(), seed);
        Network checked = network.read();
        Parameters parameters = Parameters.initial(checked, Initializer.heNormal(), random);
        List<Result> results;
        try (ForkJoinPool pool = compute.pool(spec.commandLine())) {
            results = GradientCheck.run(checked, parameters, samples(checked, random), options(),
                    pool);
        }
        boolean good = results.stream().allMatch(result -> result.relativeError() <= tolerance);
        if (json) {
            ArrayNode all = Json.array();
            results.forEach(result -> all.add(Json.tree(result)));
            out.println(Json.text(Json.object().put("passed", good).set("gradients", all)));
            return good ? 0 : 1;
        }
        out.println("gradient     elements  at a kink  relative error");
        for (Result result : results) {
            out.println(Report.format("%-11s  %8d  %9d  %14.2e%s", result.array(),
                    result.elements(), result.kinks(), result.relativeError(),
                    result.relativeError() <= tolerance ? "" : "  above " + tolerance));
        }
        return good ? 0 : 1;
    }

    /** How training would compute; the optimizer does not matter to gradients. */
    private TrainingOptions options() {
        Arguments.requirePositive(spec.commandLine(), "--training-batch-size", trainingBatchSize);
        return TrainingOptions.of(Optimizer.sgd(0))
                .batchSize(Math.max(batchSize, trainingBatchSize))
                .backend(compute.backend(spec.commandLine())).algorithm(compute.algorithm());
    }

    private Samples samples(Network checked, RandomState random) {
        int inputs = Math.toIntExact(checked.input().size());
        int outputs = Math.toIntExact(checked.output().size());
        double[] values = random.randn(Math.multiplyExact(batchSize, inputs));
        if (checked.loss().takesLabels()) {
            int[] labels = new int[batchSize];
            for (int i = 0; i < batchSize; i++) {
                labels[i] = i % outputs;
            }
            return Samples.labelled(checked.input(), values, labels);
        }
        double[] targets = random.randn(Math.multiplyExact(batchSize, outputs));
        if (checked.loss().largestTarget() >= 0) {
            Arrays.setAll(targets, i -> random.nextDouble());
        }
        return Samples.valued(checked.input(), values, targets);
    }
}
