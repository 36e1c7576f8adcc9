package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingProgress;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;

/** Progress of a training, with a clock that the test sets. */
class ProgressPrinterTest {
    private static final int STEPS = 100;

    private final StringWriter out = new StringWriter();
    private boolean rates;
    private long nanos;

    /** Trains two epochs, each step as long as the number of milliseconds for its epoch. */
    private List<String> lines(boolean terminal, int first, int second) {
        Network network = Network.input(1).linear(1).meanSquaredError();
        Samples samples = Samples.valued(new Shape.Flat(1), new double[STEPS], new double[STEPS]);
        ProgressPrinter printer = new ProgressPrinter(new PrintWriter(out), terminal, rates,
                () -> nanos);
        TrainingListener clock = new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                nanos += 1_000_000L * (progress.epoch() == 1 ? first : second);
            }
        };
        printer.begin();
        new Trainer(network, TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(1)).train(samples, 2,
                TrainingListener.all(clock, printer));
        return out.toString().lines().flatMap(line -> List.of(line.split("\r")).stream())
                .filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void saysCompilingUntilTheSpeedIsSteady() {
        List<String> lines = lines(true, 40, 40);
        assertEquals("compiling", lines.getFirst());
        assertTrue(lines.get(1).matches("epoch 1/2 \\[ {24}\\] loss 0\\.0000  25 samples/s"
                + "  compiling"), lines.get(1));
        assertTrue(lines.get(30).matches("epoch 1/2 .*  \\d\\.\\d s left *"), lines.get(30));
    }

    /** A tenth of a second is over after every third step of 40 ms, and after each of 400 ms. */
    @Test
    void redrawsByTime() {
        long drawn = lines(true, 40, 40).stream().filter(line -> line.startsWith("epoch 1/2 ["))
                .count();
        assertEquals(33, drawn);
        out.getBuffer().setLength(0);
        long slower = lines(true, 400, 40).stream().filter(line -> line.startsWith("epoch 1/2 ["))
                .count();
        assertEquals(STEPS, slower);
    }

    @Test
    void printsOneLinePerEpochWithoutATerminal() {
        List<String> lines = lines(false, 40, 40);
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(
                lines.get(0).matches("epoch 1/2  loss 0\\.0000  [\\d,]+ samples/s  4\\.0 s left"),
                lines.get(0));
        assertFalse(lines.get(1).contains("left"), lines.get(1));
    }

    @Test
    void printsLearningRatesIfThereIsASchedule() {
        rates = true;
        List<String> lines = lines(true, 40, 40);
        assertTrue(lines.get(1).startsWith(
                "epoch 1/2 [                        ] loss 0.0000  lr 0.100  25 samples/s"),
                lines.get(1));
        assertTrue(lines.getLast().startsWith("epoch 2/2  loss 0.0000  lr 0.100  "),
                lines.getLast());
    }

    @Test
    void givesNoEstimateAfterAShortEpoch() {
        assertFalse(lines(false, 1, 1).getFirst().contains("left"));
    }
}
