package org.lanewise.cli;

import java.io.PrintWriter;
import org.lanewise.EpochReport;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;

/** Shows how training goes: a line an epoch, and on a terminal a bar within it. */
final class ProgressPrinter implements TrainingListener {
    private static final int BAR = 24;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintWriter out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long epochStart = start;
    private long drawn = start;
    private double base = -1;
    private int seen;
    private int width;

    ProgressPrinter(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether standard output is a terminal, on which a line can be drawn again. */
    static boolean onTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    @Override
    public void step(TrainingProgress progress) {
        long now = System.nanoTime();
        double done = (double) progress.step() / progress.stepsPerEpoch();
        if (base < 0) {
            // Where a training goes on, what was done before tells nothing of the time to come.
            base = progress.epoch() - 1 + done - 1.0 / progress.stepsPerEpoch();
            seen = progress.step() == 1 ? 0 : progress.samples();
        }
        if (!terminal || now - drawn < REDRAW_NANOS) {
            return;
        }
        drawn = now;
        double epochs = progress.epoch() - 1 + done;
        int filled = (int) (BAR * done);
        draw(Report.format("epoch %d/%d [%s%s] loss %.4f  %,.0f samples/s  %s left",
                progress.epoch(), progress.epochs(), "=".repeat(filled), " ".repeat(BAR - filled),
                progress.loss(), (progress.samples() - seen) / ((now - epochStart) / 1e9),
                Report.duration(
                        (now - start) / 1e9 / (epochs - base) * (progress.epochs() - epochs))));
    }

    @Override
    public void epoch(EpochReport report) {
        double seconds = (System.nanoTime() - start) / 1e9;
        StringBuilder line = new StringBuilder(Report.format("epoch %" + digits(report.epochs())
                + "d/%d  loss %.4f", report.epoch(), report.epochs(), report.loss()));
        if (!Double.isNaN(report.accuracy())) {
            line.append(Report.format("  accuracy %.4f", report.accuracy()));
        }
        report.test().ifPresent(test -> line.append(Double.isNaN(test.accuracy())
                ? Report.format("  test loss %.4f", test.loss())
                : Report.format("  test accuracy %.4f", test.accuracy())));
        line.append(Report.format("  %,.0f samples/s", report.samplesPerSecond()));
        if (report.epoch() < report.epochs() && base >= 0) {
            line.append("  ").append(Report.duration(
                    seconds / (report.epoch() - base) * (report.epochs() - report.epoch())))
                    .append(" left");
        }
        draw(line.toString());
        out.println();
        width = 0;
        seen = 0;
        epochStart = System.nanoTime();
        drawn = epochStart;
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
