package org.lanewise.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Evaluation;
import org.lanewise.TrainingOptions;
import org.lanewise.cli.bench.Measurement;
import org.lanewise.cli.format.OutputFile;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.ComputeOptions;
import org.lanewise.cli.option.DataOptions;
import org.lanewise.cli.option.NetworkOptions;
import org.lanewise.cli.option.TrainedModel;
import org.lanewise.cli.option.WeightsOption;
import org.lanewise.cli.report.BenchSections;
import org.lanewise.cli.report.ModelSections;
import org.lanewise.cli.report.Page;
import org.lanewise.cli.report.ProfileSection;
import org.lanewise.cli.report.ReportFile;
import org.lanewise.cli.report.ReportFile.Benchmarks;
import org.lanewise.cli.report.ReportFile.Judgement;
import org.lanewise.cli.report.ReportFile.PeerTime;
import org.lanewise.cli.report.ReportFile.Peers;
import org.lanewise.cli.report.ReportFile.Profiles;
import org.lanewise.cli.report.ReportFile.SideBySide;
import org.lanewise.cli.report.ReportFile.Training;
import org.lanewise.cli.report.Section;
import org.lanewise.cli.report.TrainingSection;
import org.lanewise.codec.DataCodec;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.io.AtomicFile;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Optimizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise report}: one web page of everything that was measured and learned. */
@Command(name = "report", description = {
        "Make one web page of results, which needs neither network nor server: speed-up over scalar"
                + " kernels and over peers, share of the peak, scaling over threads, profiles with"
                + " their roofline, learning curves, confusion matrix and learned filters,"
                + " whatever the files and options hold.",
        "",
        "Confusion matrix and filters of a trained network:",
        "  ./lanewise report --parameters lenet.npz --data DATA"})
public final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*",
            description = "JSON of bench, profile, train --history, evaluate,"
                    + " jmh/peers/torch_bench.py or jmh/peers/jvm, in any order.")
    private List<Path> files = List.of();

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", defaultValue = "report.html",
            description = "The page to write (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Option(names = "--overwrite", description = "Let --output replace a file that is no page.")
    private boolean overwrite;

    @Option(names = "--title", paramLabel = "TEXT", defaultValue = "Lanewise",
            description = "Heading of the page (default: ${DEFAULT-VALUE}).")
    private String title;

    @Mixin
    private WeightsOption weights;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private DataOptions data;

    @Option(names = "--augment", paramLabel = "TYPE,...",
            description = "Show the first training samples as train --augment changes them.")
    private String augment;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
            description = "Seed of the training whose augmentations are shown (default:"
                    + " ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ComputeOptions compute;

    @Override
    public Integer call() throws IOException {
        if (files.isEmpty() && weights.file().isEmpty() && augment == null) {
            throw new ParameterException(spec.commandLine(), "nothing to report: give files of"
                    + " results, or a trained network by --parameters");
        }
        OutputFile.requireWritable(output);
        if (!overwrite) {
            OutputFile.requireNewOr('<', output);
        }
        List<ReportFile> read = new ArrayList<>();
        for (Path file : files) {
            read.add(ReportFile.read(file));
        }
        Page page;
        try (ForkJoinPool pool = compute.pool(spec.commandLine())) {
            page = page(read, pool);
        }
        byte[] text = page.html().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(output, out -> out.write(text));
        spec.commandLine().getOut().println("page written to " + output + ": "
                + page.sections().stream().mapToInt(section -> section.figures().size()).sum()
                + " figures, " + Report.bytes(text.length));
        return 0;
    }

    private Page page(List<ReportFile> read, ForkJoinPool pool) throws IOException {
        // Files of one run have one machine; its line is shown once.
        Set<String> lines = new LinkedHashSet<>();
        List<Measurement> measurements = new ArrayList<>();
        List<PeerTime> peers = new ArrayList<>();
        List<Section> profiles = new ArrayList<>();
        List<Training> trainings = new ArrayList<>();
        List<Judgement> judgements = new ArrayList<>();
        for (ReportFile file : read) {
            switch (file) {
                case Benchmarks bench -> {
                    lines.add(bench.name() + ": " + bench.report().environment().line());
                    measurements.addAll(bench.report().results());
                }
                case Peers other -> peers.addAll(other.times());
                case SideBySide both -> {
                    lines.add(both.line());
                    measurements.addAll(both.ours());
                    peers.addAll(both.theirs());
                }
                case Profiles profile -> {
                    lines.add(profile.name() + ": " + profile.environment().line());
                    profile.networks().forEach(one -> profiles.add(new ProfileSection(one,
                            profile.environment().peak(one.threads())).section()));
                }
                case Training training -> trainings.add(training);
                case Judgement judgement -> judgements.add(judgement);
            }
        }
        List<Section> sections = new ArrayList<>(
                new BenchSections(measurements, peers).sections());
        sections.addAll(profiles);
        sections.add(new TrainingSection(trainings).section());
        List<Section> mistakes = new ArrayList<>();
        Optional<TrainedModel.Loaded> loaded = model(pool);
        if (loaded.isPresent()
                && loaded.get().model().network().loss().takesLabels()) {
            mistakes.add(judge(loaded.get(), judgements));
        }
        sections.add(ModelSections.confusion(judgements));
        sections.addAll(mistakes);
        if (loaded.isPresent()) {
            lines.add(name() + ": " + Report.network(loaded.get().model().network()));
            sections.add(ModelSections.filters(loaded.get().model()));
        }
        if (augment != null) {
            sections.add(augmented(loaded));
        }
        sections.removeIf(section -> section.figures().isEmpty());
        if (sections.isEmpty()) {
            throw new IllegalArgumentException("nothing to show: the files hold no results");
        }
        return new Page(title, List.copyOf(lines), sections);
    }

    private Section augmented(Optional<TrainedModel.Loaded> loaded) throws IOException {
        NetworkDocument document = loaded.isPresent()
                ? new NetworkDocument(loaded.get().model().network(), ClassNames.UNKNOWN,
                        loaded.get().model().normalization())
                : network.document();
        TrainingOptions options;
        try {
            options = TrainingOptions.of(Optimizer.sgd(1)).seed(seed)
                    .augment(DataCodec.augmentations(augment));
            options.augment().forEach(one -> one.requireFit(document.network().input()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--augment " + e.getMessage(), e);
        }
        return ModelSections.augmented(
                data.read(document, spec.commandLine().getErr()).train(), options);
    }

    private String name() {
        return network.name(weights.required()) + Report.precision(compute.precision());
    }

    private Optional<TrainedModel.Loaded> model(ForkJoinPool pool) throws IOException {
        if (weights.file().isEmpty()) {
            return Optional.empty();
        }
        SavedModel saved = network.trained(weights.required());
        return Optional.of(new TrainedModel.Loaded(
                compute.model(spec.commandLine(), saved, 32, pool, true), saved.classes()));
    }

    /** Evaluates a model; {@return what it is wrong about} */
    private Section judge(TrainedModel.Loaded loaded, List<Judgement> judgements)
            throws IOException {
        DataOptions.Chosen chosen = data.read(loaded.model(), null,
                spec.commandLine().getErr());
        ClassNames classes = loaded.named(data.name(), chosen.samples().classes()).classes();
        Evaluation evaluation = loaded.model().evaluate(chosen.samples());
        judgements.add(new Judgement(name() + " on " + data.name() + ", " + chosen.part().word()
                + " samples", evaluation.accuracy(), evaluation.confusion(), classes));
        return ModelSections.mistakes(loaded.model(), chosen.samples(), classes);
    }
}
