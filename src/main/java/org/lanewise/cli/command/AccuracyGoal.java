package org.lanewise.cli.command;

import org.lanewise.EpochReport;
import org.lanewise.Evaluation;
import org.lanewise.TrainingListener;

/** Ends a training with the first epoch that is accurate enough. */
final class AccuracyGoal implements TrainingListener {
    private final Double accuracy;
    private final Runnable stop;
    private boolean reached;

    /**
     * Sets a goal.
     *
     * @param accuracy what is enough; null for never
     * @param stop ends the training
     */
    AccuracyGoal(Double accuracy, Runnable stop) {
        this.accuracy = accuracy;
        this.stop = stop;
    }

    @Override
    public void epoch(EpochReport report) {
        double found = report.test().map(Evaluation::accuracy).orElse(report.accuracy());
        if (accuracy != null && found >= accuracy) {
            reached = true;
            stop.run();
        }
    }

    boolean reached() {
        return reached;
    }
}
