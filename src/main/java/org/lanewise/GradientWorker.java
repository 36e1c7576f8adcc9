package org.lanewise;

import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.kernel.FusedMultiplyAdd;
import org.lanewise.plan.FlatGradients;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Network;

/**
 * Computes gradients of shards of batches, without an update, for a {@link Trainer} that may be on another machine.
 *
 * <p>The constructor allocates the memory of one shard of a batch. A worker serves one thread at a time, and any number of
 * shards, one after another.
 */
public final class GradientWorker {
    private final TrainingOptions options;
    private final Plan plan;
    private final FiniteCheck finite;
    private final ShardGradients gradients;
    private final GradientTree tree;
    /** Null where shards are added up in each step. */
    private final TrainingStep step;
    private final LocalSteps local;
    private final ExclusiveUse use = new ExclusiveUse();

    /**
     * Allocates the memory of a shard of a batch.
     *
     * @param network what learns
     * @param options of the training, those of its trainer
     * @throws IllegalArgumentException if batches have no shards or an array would be too large
     */
    public GradientWorker(Network network, TrainingOptions options) {
        this(network, options, Team.alone());
    }

    /**
     * Allocates the memory of a shard of a batch, for gradients that several threads compute.
     *
     * @param network what learns
     * @param options of the training, those of its trainer
     * @param pool shares the work: the calling thread and, up to the pool's parallelism in all, its threads; never shut
     *        down here
     * @throws IllegalArgumentException if batches have no shards or an array would be too large
     */
    public GradientWorker(Network network, TrainingOptions options, ForkJoinPool pool) {
        this(network, options, Team.of(pool));
    }

    private GradientWorker(Network network, TrainingOptions options, Team team) {
        requireShards(options);
        this.options = options;
        this.plan = Plan.compile(network, options.plan(Purpose.TRAIN), team);
        FlatGradients flat = new FlatGradients(plan);
        this.finite = new FiniteCheck(plan);
        this.gradients = new ShardGradients(plan, flat);
        this.step = options.syncEvery() == 1 ? null : new TrainingStep(plan, options);
        this.local = step == null ? null : step.local();
        int size = local == null ? flat.size() : local.size();
        this.tree = new GradientTree(() -> new Gradients(options.shards(),
                FlatGradients.newArray(plan, size)));
    }

    /**
     * {@return what decides the bits of gradients besides network, options and samples: workers with the same text, and
     * a trainer with the same {@link Trainer#contract()}, compute the same}
     */
    public String contract() {
        return contract(plan, options);
    }

    /** Refuses a training whose batches have no shards: its order of samples is that of one machine. */
    static void requireShards(TrainingOptions options) {
        if (options.shards() == 1) {
            throw new IllegalArgumentException(
                    "shards must be at least 2 where gradients are computed"
                            + " elsewhere");
        }
    }

    static String contract(Plan plan, TrainingOptions options) {
        return "numerical contract " + TrainingState.CONTRACT + ", " + options.precision()
                + " precision, " + plan.algorithm() + ", multiply-adds "
                + (FusedMultiplyAdd.HARDWARE ? "fused" : "not fused");
    }

    /**
     * Copies the parameters that the next gradients are of.
     *
     * @param parameters as {@link Trainer#flatParameters} gives them
     * @throws IllegalArgumentException if they are of another network
     * @throws ConcurrentModificationException if another thread is inside
     */
    public void parameters(FlatParameters parameters) {
        try (var _ = use.enter()) {
            parameters.copyTo(local == null ? plan.arrays() : local.arrays());
            if (local != null) {
                local.begin();
            }
        }
    }

    /**
     * {@return the gradients of the samples that a batch takes of some shards, added up as far as the tree does; in arrays of
     * their own}
     *
     * <p>Where shards take several steps before they are averaged, it is what they contribute to that average.
     *
     * <p>Where a loss is not finite, {@link Gradients#lossSum} is not either, and there are no gradients.
     *
     * @param shards all samples of each, in order of their numbers; read one at a time
     * @param batch which of them
     * @throws IllegalArgumentException if a shard does not fit the network or the training, or they are in another order
     * @throws ConcurrentModificationException if another thread is inside
     */
    public List<Gradients> gradients(Iterable<Shard> shards, GradientSource.Batch batch) {
        Objects.requireNonNull(batch, "batch");
        try (var _ = use.enter()) {
            tree.clear();
            for (Shard shard : shards) {
                shard.requireFit(plan.network());
                compute(shard, batch, tree.next());
                tree.add();
            }
            return tree.take();
        }
    }

    private void compute(Shard shard, GradientSource.Batch batch, Gradients into) {
        try (BatchLoader loader = shard.loader(plan, options, batch)) {
            FiniteCheck.Origin origin = null;
            if (local != null) {
                step.update().epoch(batch.epoch());
                origin = local.compute(loader, 0, shard.number(), batch.step(), batch.samples(),
                        into);
            } else {
                int samples = loader.load(0);
                if (!gradients.compute(samples, batch.step(), shard.number(), batch.samples(),
                        into)) {
                    origin = finite.origin(samples, loader::name);
                }
            }
            into.fault(origin == null ? null : origin.in("shard " + shard.number()));
        }
    }
}
