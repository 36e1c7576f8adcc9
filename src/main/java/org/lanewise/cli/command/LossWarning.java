package org.lanewise.cli.command;

import java.io.PrintWriter;
import org.lanewise.EpochReport;
import org.lanewise.Samples;
import org.lanewise.TrainingListener;
import org.lanewise.cli.format.Report;
import org.lanewise.spec.Huber;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.SmoothL1;

/** Warns once when a training starts with a loss far above that of a constant prediction. */
final class LossWarning implements TrainingListener {
    /** Random weights may begin with a loss of two or three times the constant's. */
    private static final double FAR = 3;

    /** Later epochs go up by divergence, which has a message of its own. */
    private static final int EPOCHS = 3;

    private final PrintWriter err;
    private final double constantLoss;
    private boolean warned;

    private LossWarning(PrintWriter err, double constantLoss) {
        this.err = err;
        this.constantLoss = constantLoss;
    }

    /** A warning for a network that learns from these samples. */
    static LossWarning of(Network network, Samples samples, PrintWriter err) {
        return new LossWarning(err, switch (network.loss()) {
            // With weights and smoothing it depends on how frequent classes are: no warning. Nor where
            // targets need not add up to 1.
            case Loss.SoftmaxCrossEntropy softmax -> softmax.takesLabels()
                    && (softmax.weight().isEmpty() || softmax.labelSmoothing() == 0)
                            ? Math.log(network.output().size())
                            : 0;
            case Loss.MeanSquaredError _ -> variance(samples);
            // With weights it depends on them: no warning.
            case Loss.BinaryCrossEntropyWithLogits binary ->
                binary.posWeight().isEmpty() ? Math.log(2) : 0;
            // At most that, as the loss is at most |d|.
            case SmoothL1 _ -> Math.sqrt(variance(samples));
            case Huber huber -> huber.delta() * Math.sqrt(variance(samples));
        });
    }

    /** The mean squared error of predicting each target by its mean. */
    private static double variance(Samples samples) {
        int width = samples.targetsPerSample();
        double[] row = new double[width];
        double[] mean = new double[width];
        double[] squares = new double[width];
        for (int i = 0; i < samples.size(); i++) {
            samples.copyTargets(i, row, 0);
            for (int j = 0; j < width; j++) {
                // Welford's update, which does not cancel where the mean is large.
                double before = row[j] - mean[j];
                mean[j] += before / (i + 1);
                squares[j] += before * (row[j] - mean[j]);
            }
        }
        double sum = 0;
        for (double square : squares) {
            sum += square;
        }
        return sum / samples.size() / width;
    }

    @Override
    public void epoch(EpochReport report) {
        if (!warned && report.epoch() <= EPOCHS && constantLoss > 0
                && report.loss() > FAR * constantLoss) {
            warned = true;
            err.println(Report.format("lanewise: warning: the loss of epoch %d is %.4g, far above"
                    + " the %.4g of a constant prediction: try a smaller --learning-rate, or"
                    + " inputs scaled to about 0 to 1 (CSV: --divide-by)", report.epoch(),
                    report.loss(), constantLoss));
        }
    }
}
