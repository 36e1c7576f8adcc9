package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Evaluation;
import org.lanewise.Model;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.DataOptions;
import org.lanewise.cli.option.TrainedModel;
import org.lanewise.cli.option.ViewOption;
import org.lanewise.spec.ClassNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise evaluate}: loss and accuracy of a trained network. */
@Command(name = "evaluate",
        description = "Loss, accuracy and confusion matrix of a trained network.")
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
            if (evaluation.confusion().length > 0) {
                node.setAll(Report.classes(evaluation, classes));
            }
            out.println(Json.text(node));
            return 0;
        }
        out.println("network   " + trained.name() + ": " + Report.network(model.network()));
        out.println("data      " + data.name() + ": " + Report.samples(chosen.samples()) + ", "
                + chosen.part().word() + " part"
                + (views.views() > 1 ? ", " + views.views() + " views" : ""));
        out.println(Report.evaluation(chosen.part().word(), evaluation));
        if (evaluation.confusion().length > 0) {
            out.println();
            Report.confusion(evaluation, classes).forEach(out::println);
        }
        return 0;
    }
}
