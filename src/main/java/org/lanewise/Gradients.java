package org.lanewise;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.FlatState;

/**
 * The gradients of the losses of the samples of adjacent shards of a batch, and what else a training takes from them:
 * counts, the loss, and the statistics of batch normalization.
 *
 * <p>Shards are added up along one binary tree over their numbers: neighbours, then pairs, then fours. A part of a tree
 * has the same bits wherever it was added up.
 *
 * <p>Where shards are averaged every few steps, in place of gradients there is what they contribute to that average.
 */
public final class Gradients implements Serializable {
    private static final long serialVersionUID = 1;

    private final transient int shards;
    private final transient Elements values;
    private transient int first;
    private transient int end;
    private transient int samples;
    private transient int counted;
    private transient int correct;
    private transient double lossSum;
    private transient double divisor;
    private transient FiniteCheck.Origin fault;

    /**
     * Gradients of nothing yet.
     *
     * @param shards of the whole batch
     * @param values shared
     */
    Gradients(int shards, Elements values) {
        this.shards = shards;
        this.values = values;
    }

    /**
     * What is written in place of this.
     *
     * @param shards of the whole batch
     * @param first the first shard
     * @param end the shard after the last
     * @param samples of these shards
     * @param counted of them, those that are part of the accuracy
     * @param correct of those, the ones classified right
     * @param lossSum the sum of their losses
     * @param divisor what the sum is divided by for the mean
     * @param fault where a loss ceased to be finite
     * @param values gradients and statistics
     */
    private record Packed(int shards, int first, int end, int samples, int counted, int correct,
            double lossSum, double divisor, FiniteCheck.Origin fault, PackedArray values)
            implements
                Serializable {
        private Object readResolve() {
            return unpacked(values.unpacked());
        }

        private Gradients unpacked(Elements elements) {
            Gradients gradients = new Gradients(shards, elements);
            gradients.first = first;
            gradients.end = end;
            gradients.samples = samples;
            gradients.counted = counted;
            gradients.correct = correct;
            gradients.lossSum = lossSum;
            gradients.divisor = divisor;
            gradients.fault = fault;
            return gradients;
        }
    }

    /** {@return what is written in place of this} */
    private Object writeReplace() {
        return packed(PackedArray.of(values));
    }

    private Packed packed(PackedArray array) {
        return new Packed(shards, first, end, samples, counted, correct, lossSum, divisor, fault,
                array);
    }

    /** {@return the same with other elements} */
    private Gradients with(Elements elements) {
        return packed(null).unpacked(elements);
    }

    /** Makes this those of a shard. */
    void set(int shard, int ofSamples, Tally tally) {
        first = shard;
        end = shard + 1;
        samples = ofSamples;
        lossSum = tally.lossSum;
        divisor = tally.divisor;
        counted = tally.counted;
        correct = tally.correct;
        fault = null;
    }

    /** Remembers where a loss ceased to be finite. */
    void fault(FiniteCheck.Origin origin) {
        fault = origin;
    }

    /** {@return where a loss ceased to be finite, in the first shard of those where that was found; null if none} */
    FiniteCheck.Origin fault() {
        return fault;
    }

    /** Copies what a report of a step says. */
    void get(Tally tally) {
        tally.lossSum = lossSum;
        tally.divisor = divisor;
        tally.counted = counted;
        tally.correct = correct;
    }

    Elements values() {
        return values;
    }

    /** {@return the first shard} */
    public int first() {
        return first;
    }

    /** {@return the shard after the last} */
    public int end() {
        return end;
    }

    /** {@return the shards of the whole batch} */
    public int shards() {
        return shards;
    }

    /** {@return whether these are all shards of the batch} */
    public boolean isWhole() {
        return first == 0 && end == shards;
    }

    /** {@return samples of these shards} */
    public int samples() {
        return samples;
    }

    /** {@return the sum of their losses} */
    public double lossSum() {
        return lossSum;
    }

    /** {@return whether the shards of another are those that the tree adds to these} */
    boolean precedes(Gradients right) {
        int size = end - first;
        return right.first == end && Integer.bitCount(size) == 1 && first % (2 * size) == 0
                && right.end == Math.min(first + 2 * size, shards);
    }

    /**
     * Adds the gradients of the shards that the tree adds next.
     *
     * @param right read
     * @throws IllegalArgumentException if those are others
     */
    public void add(Gradients right) {
        if (right.shards != shards || !precedes(right) || right.length() != length()) {
            throw new IllegalArgumentException(right + " cannot be added to " + this);
        }
        end = right.end;
        fault = fault == null ? right.fault : fault;
        counted += right.counted;
        correct += right.correct;
        lossSum += right.lossSum;
        divisor += right.divisor;
        if (samples == 0) {
            right.values.copy(0, values, 0, length());
        } else if (right.samples > 0) {
            FlatState.add(values, 1, right.values, length());
        }
        samples += right.samples;
    }

    private int length() {
        return values.length();
    }

    /**
     * {@return what is left when all parts have been added up that can be, by their shards; arrays of the parts are overwritten}
     *
     * @param parts of one batch, in any order
     * @throws IllegalArgumentException if a shard is there twice, or they are of different batches
     */
    public static List<Gradients> merge(List<Gradients> parts) {
        GradientTree tree = new GradientTree(null);
        parts.stream().sorted(Comparator.comparingInt(Gradients::first)).forEach(tree::add);
        return tree.take();
    }

    /**
     * {@return these gradients in parts, each with a range of the elements; copies, which may be merged range by range}
     *
     * @param ranges how many
     */
    public List<Gradients> split(int ranges) {
        return IntStream.range(0, ranges).mapToObj(range -> {
            int from = (int) ((long) length() * range / ranges);
            int to = (int) ((long) length() * (range + 1) / ranges);
            Elements part = values.ofLength(to - from);
            values.copy(from, part, 0, to - from);
            return with(part);
        }).toList();
    }

    /**
     * {@return the gradients whose parts {@link #split} gave; a copy}
     *
     * @param ranges all of them, in their order
     */
    public static Gradients join(List<Gradients> ranges) {
        Gradients first = ranges.getFirst();
        Elements all = first.values
                .ofLength(ranges.stream().mapToInt(Gradients::length).sum());
        int at = 0;
        for (Gradients range : ranges) {
            if (range.first != first.first || range.end != first.end) {
                throw new IllegalArgumentException(first + " and " + range
                        + " are not parts of the same gradients");
            }
            range.values.copy(0, all, at, range.length());
            at += range.length();
        }
        return first.with(all);
    }

    @Override
    public String toString() {
        return "gradients of shards " + first + " to " + (end - 1) + " of " + shards + " ("
                + length() + (values instanceof Elements.Floats ? " floats)" : " doubles)");
    }
}
