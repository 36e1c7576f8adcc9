package org.lanewise;

import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Average;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;

/**
 * Learns the parameters of a network, a whole training at a time or step by step.
 *
 * <p>The constructor allocates all memory, but for the sums of shards, which the first batch allocates that is computed
 * here; a step allocates nothing. The same options and samples give the same bits.
 *
 * <p>A trainer and its {@link #model()} serve one thread at a time: a call while another thread is
 * inside throws {@link ConcurrentModificationException}. {@link #train} is inside from beginning to
 * end; the thread that trains may use trainer and model in its {@link TrainingListener}. {@link
 * #stop} may come from any thread.
 */
public final class Trainer {
    private static final String SINGLE_STEP = "a step cannot be taken while a training runs";

    private final TrainingOptions options;
    private final Plan plan;
    private final TrainingStep step;
    private final Model model;
    private final Course course;
    private final EpochLoop loop;
    private final StateExchange states;

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
        this.step = new TrainingStep(plan, options);
        this.model = new Model(plan);
        this.course = new Course(new RandomState(options.seed()));
        this.loop = new EpochLoop(model, plan, step, options, course);
        this.states = new StateExchange(options, plan, step, model, course);
        model.set(initial);
        step.average().begin();
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
        return Plan.memory(network, options.plan(Purpose.TRAIN), threads,
                plan -> new TrainingStep(plan, options).allocate());
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

    /**
     * {@return the network with the parameters learned so far; it shares this trainer's memory}
     *
     * <p>With an {@link Average.Ema} it computes with the average, except in
     * {@link TrainingListener#step}, between two steps, where it computes with what learns.
     */
    public Model model() {
        return model;
    }

    /** {@return a copy of the parameters learned so far; of their average with an {@link Average.Ema}} */
    public Parameters parameters() {
        return states.averaged(model::parameters);
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
        int samples = StepArguments.samples(plan, options.shards(), inputs.length, labels);
        try (var _ = model.use().enter();
                var _ = single(samples, inputs, null, labels, null, null)) {
            return step.run(step.given(), samples, step.gradients().isFull());
        }
    }

    /**
     * Takes one step on floats with class labels, as {@link #step(double[], int[])} does.
     *
     * @param inputs samples one after another, row-major; not modified
     * @param labels one class a sample, from 0, or what the loss ignores; at most a batch; not modified
     * @return the loss before the update, reduced as the network says
     */
    public double step(float[] inputs, int[] labels) {
        int samples = StepArguments.samples(plan, options.shards(), inputs.length, labels);
        try (var _ = model.use().enter();
                var _ = single(samples, null, inputs, labels, null, null)) {
            return step.run(step.given(), samples, step.gradients().isFull());
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
        int samples = StepArguments.samples(plan, options.shards(), inputs.length,
                targets.length);
        try (var _ = model.use().enter();
                var _ = single(samples, inputs, null, null, targets, null)) {
            return step.run(step.given(), samples, step.gradients().isFull());
        }
    }

    /**
     * Takes one step on floats with target values, as {@link #step(double[], double[])} does.
     *
     * @param inputs samples one after another, row-major; not modified
     * @param targets one row of values a sample; at most a batch; not modified
     * @return the loss before the update, reduced as the network says
     */
    public double step(float[] inputs, float[] targets) {
        int samples = StepArguments.samples(plan, options.shards(), inputs.length,
                targets.length);
        try (var _ = model.use().enter();
                var _ = single(samples, null, inputs, null, null, targets)) {
            return step.run(step.given(), samples, step.gradients().isFull());
        }
    }

    /** Begins a step on arrays of a caller; of each pair one is null. */
    private TrainingStep.Single single(int samples, double[] inputs, float[] floats, int[] labels,
            double[] targets, float[] floatTargets) {
        requireNoTraining(SINGLE_STEP);
        TrainingStep.Single begun = step.beginSingle();
        step.given().of(samples, inputs, floats, labels, targets, floatTargets);
        return begun;
    }

    /**
     * Takes one step with gradients that {@link GradientWorker}s computed.
     *
     * @param gradients of all shards of a batch; read
     * @return the loss before the update, reduced as the network says
     * @throws IllegalArgumentException if they are not those of a batch of this training, or the schedule has ended;
     *         no parameter has moved
     * @throws DivergenceException if the loss is not finite; no parameter has moved
     * @throws IllegalStateException if a listener of {@link #train} calls this
     */
    public double apply(Gradients gradients) {
        try (var _ = model.use().enter()) {
            requireNoTraining(SINGLE_STEP);
            try (var _ = step.beginSingle()) {
                return step.apply(gradients, step.gradients().isFull());
            }
        }
    }

    /** {@return a copy of the parameters that gradients are of; between trainings, of their {@link Average.Ema}} */
    public FlatParameters flatParameters() {
        try (var _ = model.use().enter()) {
            return FlatParameters.of(step.local() == null ? plan.arrays() : step.local().arrays());
        }
    }

    /** {@return what decides the bits of steps, as {@link GradientWorker#contract()} says it} */
    public String contract() {
        return GradientWorker.contract(plan, options);
    }

    private void requireNoTraining(String message) {
        if (step.epoch() != 0) {
            throw new IllegalStateException(message);
        }
    }

    /**
     * Trains for some epochs, without an evaluation.
     *
     * @param samples what to learn from
     * @param epochs how often every sample is seen, at least 0; those before {@link #restore}
     *        included. With a fraction, as 9.9, the last epoch is cut after the steps that make up the
     *        fraction, rounded up
     * @param listener called after every step and epoch
     * @return why it ended
     * @throws IllegalArgumentException if the samples do not fit the network, are others than those
     *         of the restored training, epochs is negative, or the schedule ends before
     * @throws IllegalStateException if a listener of this trainer calls it
     * @throws DivergenceException if a loss or, after an epoch, a parameter is not finite
     */
    public TrainingEnd train(Samples samples, double epochs, TrainingListener listener) {
        return train(samples, Optional.empty(), epochs, listener);
    }

    /**
     * Trains for some epochs and evaluates after each.
     *
     * <p>Another call, without a {@link #restore}, is a training of as many more epochs: with the parameters,
     * states of the optimizer and of an exponential average, updates of the schedule and random numbers
     * that the last one left, and for augmentations and groups of parameters that are frozen from some
     * epoch on with the epochs after those that it began. What is counted for reports, patience and a
     * {@link Average.Lookahead} begins anew.
     *
     * <p>An interrupt ends it after the current step, as {@link #stop} does, and the thread stays
     * interrupted.
     *
     * @param samples what to learn from
     * @param test what to evaluate on, if anything
     * @param epochs how often every sample is seen, at least 0; those before {@link #restore}
     *        included. With a fraction, as 9.9, the last epoch is cut after the steps that make up the
     *        fraction, rounded up
     * @param listener called after every step and epoch
     * @return why it ended
     * @throws IllegalArgumentException if samples do not fit the network, are others than those of
     *         the restored training, epochs is negative, or the schedule ends before
     * @throws IllegalStateException if a listener of this trainer calls it
     * @throws DivergenceException if a loss or, after an epoch, a parameter is not finite
     */
    public TrainingEnd train(Samples samples, Optional<Samples> test, double epochs,
            TrainingListener listener) {
        samples.requireFit(model.network());
        Objects.requireNonNull(listener, "listener");
        try (var _ = model.use().enter()) {
            requireNoTraining("a training cannot begin while one runs");
            try (Batches batches = new LocalBatches(plan, samples, options)) {
                return run(batches, samples.normalization(), test, epochs, listener);
            }
        }
    }

    /**
     * Trains with gradients that are computed elsewhere; refuses what the other {@code train} refuses.
     *
     * @param source of the gradients of each batch
     * @param test what to evaluate on, here, if anything
     * @param epochs how often every sample is seen; those before {@link #restore} included
     * @param listener called after every step and epoch
     * @return why it ended
     * @throws IllegalArgumentException if gradients are not those of a batch of this training
     */
    public TrainingEnd train(GradientSource source, Optional<Samples> test, double epochs,
            TrainingListener listener) {
        Objects.requireNonNull(listener, "listener");
        try (var _ = model.use().enter()) {
            requireNoTraining("a training cannot begin while one runs");
            Batches batches = new RemoteBatches(source, options);
            return run(batches, source.data().normalization(), test, epochs, listener);
        }
    }

    private TrainingEnd run(Batches batches, Normalization normalization, Optional<Samples> test,
            double epochs, TrainingListener listener) {
        if (!(epochs >= 0 && epochs <= Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "epochs " + epochs + " must be from 0 to " + Integer.MAX_VALUE);
        }
        int rest = options.perEpoch(batches.size()) % options.batchSize();
        StepArguments.requireVariance(plan,
                Shards.fewest(rest == 0 ? options.batchSize() : rest, options.shards()),
                options.shards());
        test.ifPresent(some -> some.requireFit(model.network()));
        test.map(Samples::normalization).ifPresent(one -> one.requireSame(normalization));
        model.normalization(normalization);
        return loop.run(batches, test, epochs, listener);
    }

    /**
     * Ends training after the current step; called from any thread. The next training is not
     * affected.
     */
    public void stop() {
        loop.stop();
    }

    /**
     * {@return copies of all that a trainer needs to resume from here with the same bits; a listener may call it}
     */
    public TrainingState state() {
        return states.averaged(states::state);
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
            requireNoTraining("a training cannot be restored while one runs");
            states.restore(state);
        }
    }
}
