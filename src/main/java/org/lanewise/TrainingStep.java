package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.plan.AverageUpdate;
import org.lanewise.plan.FlatGradients;
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
    private final GivenBatch given;
    private final Single single;
    private final Tally tally = new Tally();
    private final FlatGradients flat;
    private final ShardGradients shardGradients;
    /** Null where shards are added up in each step. */
    private final LocalSteps local;
    /** Null until gradients of shards are added up here. */
    private GradientTree tree;
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
        this.given = new GivenBatch(plan, options.shards());
        this.single = () -> {
            average.show(true);
            given.clear();
        };
        this.flat = new FlatGradients(plan);
        this.shardGradients = new ShardGradients(plan, flat);
        this.local = options.syncEvery() == 1 ? null : new LocalSteps(plan, options, this);
    }

    /** Allocates what is added up here of shards. */
    TrainingStep allocate() {
        if (tree == null && options.shards() > 1) {
            tree = new GradientTree(() -> new Gradients(options.shards(),
                    FlatGradients.allocate(plan, sizeOfShard()))).allocate(options.shards());
        }
        return this;
    }

    /** Elements of what a shard gives. */
    private int sizeOfShard() {
        return local == null ? flat.size() : local.size();
    }

    /** Sets how many steps were taken before the next, which is as many updates where shards take steps by themselves. */
    void steps(long before) {
        steps = before;
        if (update.updates() != before) {
            update.updates(before);
        }
    }

    /** {@return what takes the steps of shards; null where those are added up in each step} */
    LocalSteps local() {
        return local;
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

    /** A batch of a step outside of a training; it is forgotten when that ends. */
    GivenBatch given() {
        return given;
    }

    /** Losses and right answers of the last step whose loss was finite. */
    Tally tally() {
        return tally;
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
        if (local != null) {
            throw new IllegalArgumentException("shards take " + options.syncEvery()
                    + " steps before they are averaged, and a single step is none of these; call train");
        }
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
     * @param source of the batch
     * @param batch samples of the batch
     * @param last whether an update follows, of this batch and those since the last update
     * @return the loss before the update
     */
    double run(BatchSource source, int batch, boolean last) {
        plan.team().requireOpen();
        if (options.shards() > 1) {
            return shards(source, batch, last);
        }
        int samples = source.load(0);
        plan.forward(samples, steps, 0);
        double loss = plan.loss(samples);
        boolean counts = Double.isFinite(loss);
        if (counts) {
            tally.set(plan, samples, gradients.divisor());
            gradients.begin();
            plan.backward(samples);
            gradients.add();
        } else {
            requireSkipped(loss, samples, source);
        }
        update(last, counts, samples, null);
        return loss;
    }

    /**
     * Takes the steps of all shards, each by itself, and averages what they end with.
     *
     * @param loader of the batches
     * @param start place of the first
     * @param samples of all of them
     * @return the loss of all steps, each before its update
     */
    double round(BatchLoader loader, int start, int samples) {
        plan.team().requireOpen();
        allocate();
        tree.clear();
        long first = steps;
        local.begin();
        for (int shard = 0; shard < options.shards(); shard++) {
            loader.batch(start);
            Gradients next = tree.next();
            next.fault(local.compute(loader, shard, shard, first, samples, next));
            tree.add();
        }
        local.restore();
        steps(first);
        return apply(tree.whole(), true);
    }

    private double shards(BatchSource source, int samples, boolean last) {
        allocate();
        tree.clear();
        for (int shard = 0; shard < options.shards(); shard++) {
            int count = source.load(shard);
            if (!shardGradients.compute(count, steps, shard, samples, tree.next())) {
                requireSkipped(tree.next().lossSum(), count, source);
            }
            tree.add();
        }
        return apply(tree.whole(), last);
    }

    /** Refuses a loss that is not finite, which the batch or shard that was computed last has, unless such steps are skipped. */
    private void requireSkipped(double loss, int samples, BatchSource source) {
        if (!options.safeguards().skipNonFinite()) {
            FiniteCheck.Origin origin = finite.origin(samples, source::name);
            throw diverged("the loss is " + loss + ", " + origin.text()
                    + "; the parameters are those before this step", steps + 1, origin.advice());
        }
    }

    /**
     * Takes a step with gradients that were computed for it.
     *
     * @param whole of all shards of the batch
     * @param last whether an update follows, of this batch and those since the last update
     * @return the loss before the update
     */
    double apply(Gradients whole, boolean last) {
        GradientWorker.requireShards(options);
        if (!whole.isWhole() || whole.shards() != options.shards()
                || whole.values().length() != sizeOfShard()) {
            throw new IllegalArgumentException(whole + " are not those of the " + options.shards()
                    + " shards of a batch of this training, " + sizeOfShard() + " elements");
        }
        whole.get(tally);
        double factor = plan.network().loss().reduction().scale(tally.divisor);
        double loss = tally.lossSum * factor;
        boolean counts = Double.isFinite(loss);
        if (!counts && !options.safeguards().skipNonFinite()) {
            FiniteCheck.Origin origin = whole.fault();
            throw diverged("the loss is " + loss + (origin == null ? "" : ", " + origin.text())
                    + "; the parameters are those before this step", steps + 1,
                    origin == null
                            ? DivergenceException.SMALLER_LEARNING_RATE
                            : origin.advice());
        }
        if (local != null) {
            local.finish(whole);
            steps(steps + options.steps(whole.samples()));
            return loss;
        }
        if (counts) {
            flat.write(whole.values(), options.accumulate() == 1 ? factor : 1.0);
            gradients.add(tally.divisor);
        }
        update(last, counts, whole.samples(), whole);
        return loss;
    }

    /** Ends a step: updates the parameters if it is the last of an update, and then the states of layers. */
    void update(boolean last, boolean counts, int samples, Gradients shards) {
        if (last) {
            done++;
        }
        if (last && gradients.finish() && clip()) {
            // An update may be refused, because the schedule has ended: then states do not move either.
            update.apply();
            commit(counts, samples, shards);
            average.follow(update.updates(), done, total);
        } else if (!last) {
            commit(counts, samples, shards);
        }
        steps++;
    }

    private void commit(boolean counts, int samples, Gradients shards) {
        if (counts && shards == null) {
            plan.commit(samples);
        } else if (counts) {
            flat.commit(shards.values());
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
