package org.lanewise;

import java.util.Optional;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Update;
import org.lanewise.spec.Loss;

/** The epochs of a training: loads batches, reports steps and epochs, and decides when to end. */
final class EpochLoop {
    private static final double NANOS = 1e9;

    private final Trainer trainer;
    private final Plan plan;
    private final Update update;
    private final TrainingOptions options;
    private final Course course;
    private final FiniteCheck finite;
    private volatile boolean stopAsked;
    private int epoch;

    EpochLoop(Trainer trainer, Plan plan, Update update, TrainingOptions options, Course course,
            FiniteCheck finite) {
        this.trainer = trainer;
        this.plan = plan;
        this.update = update;
        this.options = options;
        this.course = course;
        this.finite = finite;
    }

    /** {@return the running epoch, from 1; 0 while none runs} */
    int epoch() {
        return epoch;
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
     * @param samples to learn from, which fit the network
     * @param loader of these samples
     * @param test to evaluate on after each epoch
     * @param epochs in all, those before a restore included
     * @param listener called after every step and epoch
     */
    TrainingEnd run(Samples samples, BatchLoader loader, Optional<Samples> test, int epochs,
            TrainingListener listener) {
        int each = options.perEpoch(samples.size());
        requireRates(course.stepsLeft(each, epochs, plan.capacity()));
        TrainingProgress progress = course.begin(samples, each, epochs, plan.capacity());
        int patience = options.safeguards().patience();
        int[] indices = new int[samples.size()];
        try {
            while (progress.done() < epochs && !course.hasWaited(patience) && !stopping()) {
                epoch = progress.epoch();
                course.beginEpoch(indices, options.shuffle());
                loader.begin(progress.done(), indices, each);
                int seen = progress.samples();
                long start = System.nanoTime();
                if (epoch(loader, indices, each, progress, listener)) {
                    double seconds = (System.nanoTime() - start) / NANOS;
                    endEpoch(progress, loader, test, (each - seen) / seconds, seconds, listener);
                }
            }
            if (progress.done() >= epochs) {
                return TrainingEnd.COMPLETE;
            }
            return course.hasWaited(patience) ? TrainingEnd.NO_BETTER : TrainingEnd.STOPPED;
        } finally {
            epoch = 0;
            stopAsked = false;
        }
    }

    /** Refuses a training that is longer than its schedule, before its first step. */
    private void requireRates(long steps) {
        long last = update.updates() + steps;
        if (last > options.schedule().updates()) {
            throw new IllegalArgumentException("the schedule " + options.schedule() + " ends after "
                    + options.schedule().updates() + " updates, and this training has " + last
                    + "; train for fewer epochs or let the schedule have as many");
        }
    }

    private void endEpoch(TrainingProgress progress, BatchLoader loader, Optional<Samples> test,
            double speed, double seconds, TrainingListener listener) {
        String overflow = finite.parameterFault();
        if (overflow != null) {
            // A last step may overflow a parameter, and no later loss would show it.
            throw trainer.diverged(overflow, trainer.steps(),
                    DivergenceException.SMALLER_LEARNING_RATE);
        }
        Loss learned = plan.network().loss();
        double loss = progress.lossSum() / loader.divisor();
        double accuracy = learned.takesLabels()
                ? (double) progress.correct() / loader.counting()
                : Double.NaN;
        Optional<Evaluation> judged = test.map(trainer.model()::evaluate);
        double judgement = judged.map(Evaluation::loss).orElse(loss);
        if (!Double.isFinite(judgement) && !options.safeguards().skipNonFinite()) {
            String fault = test.map(Samples::nonFinite).orElse(null);
            if (fault != null) {
                throw trainer.diverged(
                        "the test loss is " + judgement + "; in the test samples, " + fault,
                        trainer.steps(), DivergenceException.CORRECT_SAMPLE);
            }
            throw trainer.diverged(
                    (test.isPresent() ? "the test loss is " : "the mean loss is ") + judgement,
                    trainer.steps(), DivergenceException.SMALLER_LEARNING_RATE);
        }
        boolean better = course.endEpoch(judgement);
        listener.epoch(new EpochReport(epoch, progress.epochs(), loss, accuracy, judged, better,
                seconds, speed, update.learningRate()));
    }

    /** Takes the remaining steps of the epoch; {@return whether the epoch is complete} */
    private boolean epoch(BatchLoader loader, int[] indices, int each, TrainingProgress progress,
            TrainingListener listener) {
        int width = plan.outputSize();
        while (progress.samples() < each) {
            if (stopping()) {
                return false;
            }
            int start = progress.samples();
            int count = loader.load(start);
            double loss = trainer.step(count, indices, start);
            int correct = 0;
            for (int i = 0; plan.labels() != null && i < count; i++) {
                int label = plan.labels()[i];
                if (Model.largest(plan.outputs(), i * width, width) == label
                        && !plan.network().loss().ignores(label)) {
                    correct++;
                }
            }
            progress.add(loss, plan.lossSum(), count, correct);
            progress.learningRate(update.learningRate());
            listener.step(progress);
        }
        return !stopping();
    }
}
