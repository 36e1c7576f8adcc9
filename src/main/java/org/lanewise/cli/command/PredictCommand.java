package org.lanewise.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Samples;
import org.lanewise.cli.option.Arguments;
import org.lanewise.cli.option.DataOptions;
import org.lanewise.cli.option.TrainedModel;
import org.lanewise.data.DataSets;
import org.lanewise.spec.Loss;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise predict}: what a trained network says of each sample. */
@Command(name = "predict",
        description = "What a trained network says of each sample: a class and its probability, or"
                + " the outputs of a network without classes.")
public final class PredictCommand implements Callable<Integer> {
    private static final int DEFAULT_TOP = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private TrainedModel trained;

    @Option(names = "--input", paramLabel = "PATH", arity = "1..*",
            description = "Inputs without labels, one or several: .png or .jpg images, folders of"
                    + " such images (with the folders in them), IDX images (or .gz), .npy, x of an"
                    + " .npz file, .csv; in place of --data.")
    private List<Path> inputs;

    @Option(names = "--part", paramLabel = "PART",
            description = "train or test of --data (default: test, where there are test samples).")
    private DataOptions.Part part;

    @Option(names = "--limit", paramLabel = "N",
            description = "Print no more than the first N samples.")
    private Integer limit;

    @Option(names = "--top", paramLabel = "K",
            description = "Show the K most likely classes of each sample, or all if there are fewer"
                    + " (default: 3).")
    private Integer top;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        requireSense();
        try (ForkJoinPool pool = trained.pool(spec.commandLine())) {
            return predict(trained.read(spec.commandLine(), pool));
        }
    }

    private int predict(TrainedModel.Loaded loaded) throws IOException {
        if (inputs == null) {
            Samples samples = data.read(loaded.model(), part,
                    spec.commandLine().getErr()).samples();
            predictions(loaded.named(data.name(), samples.classes()))
                    .print(spec.commandLine().getOut(), samples.hasLabels(), false, each -> each
                            .of(samples.slice(0, Math.min(left(0), samples.size()))));
            return 0;
        }
        List<Path> files = files();
        predictions(loaded).print(spec.commandLine().getOut(), false, true, each -> {
            for (int i = 0; i < files.size() && left(each.count()) > 0;) {
                int images = images(files, i, Math.min(trained.batchSize(), left(each.count())));
                List<Path> some = files.subList(i, i + Math.max(1, images));
                Samples samples = images > 0
                        ? data.readImages(some, loaded.model())
                        : data.readInputs(some.getFirst(), loaded.model());
                each.of(samples.slice(0, Math.min(left(each.count()), samples.size())), some);
                i += some.size();
            }
        });
        return 0;
    }

    private Predictions predictions(TrainedModel.Loaded loaded) {
        boolean classes = loaded.model().network().loss() instanceof Loss.SoftmaxCrossEntropy;
        if (!classes && top != null) {
            throw new IllegalArgumentException("--top is for networks with classes; this one has"
                    + " loss " + loaded.model().network().loss().type());
        }
        return new Predictions(loaded, top == null ? DEFAULT_TOP : top, json);
    }

    /** How many samples are left to print after so many. */
    private int left(int printed) {
        return limit == null ? Integer.MAX_VALUE : limit - printed;
    }

    /** The inputs, folders replaced by their images. */
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                files.addAll(DataSets.images(input));
            } else {
                files.add(input);
            }
        }
        return files;
    }

    /** How many files from one on are images and can be computed as one batch. */
    private static int images(List<Path> files, int from, int most) {
        int count = 0;
        while (count < most && from + count < files.size()
                && DataSets.isImage(files.get(from + count))) {
            count++;
        }
        return count;
    }

    private void requireSense() {
        if (limit != null) {
            Arguments.requirePositive(spec.commandLine(), "--limit", limit);
        }
        if (top != null) {
            Arguments.requirePositive(spec.commandLine(), "--top", top);
        }
        if (inputs != null && (data.given() || part != null)) {
            throw new ParameterException(spec.commandLine(),
                    "--input replaces --data and --part; give one or the other");
        }
    }
}
