package org.lanewise;

import java.util.Optional;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Update;

/** The epochs of a training: loads batches, reports steps and epochs, and decides when to end. */
final class EpochLoop {
    private static final double NANOS = 1e9;

    private final Model model;
    private final Plan plan;
    private final TrainingStep step;
    private final Update update;
    private final TrainingOptions options;
    private final Course course;
    private volatile boolean stopAsked;

    EpochLoop(Model model, Plan plan, TrainingStep step, TrainingOptions options, Course course) {
        this.model = model;
        this.plan = plan;
        this.step = step;
        this.update = step.update();
        this.options = options;
        this.course = course;
    }

    /** Ends the running training after its current step; called from any thread. */
    void stop() {
        stopAsked = true;
    }

    private boolean stopping() {
        return stopAsked || Thread.currentThread().isInterrupted();
    }

    /**
     * Trains until an epoch, patience or a request to stop ends it.
     *
     * @param batches to learn from, which fit the network
     * @param test to evaluate on after each epoch
     * @param epochs in all, those before a restore included
     * @param listener called after every step and epoch
     */
    TrainingEnd run(Batches batches, Optional<Samples> test, double epochs,
            TrainingListener listener) {
        int each = options.perEpoch(batches.size());
        int batch = options.batchSize();
        requirePossible(course.ahead(each, epochs, batch));
        TrainingProgress progress = course.begin(batches, each, epochs, batch);
        int patience = options.safeguards().patience();
        try {
            while (progress.done() < progress.epochs() && !course.hasWaited(patience)
                    && !stopping()) {
                step.begin(progress.epoch(), course.earlier(),
                        progress.updatesDone(options.accumulate()),
                        progress.updates(options.accumulate()));
                if (progress.step() == 0) {
                    step.gradients().clear();
                }
                course.beginEpoch();
                int count = (int) Math.min(each, (long) progress.stepsOfEpoch() * batch);
                batches.begin(course, course.earlier() + progress.done(), count);
                int seen = progress.samples();
                long start = System.nanoTime();
                if (epoch(batches, count, progress, listener)) {
                    double seconds = (System.nanoTime() - start) / NANOS;
                    endEpoch(progress, test, (progress.samples() - seen) / seconds,
                            seconds, listener);
                }
            }
            if (progress.done() >= progress.epochs()) {
                return TrainingEnd.COMPLETE;
            }
            if (course.hasWaited(patience)) {
                step.average().end();
                return TrainingEnd.NO_BETTER;
            }
            return TrainingEnd.STOPPED;
        } finally {
            step.end(course.earlier() + progress.done());
            stopAsked = false;
        }
    }

    /** Refuses a training that cannot reach its end, before its first step. */
    private void requirePossible(TrainingProgress ahead) {
        int each = options.accumulate();
        long last = update.updates() + Math.max(0, ahead.updates(each) - ahead.updatesDone(each));
        if (last > options.schedule().updates()) {
            throw new IllegalArgumentException("the schedule " + options.schedule() + " ends after "
                    + options.schedule().updates() + " updates, and this training has " + last
                    + "; train for fewer epochs or let the schedule have as many");
        }
        int before = course.before();
        if (update.frozenFrom() - before < ahead.epochs()) {
            throw new IllegalArgumentException("every parameter is frozen from epoch "
                    + (update.frozenFrom() + 1) + " on, and this training has "
                    + (ahead.epochs() + (long) before)
                    + "; train for fewer epochs or freeze fewer parameters");
        }
    }

    private void endEpoch(TrainingProgress progress, Optional<Samples> test, double speed,
            double seconds, TrainingListener listener) {
        String overflow = step.finite().parameterFault();
        if (overflow != null) {
            // A last step may overflow a parameter, and no later loss would show it.
            throw step.diverged(overflow, step.steps(),
                    DivergenceException.SMALLER_LEARNING_RATE);
        }
        if (progress.epoch() == progress.epochs()) {
            step.average().end();
        }
        step.average().show(true);
        double loss = progress.meanLoss();
        double accuracy = plan.labels() == null ? Double.NaN : progress.accuracy();
        Optional<Evaluation> judged = test.map(model::evaluate);
        double judgement = judged.map(Evaluation::loss).orElse(loss);
        if (!Double.isFinite(judgement) && !options.safeguards().skipNonFinite()) {
            String fault = test.map(Samples::nonFinite).orElse(null);
            if (fault != null) {
                throw step.diverged(
                        "the test loss is " + judgement + "; in the test samples, " + fault,
                        step.steps(), DivergenceException.CORRECT_SAMPLE);
            }
            throw step.diverged(
                    (test.isPresent() ? "the test loss is " : "the mean loss is ") + judgement,
                    step.steps(), DivergenceException.SMALLER_LEARNING_RATE);
        }
        double rate = update.learningRate();
        update.epochEnds(judgement);
        boolean better = course.endEpoch(judgement);
        listener.epoch(
                new EpochReport(step.epoch(), progress.epochs(), loss, accuracy, judged, better,
                        seconds, speed, rate));
    }

    /** Takes the remaining steps of the epoch; {@return whether the epoch is complete} */
    private boolean epoch(Batches batches, int samples, TrainingProgress progress,
            TrainingListener listener) {
        while (progress.step() < progress.stepsOfEpoch()) {
            if (stopping()) {
                return false;
            }
            int start = progress.samples();
            int count = Math.min(options.perRound(), samples - start);
            double loss = batches.step(step, start, count,
                    progress.updatesNext(options.accumulate()));
            progress.add(loss, count, options.steps(count));
            if (Double.isFinite(loss)) {
                progress.count(step.tally());
            }
            progress.learningRate(update.learningRate());
            listener.step(progress);
        }
        return !stopping();
    }
}
