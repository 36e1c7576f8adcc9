package org.lanewise;

import java.util.List;
import org.lanewise.plan.FlatState;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;

/** Steps that shards take by themselves: all begin a round with the same state, and what they end it with is averaged. */
final class LocalSteps {
    private final Plan plan;
    private final TrainingOptions options;
    private final TrainingStep step;
    private final FlatState state;
    private final FiniteCheck finite;
    private final Tally tally = new Tally();
    private final Tally sum = new Tally();

    /** Allocates a copy of the state of a training with the arrays of its plan. */
    LocalSteps(Plan plan, TrainingOptions options, TrainingStep step) {
        this.plan = plan;
        this.options = options;
        this.step = step;
        this.state = new FlatState(plan, step.memory());
        this.finite = step.finite();
    }

    /** {@return elements of what a shard gives} */
    int size() {
        return state.size();
    }

    /** {@return the arrays that the shards begin with} */
    List<ParameterBuffer> arrays() {
        return state.arrays();
    }

    /** Begins a round with what the arrays hold. */
    void begin() {
        state.begin();
    }

    /** Overwrites the arrays with what the round began with. */
    void restore() {
        state.restore();
    }

    /**
     * Takes the steps of a shard in a round; the arrays hold its state then.
     *
     * @param loader of its batches, of which the first is the next
     * @param part number of the shard among those that the loader has
     * @param shard its number, from 0
     * @param first number of the first step, from 0
     * @param samples of all shards in this round
     * @param into overwritten
     * @return why its steps ended before; null if they did not
     */
    FiniteCheck.Origin compute(BatchLoader loader, int part, int shard, long first, int samples,
            Gradients into) {
        state.restore();
        sum.clear();
        int own = Shards.size(samples, options.shards(), shard);
        FiniteCheck.Origin fault = null;
        for (int i = 0; i < options.steps(samples) && fault == null; i++) {
            int count = loader.load(part);
            if (count > 0) {
                fault = step(loader, count, first + i, shard);
            }
            loader.next();
        }
        if (fault != null) {
            sum.lossSum = Double.NaN;
        }
        state.read((double) own / samples, into.values());
        into.set(shard, own, sum);
        return fault;
    }

    private FiniteCheck.Origin step(BatchLoader loader, int samples, long number, int shard) {
        step.steps(number);
        plan.forward(samples, number, shard);
        boolean counts = Double.isFinite(plan.loss(samples));
        if (counts) {
            tally.set(plan, samples, step.gradients().divisor());
            sum.add(tally);
            plan.backward(samples);
            step.gradients().add();
        } else if (!options.safeguards().skipNonFinite()) {
            return finite.origin(samples, loader::name);
        }
        try {
            step.update(true, counts, samples, null);
            return null;
        } catch (DivergenceException _) {
            return new FiniteCheck.Origin("because the norm of gradients is not finite",
                    DivergenceException.SMALLER_LEARNING_RATE);
        }
    }

    /** Ends a round: the arrays begin the next one. */
    void finish(Gradients whole) {
        state.finish(whole.values());
    }
}
