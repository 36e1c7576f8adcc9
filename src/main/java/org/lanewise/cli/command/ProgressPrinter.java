package org.lanewise.cli.command;

import java.io.PrintWriter;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.lanewise.EpochReport;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;
import org.lanewise.cli.format.Report;

/** Shows the progress of a training: a line an epoch, and on a terminal a bar within it. */
final class ProgressPrinter implements TrainingListener {
    private static final int BAR = 24;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintWriter out;
    private final boolean terminal;
    private final boolean rates;
    private final LongSupplier nanoTime;
    private final TimeLeft timeLeft;
    private boolean begun;
    private long epochStart;
    private long drawn;
    private int seen;
    private int width;
    private double length;

    /**
     * Begins to measure the time.
     *
     * @param terminal whether a line can be drawn again
     * @param rates whether to print learning rates
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    ProgressPrinter(PrintWriter out, boolean terminal, boolean rates, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.rates = rates;
        this.nanoTime = nanoTime;
        this.timeLeft = new TimeLeft(nanoTime);
        this.epochStart = nanoTime.getAsLong();
        this.drawn = epochStart;
    }

    /** Whether standard output is a terminal, on which a line can be drawn again. */
    static boolean onTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /** Says on a terminal what the first step waits for, which may take seconds. */
    void begin() {
        if (terminal) {
            draw("compiling");
        }
    }

    @Override
    public void step(TrainingProgress progress) {
        long now = nanoTime.getAsLong();
        double epochs = progress.epoch() - 1
                + (double) progress.step() / progress.stepsPerEpoch();
        length = progress.length();
        if (!begun) {
            begun = true;
            timeLeft.begin(epochs - 1.0 / progress.stepsPerEpoch());
            // A resumed epoch has samples that were not trained in this time.
            seen = progress.step() == 1 ? 0 : progress.samples();
        }
        timeLeft.step(epochs);
        if (!terminal || now - drawn < REDRAW_NANOS) {
            return;
        }
        drawn = now;
        int filled = BAR * progress.step() / progress.stepsOfEpoch();
        OptionalDouble left = timeLeft.seconds(length);
        draw(Report.format("epoch %d/%d [%s%s] loss %.4f%s  %,.0f samples/s  %s",
                progress.epoch(), progress.epochs(), "=".repeat(filled), " ".repeat(BAR - filled),
                progress.loss(), rate(progress.learningRate()),
                (progress.samples() - seen) / ((now - epochStart) / 1e9),
                left.isPresent() ? Report.duration(left.getAsDouble()) + " left" : "compiling"));
    }

    @Override
    public void epoch(EpochReport report) {
        timeLeft.tested();
        StringBuilder line = new StringBuilder(Report.format("epoch %" + digits(report.epochs())
                + "d/%d  loss %.4f", report.epoch(), report.epochs(), report.loss()));
        if (!Double.isNaN(report.accuracy())) {
            line.append(Report.format("  accuracy %.4f", report.accuracy()));
        }
        report.test().ifPresent(test -> line.append(Double.isNaN(test.accuracy())
                ? Report.format("  test loss %.4f", test.loss())
                : Report.format("  test accuracy %.4f", test.accuracy())));
        line.append(rate(report.learningRate()));
        line.append(Report.format("  %,.0f samples/s", report.samplesPerSecond()));
        OptionalDouble left = timeLeft.seconds(length);
        if (report.epoch() < report.epochs() && left.isPresent()) {
            line.append("  ").append(Report.duration(left.getAsDouble())).append(" left");
        }
        draw(line.toString());
        out.println();
        width = 0;
        seen = 0;
        epochStart = nanoTime.getAsLong();
        drawn = epochStart;
    }

    private String rate(double learningRate) {
        return rates ? Report.format("  lr %.3g", learningRate) : "";
    }

    /** Writes over what this line held before. */
    private void draw(String line) {
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        } else {
            out.print(line);
        }
        out.flush();
        width = line.length();
    }

    private static int digits(int number) {
        return String.valueOf(number).length();
    }
}
