package org.lanewise.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingProgress;
import org.lanewise.cli.format.Recipe;
import org.lanewise.cli.option.InitOptions;
import org.lanewise.cli.option.LoadingOptions;
import org.lanewise.cli.option.LossOptions;
import org.lanewise.cli.option.NetworkOptions;
import org.lanewise.cli.option.OptimizerOptions;
import org.lanewise.cli.option.ScheduleOptions;
import org.lanewise.cli.option.UpdateOptions;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Precision;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;

/** A few steps of a recipe, or of a network by an optimizer that no recipe has, on random samples. */
final class GoldenTraining {
    private static final SequencedMap<String, List<String>> NETWORKS = new LinkedHashMap<>();

    static {
        NETWORKS.put("digits", List.of("--network=digits", "--optimizer=adam"));
        Recipe.BUILT_IN.forEach(name -> NETWORKS.put(name, List.of()));
        NETWORKS.put("mobilenet-v2-small",
                List.of("--network=mobilenet-v2-small", "--optimizer=adamw"));
        NETWORKS.put("vgg-8", List.of("--network=vgg-8", "--optimizer=rmsprop"));
    }

    /** Digits of an array's SHA-256, which find the array that differs. */
    private static final int DIGITS = 8;
    private static final int SAMPLES = 5;
    private static final int BATCH = 3;
    private static final int EPOCHS = 5;
    private static final long SEED = 20_261_201;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private LossOptions loss;

    @Mixin
    private InitOptions init;

    @Mixin
    private LoadingOptions loading;

    @Mixin
    private UpdateOptions updates;

    @ArgGroup(validate = false)
    private OptimizerOptions optimizer = new OptimizerOptions();

    @ArgGroup(validate = false)
    private ScheduleOptions schedules = new ScheduleOptions();

    private final String name;
    private final Network learner;
    private final Samples samples;
    private final TrainingOptions options;
    private final Parameters initial;

    /** Reads a recipe or network; its length, batch size, seed and precision are not taken. */
    GoldenTraining(String name) throws IOException {
        this.name = name;
        List<String> given = NETWORKS.get(name);
        CommandLine line = new CommandLine(this).setCaseInsensitiveEnumValuesAllowed(true)
                .setUnmatchedArgumentsAllowed(true);
        line.parseArgs((given.isEmpty() ? Recipe.read(name).arguments() : given)
                .toArray(String[]::new));
        this.learner = loss.in(network.start(init)).network();
        this.samples = samples(learner);
        TrainingOptions unscheduled = updates
                .with(loading.in(TrainingOptions.of(optimizer.optimizer()))).batchSize(BATCH)
                .seed(SEED);
        this.options = unscheduled.schedule(schedules.schedule(line,
                Math.ceilDiv(unscheduled.perEpoch(SAMPLES), BATCH), EPOCHS,
                unscheduled.accumulate()));
        this.initial = init.parameters(learner, options, samples);
    }

    static List<String> names() {
        return List.copyOf(NETWORKS.keySet());
    }

    String name() {
        return name;
    }

    private static Samples samples(Network network) {
        RandomState random = new RandomState(SEED);
        double[] inputs = random.randn((int) network.input().size() * SAMPLES);
        int[] labels = new int[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = (int) random.uniform(0, network.output().size());
        }
        return Samples.labelled(network.input(), inputs, labels);
    }

    /**
     * Trains, and returns the SHA-256 of all arrays and the first digits of that of each: losses, what was
     * learned, and outputs with and without batch normalization folded into weights.
     */
    String hashes(Backend backend, Algorithm algorithm, Precision precision, ForkJoinPool pool) {
        List<Double> losses = new ArrayList<>();
        Trainer trainer = new Trainer(learner, initial,
                options.backend(backend).algorithm(algorithm).precision(precision), pool);
        trainer.train(samples, EPOCHS, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                losses.add(progress.loss());
            }
        });
        Parameters learned = trainer.parameters();
        Model folded = new Model(learner, learned, BATCH, backend, algorithm, pool, true)
                .precision(precision);
        List<Parameters.Parameter> arrays = Stream.of(
                Stream.of(array("losses",
                        losses.stream().mapToDouble(Double::doubleValue).toArray())),
                learned.list().stream(),
                Stream.of(array("outputs", trainer.model().outputs(samples)),
                        array("folded outputs", folded.outputs(samples))))
                .flatMap(part -> part).toList();
        return sha256(arrays) + arrays.stream()
                .map(array -> " " + sha256(List.of(array)).substring(0, DIGITS))
                .collect(Collectors.joining());
    }

    private static Parameters.Parameter array(String name, double[] values) {
        return new Parameters.Parameter(new ParameterSpec(name, List.of(values.length)), values);
    }

    private static String sha256(List<Parameters.Parameter> arrays) {
        return new Parameters(arrays).sha256();
    }

    /** The first array in which two results of {@link #hashes} differ. */
    String difference(String expected, String found) {
        String[] right = expected.split(" ");
        String[] wrong = found.split(" ");
        List<String> arrays = Stream.of(Stream.of("losses"),
                initial.list().stream().map(array -> array.spec().name()),
                Stream.of("outputs", "folded outputs")).flatMap(part -> part).toList();
        for (int i = 0; i < arrays.size(); i++) {
            if (i + 1 >= right.length || i + 1 >= wrong.length
                    || !right[i + 1].equals(wrong[i + 1])) {
                return arrays.get(i);
            }
        }
        return "the SHA-256 of all arrays";
    }
}
