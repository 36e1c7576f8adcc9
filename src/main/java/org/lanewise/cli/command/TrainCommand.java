package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.lanewise.EpochReport;
import org.lanewise.Evaluation;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingEnd;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.cli.format.History;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.OutputFile;
import org.lanewise.cli.format.ParameterOutput;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.Arguments;
import org.lanewise.cli.option.CheckpointOptions;
import org.lanewise.cli.option.ComputeOptions;
import org.lanewise.cli.option.DataOptions;
import org.lanewise.cli.option.InitOptions;
import org.lanewise.cli.option.LoadingOptions;
import org.lanewise.cli.option.LossOptions;
import org.lanewise.cli.option.NetworkOptions;
import org.lanewise.cli.option.OptimizerOptions;
import org.lanewise.cli.option.RecipeOptions;
import org.lanewise.cli.option.SafeguardOptions;
import org.lanewise.cli.option.ScheduleOptions;
import org.lanewise.cli.option.TensorBoardOption;
import org.lanewise.cli.option.UpdateOptions;
import org.lanewise.cli.option.ViewOption;
import org.lanewise.codec.DataCodec;
import org.lanewise.data.DataSet;
import org.lanewise.io.CheckpointFolder;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Precision;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise train}: learns a network from samples. */
@Command(name = "train", description = "Train a network; without options, on handwritten digits.")
public final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private LossOptions loss;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private InitOptions init;

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "20",
            description = "How often every sample is seen, as 20 or 9.9: the last epoch is cut"
                    + " (default: ${DEFAULT-VALUE}).")
    private double epochs;

    @Option(names = "--until-accuracy", paramLabel = "X",
            description = "End after the first epoch whose accuracy is at least this, from 0 to 1"
                    + " (of the test samples, where there are any).")
    private Double untilAccuracy;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "32",
            description = "Samples of one step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
            description = "First state of the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--shuffle", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Take the samples in a new random order each epoch (default), or in the"
                    + " order of the files.")
    private boolean shuffle;

    @Option(names = "--save", paramLabel = "FILE",
            description = "Write network and parameters at the end; the name ends in .npz or"
                    + " .safetensors. For ONNX see ./lanewise export.")
    private Path save;

    @Option(names = "--overwrite", description = "Let --save and --history replace any file.")
    private boolean overwrite;

    @Option(names = "--history", paramLabel = "FILE",
            description = "Write the loss of every step and epoch as JSON, with --checkpoint-dir"
                    + " before each checkpoint; --resume continues it.")
    private Path history;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /** Of the training samples of a recipe, and of its test samples if there are any. */
    private List<String> digests;

    @Mixin
    private TensorBoardOption tensorBoard;

    @Mixin
    private LoadingOptions loading;

    @Mixin
    private ViewOption views;

    @Mixin
    private ComputeOptions compute;

    @ArgGroup(validate = false, heading = "%nOptimizer, as PyTorch defines it:%n")
    private OptimizerOptions optimizer = new OptimizerOptions();

    @ArgGroup(validate = false, heading = "%nSchedule of the learning rate:%n")
    private ScheduleOptions schedules = new ScheduleOptions();

    @Mixin
    private UpdateOptions updates;

    @Mixin
    private SafeguardOptions safeguards;

    @ArgGroup(validate = false, heading = "%nCheckpoints:%n")
    private CheckpointOptions checkpoints = new CheckpointOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        Optional<String> shown = recipe.shown();
        if (shown.isPresent()) {
            spec.commandLine().getOut().println(shown.get());
            return 0;
        }
        // With --json only the result is printed to standard output; messages go to standard error.
        PrintWriter info = json ? err : spec.commandLine().getOut();
        TrainingOptions options = options();
        try (ForkJoinPool pool = compute.pool(spec.commandLine())) {
            return train(options, info, err, pool);
        }
    }

    private int train(TrainingOptions options, PrintWriter info, PrintWriter err,
            ForkJoinPool pool) throws IOException {
        NetworkOptions.Named named = loss.in(network.start(init));
        requireWritable();
        if (!checkpoints.given()) {
            return train(named, options, info, err, pool, Optional.empty());
        }
        try (CheckpointFolder folder = checkpoints.open()) {
            return train(named, options, info, err, pool, Optional.of(folder));
        }
    }

    private int train(NetworkOptions.Named named, TrainingOptions unscheduled, PrintWriter info,
            PrintWriter err, ForkJoinPool pool, Optional<CheckpointFolder> folder)
            throws IOException {
        Network learner = named.network();
        if (untilAccuracy != null && !learner.loss().takesLabels()) {
            throw new ParameterException(spec.commandLine(), "--until-accuracy needs labels, and"
                    + " loss " + learner.loss() + " has none");
        }
        loading.requireFit(unscheduled, learner.input());
        // Checked before the samples are read, when the arrays alone may need too much, and again
        // after.
        List<MemoryUse> uses = Trainer.memory(learner, unscheduled, pool.getParallelism());
        MemoryNeed.of(uses, Optional.empty(), unscheduled.precision())
                .requireHeap(Runtime.getRuntime().maxMemory());
        DataSet set = data.read(named.document(), err);
        views.check(set);
        MemoryNeed need = MemoryNeed.of(uses, Optional.of(set), unscheduled.precision());
        need.requireHeap(Runtime.getRuntime().maxMemory());
        TrainingOptions options = unscheduled.schedule(schedules.schedule(spec.commandLine(),
                Math.ceilDiv(unscheduled.perEpoch(set.train().size()), batchSize), epochs,
                unscheduled.accumulate()));
        Trainer trainer = new Trainer(learner,
                init.parameters(learner, options, set.train()), options, pool);
        head(info, err, named, set, options, need);
        if (folder.isPresent() && checkpoints.resumes()) {
            CheckpointOptions.resume(folder.get(), trainer, info, err);
        }

        // The history is written last: where it cannot be, checkpoint and weights are there.
        try (History kept = History.of(Optional.ofNullable(history),
                trainer.state().position(), overwrite, err);
                var events = tensorBoard.open(trainer.state().position().steps())) {
            ProgressPrinter progress = new ProgressPrinter(info,
                    !json && ProgressPrinter.onTerminal(), schedules.given(), System::nanoTime);
            AccuracyGoal goal = new AccuracyGoal(untilAccuracy, trainer::stop);
            TrainingListener saver = folder.isEmpty()
                    ? TrainingListener.SILENT
                    : folder.get().listener(trainer, checkpoints.interval(), kept::write);
            TrainingListener listener = TrainingListener.all(kept, progress,
                    LossWarning.of(learner, set.train(), err), events.listener(), saver, goal);
            TrainingEnd end;
            long start = System.nanoTime();
            double seconds;
            try (Interruption interruption = Interruption.by(trainer::stop)) {
                progress.begin();
                end = CheckpointOptions.train(trainer, folder,
                        () -> trainer.train(set.train(), set.test(), epochs, listener));
                seconds = (System.nanoTime() - start) / 1e9;
                Optional<Path> last = Optional.empty();
                if (folder.isPresent()) {
                    last = Optional.of(folder.get().save(trainer.state()));
                }
                if (end == TrainingEnd.STOPPED && !goal.reached()) {
                    err.println(interruption.message(trainer.state().position(), last));
                    return interruption.exitCode().orElse(1);
                }
            }
            Optional<Evaluation> viewed = views.test(trainer.model(), set);
            // Before files are written, so that a failure to do so does not hide it.
            if (json) {
                ObjectNode result = result(named, options, kept);
                if (recipe.given()) {
                    result.put("recipe", recipe.name());
                    result.put("train_sha256", digests.getFirst());
                    set.test().ifPresent(_ -> result.put("test_sha256", digests.getLast()));
                    result.put("weights_sha256", trainer.parameters().sha256());
                }
                result.put("memory_bytes", need.arrays());
                result.put("process_memory_bytes", need.process());
                result.set("seconds", Json.number(seconds));
                viewed.ifPresent(test -> result.set("test_views",
                        Report.json(test).put("views", views.views())));
                result.put("end",
                        goal.reached() ? "accuracy" : end.name().toLowerCase(Locale.ROOT));
                spec.commandLine().getOut().println(Json.text(result));
            } else {
                if (goal.reached()) {
                    info.println(Report.format("ended early: accuracy of at least %s after %s",
                            untilAccuracy, Report.duration(seconds)));
                }
                tail(info, kept, end);
                viewed.ifPresent(test -> info
                        .println(Report.evaluation(views.views() + " views: test", test)));
                if (recipe.given()) {
                    info.println("SHA-256 of the weights " + trainer.parameters().sha256());
                }
            }
            if (save != null) {
                output().write(new SavedModel(Optional.of(learner), set.train().classes(),
                        set.train().normalization(), trainer.parameters()));
            }
            kept.write();
            if (!json) {
                written(info);
            }
            return 0;
        }
    }

    private TrainingOptions options() {
        try {
            Arguments.requireEpochs(epochs);
            Arguments.requirePositive(spec.commandLine(), "--batch-size", batchSize);
            if (untilAccuracy != null && !(untilAccuracy >= 0 && untilAccuracy <= 1)) {
                throw new IllegalArgumentException(
                        "--until-accuracy " + untilAccuracy + " must be from 0 to 1");
            }
            checkpoints.check();
            views.check();
            schedules.check();
            init.check();
            if (save != null) {
                ParameterOutput.requireFormat(save);
            }
            if (save != null && history != null && save.toAbsolutePath().normalize()
                    .equals(history.toAbsolutePath().normalize())) {
                throw new IllegalArgumentException(
                        "--save and --history name one file, " + save + "; they need two");
            }
            return updates.with(loading.in(TrainingOptions.of(optimizer.optimizer())))
                    .batchSize(batchSize).seed(seed).shuffle(shuffle)
                    .initializer(init.initializer())
                    .backend(compute.backend(spec.commandLine()))
                    .algorithm(compute.algorithm()).precision(compute.precision())
                    .safeguards(safeguards.safeguards());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void requireWritable() throws IOException {
        if (save != null) {
            output().requireWritable();
        }
        if (history != null) {
            OutputFile.requireWritable(history);
            if (!overwrite) {
                OutputFile.requireNewOrJson(history);
            }
        }
    }

    private ParameterOutput output() {
        return ParameterOutput.beside(save, overwrite, data.path());
    }

    private void head(PrintWriter info, PrintWriter err, NetworkOptions.Named named, DataSet set,
            TrainingOptions options, MemoryNeed need) {
        int threads = compute.threads(spec.commandLine());
        info.println("network   " + named.name() + ": " + Report.network(named.network()));
        loss.report().ifPresent(info::println);
        info.println(Report.format("data      %s: %,d training samples, %s", data.name(),
                set.train().size(), set.test().map(test -> Report.format("%,d test samples",
                        test.size())).orElse("no test samples")));
        info.println(Report.format("training  %s%s, batch size %d, seed %d%s, backend %s, %s",
                options.optimizer(),
                schedules.given() ? ", schedule " + options.schedule() : "", batchSize, seed,
                options.augment().isEmpty()
                        ? ""
                        : ", augment " + DataCodec.text(options.augment()),
                options.backend().chosen().name().toLowerCase(Locale.ROOT),
                threads == 1 ? "1 thread" : threads + " threads"));
        info.println("memory    " + need.line(Runtime.getRuntime().maxMemory())
                + (options.precision() == Precision.DOUBLE ? "" : "; single precision"));
        init.report().forEach(info::println);
        if (recipe.given()) {
            digests = Stream.concat(Stream.of(set.train()), set.test().stream())
                    .map(Samples::sha256).toList();
            info.println("recipe    " + recipe.name() + ", SHA-256 of the samples "
                    + String.join(", ", digests));
        }
        int classes = set.train().classes().names().size();
        if (classes > 0 && classes < named.network().output().size()) {
            err.println(Report.format("lanewise: warning: %s names %d classes, but the network %s"
                    + " has %d outputs; %d are enough", data.name(), classes, named.name(),
                    named.network().output().size(), classes));
        }
        if (batchSize > set.train().size()) {
            err.println(Report.format("lanewise: warning: the batch size %,d is larger than the %,d"
                    + " training samples; a step takes them all", batchSize, set.train().size()));
        }
    }

    private void tail(PrintWriter info, History kept, TrainingEnd end) {
        if (end == TrainingEnd.NO_BETTER) {
            info.println("ended early: no lower loss for as many epochs as --patience says");
        }
        info.println(kept.last()
                .map(last -> last.test().map(test -> Report.evaluation("test", test))
                        .orElse(Report.format("training loss %.4f", last.loss())))
                .orElse("nothing was left to train"));
    }

    private void written(PrintWriter info) {
        if (save != null) {
            info.println("parameters written to " + save);
        }
        if (history != null) {
            info.println("history written to " + history);
        }
    }

    private ObjectNode result(NetworkOptions.Named named, TrainingOptions options, History kept) {
        ObjectNode node = Json.object();
        node.put("network", named.name());
        node.put("parameters", named.network().parameterCount());
        node.put("data", data.name());
        node.put("optimizer", options.optimizer().toString());
        if (schedules.given()) {
            node.put("schedule", options.schedule().toString());
        }
        node.put("batch_size", batchSize);
        node.put("seed", seed);
        node.put("precision", options.precision().toString());
        if (!options.augment().isEmpty()) {
            node.put("augment", DataCodec.text(options.augment()));
        }
        node.put("backend", options.backend().chosen().name().toLowerCase(Locale.ROOT));
        node.set("epochs", kept.reports());
        kept.last().flatMap(EpochReport::test)
                .ifPresent(test -> node.set("test", Report.json(test)));
        return node;
    }
}
