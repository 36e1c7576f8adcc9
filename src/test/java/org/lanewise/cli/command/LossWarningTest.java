package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lanewise.EpochReport;
import org.lanewise.Samples;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/** Warnings about losses far above that of a constant prediction. */
class LossWarningTest {
    private static final Samples LABELLED = Samples.labelled(new Shape.Flat(1), new double[] {1},
            new int[] {0});

    private final StringWriter err = new StringWriter();

    private LossWarning warning(Network network, Samples samples) {
        return LossWarning.of(network, samples, new PrintWriter(err, true));
    }

    private static EpochReport report(int epoch, double loss) {
        return new EpochReport(epoch, 9, loss, 0.1, Optional.empty(), true, 1, 1, 0.1);
    }

    @Test
    void warnsOnceOfALossFarAboveThatOfAConstantPrediction() {
        LossWarning warning = warning(Network.input(1).linear(10).softmaxCrossEntropy(), LABELLED);
        warning.epoch(report(1, 4874));
        assertEquals("lanewise: warning: the loss of epoch 1 is 4874, far above the 2.303 of a"
                + " constant prediction: try a smaller --learning-rate, or inputs scaled to about"
                + " 0 to 1 (CSV: --divide-by)\n", err.toString());
        warning.epoch(report(2, 4874));
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void doesNotWarnOfALossThatRandomWeightsMayHave() {
        LossWarning warning = warning(Network.input(1).linear(10).softmaxCrossEntropy(), LABELLED);
        warning.epoch(report(1, 2.9 * Math.log(10)));
        warning.epoch(report(2, 0.1));
        warning.epoch(report(4, 4874));
        assertEquals("", err.toString());
    }

    /** Columns 1, 3 and 1e9, 1e9 + 4 have variances 1 and 4. */
    @Test
    void comparesSquaredErrorWithTheVarianceOfTheTargets() {
        Samples samples = Samples.valued(new Shape.Flat(1), new double[2],
                new double[] {1, 1e9, 3, 1e9 + 4});
        Network network = Network.input(1).linear(2).meanSquaredError();
        warning(network, samples).epoch(report(1, 7.4));
        assertEquals("", err.toString());
        warning(network, samples).epoch(report(1, 7.6));
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void doesNotWarnWhenAllTargetsAreEqual() {
        Samples samples = Samples.valued(new Shape.Flat(1), new double[2], new double[] {1, 1});
        warning(Network.input(1).linear(1).meanSquaredError(), samples).epoch(report(1, 7));
        assertEquals("", err.toString());
    }
}
