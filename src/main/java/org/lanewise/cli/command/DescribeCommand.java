package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.PlanReport;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.format.ScheduleReport;
import org.lanewise.cli.option.Arguments;
import org.lanewise.cli.option.ComputeOptions;
import org.lanewise.cli.option.NetworkOptions;
import org.lanewise.cli.option.OptimizerOptions;
import org.lanewise.cli.option.WeightsOption;
import org.lanewise.codec.LossCodec;
import org.lanewise.measure.InferencePlan;
import org.lanewise.measure.StepSchedule;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.ReceptiveField;
import org.lanewise.spec.Shape;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise describe}: what a network is, layer by layer. */
@Command(name = "describe",
        description = "Shapes, parameters, receptive fields, operations and memory of a network,"
                + " layer by layer.")
public final class DescribeCommand implements Callable<Integer> {
    /** With more threads every simulated task takes long, and no machine has them. */
    private static final int MOST_PREDICTED = 1024;

    private static final String ROW = "%5s  %-17s  %-12s  %11s  %9s  %7s  %13s  %11s";

    @Spec
    private CommandSpec spec;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private WeightsOption weights;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "32",
            description = "Samples of one step, for the memory (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--plan",
            description = "Also say how training computes each layer: algorithm and the rule that"
                    + " chose it, loops, order of the maps, what is fused or left out, and memory by"
                    + " what it is for. With --threads N a step is also run and timed block by block,"
                    + " and its speed on 2 to N threads is predicted.")
    private boolean plan;

    @Option(names = "--inference",
            description = "With --plan: say instead how predict and evaluate compute each layer, and"
                    + " the memory of that.")
    private boolean inference;

    @Option(names = "--no-fold",
            description = "With --inference: compute batch normalization by itself; without it, it is"
                    + " folded into the weights of the layer before it.")
    private boolean unfolded;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Mixin
    private ComputeOptions compute;

    @ArgGroup(validate = false, heading = "%nOptimizer, whose memory counts:%n")
    private OptimizerOptions optimizer = new OptimizerOptions();

    @Override
    public Integer call() throws IOException {
        requireSense();
        int most = compute.threads(spec.commandLine());
        if (predicts() && most > MOST_PREDICTED) {
            throw new ParameterException(spec.commandLine(), "--threads " + most
                    + ": speed is predicted for at most " + MOST_PREDICTED + " threads");
        }
        Network described = weights.file().isPresent()
                ? network.trained(weights.required()).network().orElseThrow()
                : network.read();
        List<MemoryUse> memory = inference
                ? inference(described).memory()
                : Trainer.memory(described, options(), compute.threads(spec.commandLine()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode root = json(described, memory);
            if (plan) {
                report(described, memory).addTo(root);
            }
            if (predicts()) {
                predict(described, most).addTo(root);
            }
            out.println(Json.text(root));
        } else {
            print(out, described, memory);
            if (plan) {
                report(described, memory).lines().forEach(out::println);
            }
            if (predicts()) {
                predict(described, most).lines().forEach(out::println);
            }
        }
        return 0;
    }

    private void requireSense() {
        if (inference && (!plan || predicts())) {
            throw new ParameterException(spec.commandLine(), plan
                    ? "--threads predicts the speed of a step of training; leave it out with"
                            + " --inference"
                    : "--inference says how layers are computed; give it with --plan");
        }
        if (unfolded && !inference) {
            throw new ParameterException(spec.commandLine(),
                    "--no-fold changes inference; give it with --plan --inference");
        }
        if (inference) {
            Arguments.requirePositive(spec.commandLine(), "--batch-size", batchSize);
        }
    }

    /** Whether a number of threads is named: its speed is only known once a step was measured. */
    private boolean predicts() {
        return plan && spec.commandLine().getParseResult().hasMatchedOption("--threads");
    }

    private ScheduleReport predict(Network described, int most) {
        try {
            StepSchedule.Machine machine = StepSchedule.Machine.measure();
            return new ScheduleReport(ScheduleReport.counts(most).stream()
                    .map(threads -> StepSchedule.measure(described, batchSize,
                            compute.execution(spec.commandLine(), threads),
                            machine))
                    .toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the machine was measured", e);
        }
    }

    private String name() {
        return weights.file().map(network::name).orElse(network.name());
    }

    private PlanReport report(Network described, List<MemoryUse> memory) {
        return new PlanReport(described.describe(), batchSize, !inference,
                inference
                        ? inference(described).layers()
                        : Trainer.plan(described, options()),
                memory);
    }

    private InferencePlan inference(Network described) {
        return InferencePlan.of(described,
                compute.execution(spec.commandLine(), compute.threads(spec.commandLine())),
                batchSize, !unfolded);
    }

    private TrainingOptions options() {
        try {
            return TrainingOptions.of(optimizer.optimizer()).batchSize(batchSize)
                    .backend(compute.backend(spec.commandLine()))
                    .algorithm(compute.algorithm()).precision(compute.precision());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void print(PrintWriter out, Network described, List<MemoryUse> memory) {
        out.println(name() + ": " + Report.network(described));
        out.println();
        out.println(Report.format(ROW, "layer", "type", "output", "parameters", "field", "jump",
                "forward FLOPs", "memory"));
        long flops = 0;
        boolean graph = isGraph(described);
        for (LayerDescription layer : described.describe()) {
            flops += layer.forwardFlops();
            out.println(Report.format(ROW, layer.index(), layer.layer().type(), layer.output(),
                    Report.format("%,d", layer.parameterCount()), field(layer.receptiveField()),
                    jump(layer.receptiveField()), Report.format("%,d", layer.forwardFlops()),
                    Report.bytes(bytes(memory, layer.index())))
                    + (graph ? wiring(layer) : ""));
        }
        out.println(Report.format(ROW, "all", "", described.output(),
                Report.format("%,d", described.parameterCount()), "", "",
                Report.format("%,d", flops),
                Report.bytes(memory.stream().mapToLong(MemoryUse::bytes).sum())));
        out.println();
        out.println("Fields and jumps are in pixels of the input, FLOPs of the forward pass of one"
                + " sample.");
        out.println(Report.format("Memory is that of %s batches of %d%s; all of it"
                + " holds %s for the network as a whole.",
                inference
                        ? "inference with"
                        : "training with " + optimizer.optimizer() + " and",
                batchSize, Report.precision(compute.precision()),
                Report.bytes(bytes(memory, MemoryUse.WHOLE_NETWORK))));
    }

    /** Whether names and inputs of layers say more than their order. */
    private static boolean isGraph(Network described) {
        return !described.isChain() || !described.nodes().stream()
                .allMatch(node -> node.name().matches("\\d+"));
    }

    private static String wiring(LayerDescription layer) {
        return "  " + layer.name() + " reads " + String.join(", ", layer.node().inputs());
    }

    private static String field(ReceptiveField field) {
        return field.fieldHeight() + "x" + field.fieldWidth();
    }

    private static String jump(ReceptiveField field) {
        return field.jumpHeight() == 0 ? "-" : field.jumpHeight() + "x" + field.jumpWidth();
    }

    private static long bytes(List<MemoryUse> memory, int layer) {
        return memory.stream().filter(use -> use.layer() == layer).mapToLong(MemoryUse::bytes)
                .sum();
    }

    private ObjectNode json(Network described, List<MemoryUse> memory) {
        ObjectNode root = Json.object();
        root.put("network", name());
        root.put("input", described.input().toString());
        root.put("output", described.output().toString());
        root.put("loss", described.loss().type());
        root.put("reduction", described.loss().reduction().name().toLowerCase(Locale.ROOT));
        LossCodec.options(described.loss()).forEach((name, value) -> root.withObject("loss_options")
                .set(name, Json.parse(name,
                        value.toString().getBytes(StandardCharsets.UTF_8))));
        root.put("parameters", described.parameterCount());
        root.put("batch_size", batchSize);
        root.put("precision", compute.precision().toString());
        root.put("memory_bytes", memory.stream().mapToLong(MemoryUse::bytes).sum());
        ArrayNode layers = root.putArray("layers");
        for (LayerDescription layer : described.describe()) {
            ReceptiveField field = layer.receptiveField();
            ObjectNode node = layers.addObject();
            node.put("index", layer.index());
            node.put("name", layer.name());
            node.set("inputs", Json.tree(layer.node().inputs()));
            node.put("type", layer.layer().type());
            node.put("input", layer.input().toString());
            node.set("input_shapes", Json.tree(layer.inputs().stream().map(Shape::toString)
                    .toList()));
            node.put("output", layer.output().toString());
            node.put("parameters", layer.parameterCount());
            node.set("receptive_field",
                    Json.tree(new long[] {field.fieldHeight(), field.fieldWidth()}));
            node.set("jump", Json.tree(new long[] {field.jumpHeight(), field.jumpWidth()}));
            node.put("forward_flops", layer.forwardFlops());
            node.put("memory_bytes", bytes(memory, layer.index()));
        }
        return root;
    }
}
