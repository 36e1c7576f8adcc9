package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.plan.AverageUpdate;
import org.lanewise.plan.GradientClip;
import org.lanewise.plan.GradientSum;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Update;

/** A step of a training on the batch that a plan's arrays hold, and all that changes with it. */
final class TrainingStep {
    private final Plan plan;
    private final TrainingOptions options;
    private final Update update;
    private final AverageUpdate average;
    private final GradientSum gradients;
    private final FiniteCheck finite;
    private final Single single;
    private long steps;
    /** Of the running training: the epoch from 1, the updates so far, and those in all. */
    private int epoch;
    private long done;
    private long total;

    /** A step outside of a training, which ends it. */
    interface Single extends AutoCloseable {
        @Override
        void close();
    }

    /** Allocates the state of the optimizer, of an average and of sums of gradients with the arrays of a plan. */
    TrainingStep(Plan plan, TrainingOptions options) {
        this.plan = plan;
        this.options = options;
        this.update = Update.of(plan, options.optimizer(), options.schedule());
        this.average = new AverageUpdate(plan, options.average());
        this.gradients = new GradientSum(plan, options.accumulate());
        this.finite = new FiniteCheck(plan);
        this.single = () -> average.show(true);
    }

    Update update() {
        return update;
    }

    AverageUpdate average() {
        return average;
    }

    GradientSum gradients() {
        return gradients;
    }

    FiniteCheck finite() {
        return finite;
    }

    /** The state of optimizer, average and sums of gradients, while the average is shown. */
    List<ParameterBuffer> memory() {
        List<ParameterBuffer> memory = new ArrayList<>(update.memory());
        memory.addAll(average.memory());
        memory.addAll(gradients.memory());
        return memory;
    }

    /** Steps taken so far, those before a restore included. */
    long steps() {
        return steps;
    }

    /** Lets the next step be that after others, in an epoch that follows as many, or within it. */
    void restore(TrainingState.Position position, long updates) {
        steps = position.steps();
        if (position.step() == 0) {
            gradients.restoredSingle();
        }
        update.updates(updates);
        average.restore(updates);
        update.epoch(position.earlierEpochs() + position.epochs());
    }

    /** The running epoch, from 1; 0 while none runs. */
    int epoch() {
        return epoch;
    }

    /**
     * Begins or resumes an epoch.
     *
     * @param number of the epoch in its training, from 1
     * @param earlier epochs of trainings before
     * @param updates of the training before
     * @param all updates of the training
     */
    void begin(int number, int earlier, long updates, long all) {
        epoch = number;
        gradients.continues(false);
        done = updates;
        total = all;
        update.epoch(earlier + number - 1);
        average.show(false);
    }

    /** Ends a training, after so many epochs in all; others see its average from here on. */
    void end(int epochs) {
        epoch = 0;
        total = 0;
        update.epoch(epochs);
        average.show(true);
    }

    /** Begins a step outside of a training, before its forward pass. */
    Single beginSingle() {
        if (options.average().filter(one -> one.needsLength()).isPresent()) {
            throw new IllegalArgumentException(options.average().get() + " depends on how long the"
                    + " training is, and a single step is of none; call train, or let its power be"
                    + " 0");
        }
        plan.team().requireOpen();
        // Batches of an epoch that was ended are part of no other update.
        gradients.continues(true);
        average.show(false);
        done = update.updates();
        return single;
    }

    /**
     * Takes a step.
     *
     * @param samples of the batch
     * @param indices of its samples in a data set, for messages; null where there is none
     * @param start position of the batch's first sample among the indices
     * @param last whether an update follows, of this batch and those since the last update
     * @return the loss before the update
     */
    double run(int samples, int[] indices, int start, boolean last) {
        plan.team().requireOpen();
        plan.forward(samples, steps);
        double loss = plan.loss(samples);
        boolean counts = Double.isFinite(loss);
        if (!counts && !options.safeguards().skipNonFinite()) {
            FiniteCheck.Origin origin = finite.origin(samples, i -> indices == null
                    ? "input " + i + " of the batch"
                    : "sample " + indices[start + i] + " (input " + i + " of the batch)");
            throw diverged("the loss is " + loss + ", " + origin.text()
                    + "; the parameters are those before this step", steps + 1, origin.advice());
        }
        if (counts) {
            gradients.begin();
            plan.backward(samples);
            gradients.add();
        }
        if (last) {
            done++;
        }
        if (last && gradients.finish() && clip()) {
            // An update may be refused, because the schedule has ended: then states do not move either.
            update.apply();
            commit(samples, counts);
            average.follow(update.updates(), done, total);
        } else if (!last) {
            commit(samples, counts);
        }
        steps++;
        return loss;
    }

    private void commit(int samples, boolean counts) {
        if (counts) {
            plan.commit(samples);
        }
    }

    /** {@return whether the gradients may be used} */
    private boolean clip() {
        double most = options.safeguards().gradientNorm();
        if (most == Double.POSITIVE_INFINITY) {
            return true;
        }
        double norm = GradientClip.clip(plan, update.learning(), most);
        if (!Double.isFinite(norm) && !options.safeguards().skipNonFinite()) {
            throw diverged("the norm of the gradients is " + norm
                    + "; the parameters are those before this step", steps + 1,
                    DivergenceException.SMALLER_LEARNING_RATE);
        }
        return Double.isFinite(norm);
    }

    /** {@return an exception that names the running epoch and a step} */
    DivergenceException diverged(String problem, long step, String advice) {
        return new DivergenceException(problem, epoch, step, update.learningRate(), advice);
    }
}
