package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Evaluation;
import org.lanewise.Model;
import org.lanewise.cli.format.ClassTable;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.DataOptions;
import org.lanewise.cli.option.TrainedModel;
import org.lanewise.cli.option.ViewOption;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise evaluate}: loss and accuracy of a trained network. */
@Command(name = "evaluate",
        description = {"Loss, accuracy and confusion matrix of a trained network; for each class"
                + " precision, recall and F1.",
                "",
                "Precision is the share of right ones among the samples that were taken for a"
                        + " class, recall that of a class's samples that were taken for it, and F1"
                        + " their harmonic mean; without such samples they are 0. Means are over"
                        + " the classes that have samples or were predicted."})
public final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private TrainedModel trained;

    @Option(names = "--part", paramLabel = "PART",
            description = "train or test (default: test, where there are test samples).")
    private DataOptions.Part part;

    @Mixin
    private ViewOption views;

    @Option(names = "--top-k", paramLabel = "K",
            description = "Also the share of samples whose label is among the K most likely"
                    + " classes; of equal outputs those of lower classes come first.")
    private Integer topK;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        views.check();
        try (ForkJoinPool pool = trained.pool(spec.commandLine())) {
            return evaluate(trained.read(spec.commandLine(), pool));
        }
    }

    private int evaluate(TrainedModel.Loaded loaded) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Model model = loaded.model();
        requireClasses(model.network());
        DataOptions.Chosen chosen = data.read(model, part, spec.commandLine().getErr());
        ClassNames classes = loaded.named(data.name(), chosen.samples().classes()).classes();
        Evaluation evaluation = views.evaluate(model, chosen.samples());
        if (json) {
            ObjectNode node = Json.object();
            node.put("part", chosen.part().name().toLowerCase(Locale.ROOT));
            if (views.views() > 1) {
                node.put("views", views.views());
            }
            node.setAll(Report.json(evaluation));
            if (topK != null) {
                node.put("top_k", topK);
                node.put("top_k_accuracy", evaluation.topAccuracy(topK));
            }
            if (evaluation.confusion().length > 0) {
                node.setAll(ClassTable.json(evaluation, classes));
            }
            out.println(Json.text(node));
            return 0;
        }
        out.println("network   " + trained.name() + ": " + Report.network(model.network()));
        out.println("data      " + data.name() + ": " + Report.samples(chosen.samples()) + ", "
                + chosen.part().word() + " part"
                + (views.views() > 1 ? ", " + views.views() + " views" : ""));
        out.println(Report.evaluation(chosen.part().word(), evaluation));
        if (topK != null) {
            out.println(Report.format("%s top-%d accuracy %.4f", chosen.part().word(), topK,
                    evaluation.topAccuracy(topK)));
        }
        if (evaluation.confusion().length > 0) {
            out.println();
            Report.confusion(evaluation, classes).forEach(out::println);
            out.println();
            ClassTable.lines(evaluation, classes).forEach(out::println);
        }
        return 0;
    }

    private void requireClasses(Network network) {
        if (topK == null) {
            return;
        }
        long classes = network.output().size();
        if (!network.loss().takesLabels()) {
            throw new ParameterException(spec.commandLine(), "--top-k needs classes, and loss "
                    + network.loss().type() + " has none");
        }
        if (topK < 1 || topK > classes) {
            throw new ParameterException(spec.commandLine(), "--top-k " + topK
                    + " must be from 1 to the network's " + classes + " classes");
        }
    }
}
