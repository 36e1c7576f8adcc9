package org.lanewise;

import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.lanewise.plan.GradientClip;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.plan.Update;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;

/**
 * Learns the parameters of a network, a whole training at a time or step by step.
 *
 * <p>The constructor allocates all memory; a step allocates nothing. The same options and samples
 * give the same bits.
 *
 * <p>A trainer and its {@link #model()} serve one thread at a time: a call while another thread is
 * inside throws {@link ConcurrentModificationException}. {@link #train} is inside from beginning to
 * end; the thread that trains may use trainer and model in its {@link TrainingListener}. {@link
 * #stop} may come from any thread.
 */
public final class Trainer {
    private final TrainingOptions options;
    private final Plan plan;
    private final Update update;
    private final Model model;
    private final Course course;
    private final FiniteCheck finite;
    private final EpochLoop loop;
    private long steps;

    /**
     * Allocates the memory of a batch and draws the first weights.
     *
     * @param network what learns
     * @param options how
     * @throws IllegalArgumentException if the network learns nothing or a batch is too large
     */
    public Trainer(Network network, TrainingOptions options) {
        this(network, initial(network, options), options);
    }

    /**
     * Allocates the memory of a batch and draws the first weights, for steps that several threads
     * share.
     *
     * @param network what learns
     * @param options how
     * @param pool shares each step: the calling thread and, up to the pool's parallelism in all, its
     *        threads; never shut down here
     * @throws IllegalArgumentException if the network learns nothing or a batch is too large
     */
    public Trainer(Network network, TrainingOptions options, ForkJoinPool pool) {
        this(network, initial(network, options), options, pool);
    }

    private static Parameters initial(Network network, TrainingOptions options) {
        return Parameters.initial(network, options.initializer(),
                new RandomState(options.seed()));
    }

    /**
     * Allocates the memory of a batch and copies the first parameters.
     *
     * @param network what learns
     * @param initial what its parameters begin as; copied
     * @param options how
     * @throws IllegalArgumentException if the parameters do not fit, the network learns nothing or
     *         a batch is too large
     */
    public Trainer(Network network, Parameters initial, TrainingOptions options) {
        this(network, initial, options, Team.alone());
    }

    /**
     * Allocates the memory of a batch and copies the first parameters, for steps that several
     * threads share.
     *
     * @param network what learns
     * @param initial what its parameters begin as; copied
     * @param options how
     * @param pool shares each step: the calling thread and, up to the pool's parallelism in all, its
     *        threads; never shut down here
     * @throws IllegalArgumentException if the parameters do not fit, the network learns nothing or
     *         a batch is too large
     */
    public Trainer(Network network, Parameters initial, TrainingOptions options,
            ForkJoinPool pool) {
        this(network, initial, options, Team.of(pool));
    }

    private Trainer(Network network, Parameters initial, TrainingOptions options, Team team) {
        initial.requireMatch(network);
        if (network.parameterCount() == 0) {
            throw new IllegalArgumentException(
                    "no layer of the network has parameters: there is nothing to train");
        }
        this.options = options;
        this.plan = Plan.compile(network, options.plan(Purpose.TRAIN), team);
        this.update = Update.of(plan, options.optimizer(), options.schedule());
        this.model = new Model(plan);
        this.course = new Course(new RandomState(options.seed()));
        this.finite = new FiniteCheck(plan);
        this.loop = new EpochLoop(this, plan, update, options, course, finite);
        model.set(initial);
    }

    /**
     * {@return every array that a trainer would allocate, without allocating it}
     *
     * @param network what learns
     * @param options how
     * @param threads how many share a step
     * @throws IllegalArgumentException if an array would be too large
     */
    public static List<MemoryUse> memory(Network network, TrainingOptions options,
            int threads) {
        return Plan.memory(network, options.optimizer(), options.plan(Purpose.TRAIN), threads);
    }

    /**
     * {@return how a trainer would compute each layer, in order, without allocating memory}
     *
     * @param network what learns
     * @param options how
     * @throws IllegalArgumentException if an array would be too large
     */
    public static List<LayerPlan> plan(Network network, TrainingOptions options) {
        return Plan.describe(network, options.plan(Purpose.TRAIN));
    }

    /** {@return every array that this trainer has allocated} */
    public List<MemoryUse> memory() {
        return plan.memory();
    }

    /** {@return the network with the parameters learned so far; it shares this trainer's memory} */
    public Model model() {
        return model;
    }

    /** {@return a copy of the parameters learned so far} */
    public Parameters parameters() {
        return model.parameters();
    }

    /**
     * Takes one step on samples with class labels.
     *
     * @param inputs samples one after another, row-major; not modified
     * @param labels one class a sample, from 0, or what the loss ignores; at most a batch; not modified
     * @return the loss before the update, reduced as the network says
     * @throws IllegalArgumentException if lengths or labels do not fit, or the schedule has ended;
     *         no parameter has moved
     * @throws DivergenceException if the loss is not finite; no parameter has moved
     * @throws RejectedExecutionException if the pool was shut down; no parameter has moved
     * @throws IllegalStateException if a listener of {@link #train} calls this
     */
    public double step(double[] inputs, int[] labels) {
        if (plan.labels() == null) {
            throw new IllegalArgumentException(
                    "loss " + model.network().loss().type() + " needs target values, not labels");
        }
        int samples = StepArguments.samples(plan, inputs, labels);
        try (var _ = model.use().enter()) {
            requireNoTraining("a step cannot be taken while a training runs");
            System.arraycopy(inputs, 0, plan.inputs(), 0, inputs.length);
            System.arraycopy(labels, 0, plan.labels(), 0, labels.length);
            plan.team().requireOpen();
            plan.forward(samples, steps);
            return learn(samples, null, 0);
        }
    }

    /**
     * Takes one step on samples with target values.
     *
     * @param inputs samples one after another, row-major; not modified
     * @param targets one row of values a sample; at most a batch; not modified
     * @return the loss before the update, reduced as the network says
     * @throws IllegalArgumentException if lengths or values do not fit, or the schedule has ended; no
     *         parameter has moved
     * @throws DivergenceException if the loss is not finite; no parameter has moved
     * @throws RejectedExecutionException if the pool was shut down; no parameter has moved
     * @throws IllegalStateException if a listener of {@link #train} calls this
     */
    public double step(double[] inputs, double[] targets) {
        if (plan.targets() == null) {
            throw new IllegalArgumentException(
                    "loss " + model.network().loss().type() + " needs labels, not target values");
        }
        int samples = StepArguments.samples(plan, inputs, targets);
        try (var _ = model.use().enter()) {
            requireNoTraining("a step cannot be taken while a training runs");
            System.arraycopy(inputs, 0, plan.inputs(), 0, inputs.length);
            System.arraycopy(targets, 0, plan.targets(), 0, targets.length);
            plan.team().requireOpen();
            plan.forward(samples, steps);
            return learn(samples, null, 0);
        }
    }

    /** Refuses what a listener must not do in the middle of a training. */
    private void requireNoTraining(String message) {
        if (loop.epoch() != 0) {
            throw new IllegalStateException(message);
        }
    }

    /**
     * Takes a step on the batch that the plan's arrays hold.
     *
     * @param samples of the batch
     * @param indices of its samples in a data set, for messages; null outside a training
     * @param start position of the batch's first sample among the indices
     * @return the loss before the update
     */
    double step(int samples, int[] indices, int start) {
        plan.team().requireOpen();
        plan.forward(samples, steps);
        return learn(samples, indices, start);
    }

    /** The part of a step that follows its forward pass. */
    private double learn(int samples, int[] indices, int start) {
        double loss = plan.loss(samples);
        if (!Double.isFinite(loss)) {
            if (!options.safeguards().skipNonFinite()) {
                FiniteCheck.Origin origin = finite.origin(samples, i -> indices == null
                        ? "input " + i + " of the batch"
                        : "sample " + indices[start + i] + " (input " + i + " of the batch)");
                throw diverged("the loss is " + loss + ", " + origin.text()
                        + "; the parameters are those before this step", steps + 1,
                        origin.advice());
            }
            steps++;
            return loss;
        }
        plan.backward(samples);
        if (clip()) {
            // An update may be refused, because the schedule has ended: then states do not move either.
            update.apply();
            plan.commit(samples);
        }
        steps++;
        return loss;
    }

    /** {@return whether the gradients may be used} */
    private boolean clip() {
        double most = options.safeguards().gradientNorm();
        if (most == Double.POSITIVE_INFINITY) {
            return true;
        }
        double norm = GradientClip.clip(plan.parameters(), most);
        if (!Double.isFinite(norm) && !options.safeguards().skipNonFinite()) {
            throw diverged("the norm of the gradients is " + norm
                    + "; the parameters are those before this step", steps + 1,
                    DivergenceException.SMALLER_LEARNING_RATE);
        }
        return Double.isFinite(norm);
    }

    /** {@return steps taken so far, those before {@link #restore} included} */
    long steps() {
        return steps;
    }

    /** {@return an exception that names the running epoch and a step} */
    DivergenceException diverged(String problem, long step, String advice) {
        return new DivergenceException(problem, loop.epoch(), step, update.learningRate(),
                advice);
    }

    /**
     * Trains for some epochs.
     *
     * @param samples what to learn from
     * @param epochs how often every sample is seen, at least 0; those before {@link #restore}
     *        included
     * @param listener called after every step and epoch
     * @return why it ended
     * @throws IllegalArgumentException if the samples do not fit the network, are others than those
     *         of the restored training, epochs is negative, or the schedule ends before
     * @throws IllegalStateException if a listener of this trainer calls it
     * @throws DivergenceException if a loss or, after an epoch, a parameter is not finite
     */
    public TrainingEnd train(Samples samples, int epochs, TrainingListener listener) {
        return train(samples, Optional.empty(), epochs, listener);
    }

    /**
     * Trains for some epochs and evaluates after each.
     *
     * <p>An interrupt ends it after the current step, as {@link #stop} does, and the thread stays
     * interrupted.
     *
     * @param samples what to learn from
     * @param test what to evaluate on, if anything
     * @param epochs how often every sample is seen, at least 0; those before {@link #restore}
     *        included
     * @param listener called after every step and epoch
     * @return why it ended
     * @throws IllegalArgumentException if samples do not fit the network, are others than those of
     *         the restored training, epochs is negative, or the schedule ends before
     * @throws IllegalStateException if a listener of this trainer calls it
     * @throws DivergenceException if a loss or, after an epoch, a parameter is not finite
     */
    public TrainingEnd train(Samples samples, Optional<Samples> test, int epochs,
            TrainingListener listener) {
        if (epochs < 0) {
            throw new IllegalArgumentException("epochs " + epochs + " must not be negative");
        }
        samples.requireFit(model.network());
        if (options.perEpoch(samples.size()) % plan.capacity() == 1 || plan.capacity() == 1) {
            StepArguments.requireVariance(plan, 1);
        }
        test.ifPresent(some -> some.requireFit(model.network(), samples.normalization()));
        Objects.requireNonNull(listener, "listener");
        try (var _ = model.use().enter()) {
            requireNoTraining("a training cannot begin while one runs");
            model.normalization(samples.normalization());
            return loop.run(samples, new BatchLoader(plan, options, samples), test, epochs,
                    listener);
        }
    }

    /**
     * Ends training after the current step; called from any thread. The next training is not
     * affected.
     */
    public void stop() {
        loop.stop();
    }

    /**
     * {@return all that a trainer needs to resume from here with the same bits}
     *
     * <p>May be called by a listener; the arrays are copies.
     */
    public TrainingState state() {
        try (var _ = model.use().enter()) {
            return new TrainingState(setup(), parameters(), Model.copy(update.memory()),
                    update.updates(), course.position(steps));
        }
    }

    private TrainingState.Setup setup() {
        return new TrainingState.Setup(TrainingState.CONTRACT, model.network(),
                options.optimizer(), options.batchSize(), options.seed(), options.shuffle(),
                options.safeguards().gradientNorm(), plan.algorithm(), options.schedule(),
                options.augment(), options.dropLast());
    }

    /**
     * Restores a saved training; the next call of {@link #train} resumes it.
     *
     * @param state what {@link #state()} gave, perhaps with another backend; copied
     * @throws IllegalArgumentException if this trainer was made for another training; the message
     *         lists every difference, and nothing has changed
     * @throws IllegalStateException if this trainer is in the middle of a training
     */
    public void restore(TrainingState state) {
        try (var _ = model.use().enter()) {
            restoreAlone(state);
        }
    }

    private void restoreAlone(TrainingState state) {
        requireNoTraining("a training cannot be restored while one runs");
        List<ParameterBuffer> memory = update.memory();
        List<String> mismatches = state.mismatches(setup(), plan.arrays().stream()
                .map(ParameterBuffer::spec).toList(),
                memory.stream().map(ParameterBuffer::spec).toList());
        if (!mismatches.isEmpty()) {
            throw new IllegalArgumentException("the saved training is not this one: "
                    + String.join("; ", mismatches));
        }
        model.set(state.parameters());
        for (ParameterBuffer buffer : memory) {
            double[] values = state.memory().values(buffer.spec().name());
            System.arraycopy(values, 0, buffer.values(), 0, values.length);
        }
        update.updates(state.updates());
        steps = state.position().steps();
        state.position().data().ifPresent(data -> model.normalization(data.normalization()));
        course.restore(state.position());
    }
}
