package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.io.CheckpointFile;
import org.lanewise.spec.Schedule;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise verify}: checks a checkpoint and says what it is, or the bits of this machine. */
@Command(name = "verify", description = "Check every byte of a checkpoint and say what it holds; or"
        + " (--golden) check that this machine computes the recorded bits.")
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CHECKPOINT", arity = "0..1",
            description = "As train --checkpoint-dir writes it.")
    private Path file;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @ArgGroup(exclusive = false, heading = "%nHashes of short trainings:%n")
    private GoldenCheck golden;

    @Override
    public Integer call() throws IOException {
        if (golden != null && file == null) {
            return golden.run(spec.commandLine(), json);
        }
        if (golden != null) {
            throw new ParameterException(spec.commandLine(),
                    "--golden takes no checkpoint; found " + file);
        }
        if (file == null) {
            ArgSpec missing = spec.positionalParameters().getFirst();
            throw new MissingParameterException(spec.commandLine(), missing,
                    "Missing required parameter: '" + missing.paramLabel() + "'");
        }
        PrintWriter out = spec.commandLine().getOut();
        TrainingState state = CheckpointFile.read(file);
        TrainingState.Setup setup = state.setup();
        TrainingOptions options = setup.options();
        TrainingState.Position position = state.position();
        if (json) {
            out.println(Json.text(json(state)));
            return 0;
        }
        out.println(file + ": whole, every checksum is right");
        out.println("network   " + Report.network(setup.network()));
        setup.network().layers().forEach(layer -> out.println("          " + layer));
        out.println(Report.format("training  %s, batch size %d, seed %d%s", options.optimizer(),
                options.batchSize(), options.seed(), options.shuffle() ? "" : ", not shuffled"));
        if (!options.schedule().equals(Schedule.CONSTANT)) {
            out.println("schedule  " + options.schedule());
        }
        out.println(Report.format("position  %,d steps; %d epochs done, %,d steps into the next",
                position.steps(), position.epochs(), position.step()));
        position.best().ifPresent(best -> out.println(Report.format(
                "best      epoch %d, loss %.4f", best.epoch(), best.loss())));
        position.data().ifPresent(data -> out.println(Report.format(
                "data      %,d samples, CRC-32C %08x", data.samples(), data.checksum())));
        out.println("contract  version " + setup.contract()
                + (setup.contract() == TrainingState.CONTRACT
                        ? ""
                        : "; this Lanewise keeps version " + TrainingState.CONTRACT
                                + " and would compute other bits"));
        return 0;
    }

    private static ObjectNode json(TrainingState state) {
        TrainingState.Setup setup = state.setup();
        TrainingOptions options = setup.options();
        TrainingState.Position position = state.position();
        ObjectNode node = Json.object();
        node.put("contract", setup.contract());
        node.put("parameters", setup.network().parameterCount());
        node.put("optimizer", options.optimizer().toString());
        node.put("schedule", options.schedule().toString());
        node.put("batch_size", options.batchSize());
        node.put("seed", options.seed());
        node.put("shuffle", options.shuffle());
        node.put("algorithm", setup.algorithm());
        node.put("steps", position.steps());
        node.put("updates", state.updates());
        node.put("epochs", position.epochs());
        node.put("step", position.step());
        position.best().ifPresent(best -> {
            node.put("best_epoch", best.epoch());
            node.set("best_loss", Json.number(best.loss()));
        });
        position.data().ifPresent(data -> node.put("samples", data.samples()));
        return node;
    }
}
