package org.lanewise;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.Plan;
import org.lanewise.spec.Augmentation;

/**
 * Brings samples into the arrays of a plan, batch by batch.
 *
 * <p>Samples in memory are copied by the calling thread, without allocating. Where they are read as
 * they are needed, and the plan's team has a pool, its threads read the next batch into an array of
 * its own while the caller computes with this one.
 */
final class BatchLoader implements BatchSource, AutoCloseable {
    /** Fewer samples are not worth another thread. */
    private static final int SAMPLES_A_TASK = 4;

    private final Plan plan;
    private final Samples samples;
    private final List<Augmentation> augmentations;
    private final long seed;
    private final Augmenter augmenter;
    private final double[] batch;
    private double[] targets;
    private double[] ahead;
    private volatile Reading reading;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int batchSize;
    private final int shards;
    private int[] indices;
    /** By which augmentations draw for a sample, whatever its place in the set. */
    private IntUnaryOperator key = IntUnaryOperator.identity();
    private int epoch;
    private int end;
    private int batchStart;
    private int loaded;

    /**
     * Loads samples for a training.
     *
     * @throws IllegalArgumentException if an augmentation does not fit the samples
     */
    BatchLoader(Plan plan, Samples samples, TrainingOptions options) {
        this(plan, samples, options.augment(), options.seed(), options.batchSize(),
                options.shards());
    }

    private BatchLoader(Plan plan, Samples samples, List<Augmentation> augmentations,
            long seed, int batchSize, int shards) {
        augmentations.forEach(one -> one.requireFit(samples.shape()));
        this.plan = plan;
        this.samples = samples;
        this.augmentations = augmentations;
        this.seed = seed;
        this.batchSize = batchSize;
        this.shards = shards;
        this.augmenter = augmenter();
        this.batch = plan.inputs() instanceof Elements.Doubles(double[] array)
                ? array
                : new double[plan.inputs().length()];
    }

    /** Loads all samples as they are, in their order. */
    static BatchLoader inOrder(Plan plan, Samples samples) {
        BatchLoader loader = new BatchLoader(plan, samples, List.of(), 0, plan.capacity(), 1);
        int[] order = new int[samples.size()];
        Arrays.setAll(order, i -> i);
        loader.begin(0, order, order.length);
        return loader;
    }

    private Augmenter augmenter() {
        return new Augmenter(augmentations, seed, samples.shape(), samples.normalization());
    }

    /**
     * Begins an epoch, or resumes it.
     *
     * @param number of the epoch, from 0
     * @param order indices of the samples; shared
     * @param count how many of them the epoch has, shard after shard of each batch
     */
    void begin(int number, int[] order, int count) {
        close();
        epoch = number;
        indices = order;
        end = count;
    }

    /** Lets augmentations draw by other numbers of samples than their indices. */
    void keys(IntUnaryOperator keys) {
        key = keys;
    }

    /** Lets the next batch be that which begins at a place of the order. */
    void batch(int start) {
        batchStart = start;
    }

    /** Lets the next batch be that after this one. */
    void next() {
        batchStart += batchSize;
    }

    @Override
    public int load(int shard) {
        int samplesOfBatch = Math.min(batchSize, end - batchStart);
        if (Shards.size(samplesOfBatch, shards, shard) == 0) {
            return 0;
        }
        return loadAt(batchStart + Shards.first(samplesOfBatch, shards, shard));
    }

    @Override
    public String name(int place) {
        return "sample " + indices[loaded + place] + " (input " + (loaded - batchStart + place)
                + " of the batch)";
    }

    /** How many samples are loaded together, from a place of the order on. */
    private int sizeAt(int start) {
        if (shards == 1) {
            return Math.min(batchSize, end - start);
        }
        int first = start - start % batchSize;
        return Shards.sizeAt(Math.min(batchSize, end - first), shards, start - first);
    }

    /**
     * Loads the inputs of the batch or shard that begins at a place of the order.
     *
     * @return how many samples it has
     * @throws SampleException if one cannot be read; it is thrown when its own batch
     *         is loaded
     */
    int inputs(int start) {
        int count = sizeAt(start);
        loaded = start;
        if (!samples.isRead()) {
            for (int i = 0; i < count; i++) {
                load(start + i, augmenter, batch, i);
            }
            return rounded(count);
        }
        if (reading == null || reading.start != start) {
            close();
            begin(start);
        }
        try {
            reading.finish();
        } finally {
            reading = null;
        }
        if (ahead != null) {
            System.arraycopy(ahead, 0, batch, 0, count * plan.inputSize());
            if (start + count < end) {
                begin(start + count);
            }
        }
        return rounded(count);
    }

    /** Brings the batch into the plan's array, where that is another; {@return its samples} */
    private int rounded(int count) {
        if (plan.inputs() instanceof Elements.Floats) {
            plan.inputs().write(batch, 0, 0, count * plan.inputSize());
        }
        return count;
    }

    /** Loads a batch or shard with its answers; {@return how many samples it has} */
    int loadAt(int start) {
        int count = inputs(start);
        for (int i = 0; i < count; i++) {
            int sample = indices[start + i];
            if (samples.hasLabels()) {
                plan.labels()[i] = samples.label(sample);
            } else {
                targets = targets == null ? new double[samples.targetsPerSample()] : targets;
                samples.copyTargets(sample, targets, 0);
                plan.targets().write(targets, 0, i * targets.length, targets.length);
            }
        }
        return count;
    }

    /** Offers a batch to the pool; without one, nothing is read before the caller needs it. */
    private void begin(int start) {
        int count = sizeAt(start);
        int threads = plan.team().threads();
        if (ahead == null && threads > 1) {
            ahead = new double[plan.capacity() * plan.inputSize()];
        }
        double[] into = ahead == null ? batch : ahead;
        reading = new Reading(start, count, () -> {
            Augmenter own = augmenter();
            IntConsumer one = i -> load(start + i, own, into, i);
            return one;
        });
        // In a pool that is busy with something else, they wait, and there are never more of them.
        int tasks = Math.min(threads, Math.ceilDiv(count, SAMPLES_A_TASK));
        while (ahead != null && waiting.get() < tasks) {
            waiting.incrementAndGet();
            if (!plan.team().offer(this::help)) {
                waiting.decrementAndGet();
                return;
            }
        }
    }

    /** Reads samples of the batch that is read now, if there is one. */
    private void help() {
        waiting.decrementAndGet();
        Reading batch = reading;
        if (batch != null) {
            batch.run();
        }
    }

    private void load(int place, Augmenter changes, double[] into, int at) {
        int sample = indices[place];
        int offset = at * plan.inputSize();
        samples.copyPlain(sample, into, offset);
        changes.apply(epoch, key.applyAsInt(sample), into, offset);
        samples.normalize(into, offset);
    }

    /** Ends what the pool reads. */
    @Override
    public void close() {
        if (reading != null) {
            reading.cancel();
            reading = null;
        }
    }
}
