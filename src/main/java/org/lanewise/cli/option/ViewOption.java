package org.lanewise.cli.option;

import java.util.Optional;
import org.lanewise.Evaluation;
import org.lanewise.Model;
import org.lanewise.Samples;
import org.lanewise.data.DataSet;
import org.lanewise.spec.Shape;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Over how many views of a test sample outputs are averaged. */
public final class ViewOption {
    @Option(names = "--views", paramLabel = "N", defaultValue = "1",
            description = "Evaluate the mean outputs of N views of each test image: 2, with its"
                    + " mirror image; 6, also with both shifted by a pixel up and left, down and"
                    + " right (default: 1); train does so at its end.")
    private int views;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Complains about what cannot be, before any work. */
    public void check() {
        if (views != 1 && views != 2 && views != 6) {
            throw new ParameterException(command.commandLine(),
                    "--views " + views + ": expected 1, 2 or 6");
        }
    }

    /** Complains about inputs without views, and about data without test samples. */
    public void check(DataSet set) {
        if (views > 1 && !(set.train().shape() instanceof Shape.Image image
                && (views == 2 || Math.min(image.height(), image.width()) > 1))) {
            throw new IllegalArgumentException("--views " + views + ": expected images"
                    + (views == 6 ? " of 2x2 pixels or more" : "") + ", found inputs of "
                    + set.train().shape());
        }
        if (views > 1 && set.test().isEmpty()) {
            throw new IllegalArgumentException("--views " + views + ": the data has no test"
                    + " samples to evaluate");
        }
    }

    /** How many; 1 is no more than the sample itself. */
    public int views() {
        return views;
    }

    public Evaluation evaluate(Model model, Samples samples) {
        return model.evaluate(samples, views);
    }

    /** The test samples at the end of a training, where there is more than one view. */
    public Optional<Evaluation> test(Model model, DataSet set) {
        return views == 1 ? Optional.empty() : set.test().map(test -> evaluate(model, test));
    }
}
