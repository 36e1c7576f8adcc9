package org.lanewise;

import org.lanewise.plan.FlatGradients;
import org.lanewise.plan.Plan;

/** Computes the gradients of shards with the arrays of a plan. */
final class ShardGradients {
    private final Plan plan;
    private final FlatGradients flat;
    private final Tally tally = new Tally();

    ShardGradients(Plan plan, FlatGradients flat) {
        this.plan = plan;
        this.flat = flat;
    }

    /**
     * Computes the gradients of a shard, whose samples the plan's arrays hold.
     *
     * @param samples of the shard, perhaps none
     * @param step of the training, from 0
     * @param shard from 0
     * @param total samples of the batch
     * @param into overwritten
     * @return whether the loss is finite; if not, there are no gradients
     */
    boolean compute(int samples, long step, int shard, int total, Gradients into) {
        tally.clear();
        boolean finite = true;
        if (samples > 0) {
            plan.forward(samples, step, shard);
            plan.loss(samples);
            tally.set(plan, samples, flat.divisor());
            finite = Double.isFinite(tally.lossSum);
            if (finite) {
                flat.begin();
                plan.backward(samples);
                flat.read(samples, (double) samples / total, into.values());
            }
        }
        into.set(shard, samples, tally);
        return finite;
    }
}
