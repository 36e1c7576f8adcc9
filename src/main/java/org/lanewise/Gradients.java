package org.lanewise;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.lanewise.kernel.Elements;

/**
 * The gradients of the losses of the samples of adjacent shards of a batch, and what else a training takes from them:
 * counts, the loss, and the statistics of batch normalization.
 *
 * <p>Shards are added up along one binary tree over their numbers: neighbours, then pairs, then fours. A part of a tree
 * has the same bits wherever it was added up.
 */
public final class Gradients implements Serializable {
    private static final long serialVersionUID = 1;

    private final int shards;
    private final double[] doubles;
    private final float[] floats;
    private transient Elements values;
    private int first;
    private int end;
    private int samples;
    private int counted;
    private int correct;
    private double lossSum;
    private double divisor;

    /**
     * Gradients of nothing yet.
     *
     * @param shards of the whole batch
     * @param values shared
     */
    Gradients(int shards, Elements values) {
        this.shards = shards;
        this.values = values;
        this.doubles = values instanceof Elements.Doubles(double[] array) ? array : null;
        this.floats = values instanceof Elements.Floats(float[] array) ? array : null;
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
    }

    /** Copies what a report of a step says. */
    void get(Tally tally) {
        tally.lossSum = lossSum;
        tally.divisor = divisor;
        tally.counted = counted;
        tally.correct = correct;
    }

    Elements values() {
        if (values == null) {
            values = doubles == null ? Elements.of(floats) : Elements.of(doubles);
        }
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
        counted += right.counted;
        correct += right.correct;
        lossSum += right.lossSum;
        divisor += right.divisor;
        if (samples == 0) {
            right.values().copy(0, values(), 0, length());
        } else if (right.samples > 0) {
            addValues(right);
        }
        samples += right.samples;
    }

    private int length() {
        return doubles == null ? floats.length : doubles.length;
    }

    private void addValues(Gradients right) {
        if (doubles == null) {
            for (int i = 0; i < floats.length; i++) {
                floats[i] += right.floats[i];
            }
        } else {
            for (int i = 0; i < doubles.length; i++) {
                doubles[i] += right.doubles[i];
            }
        }
    }

    /**
     * {@return what is left when all parts have been added up that can be, by their shards; arrays of the parts are overwritten}
     *
     * @param parts of one batch, in any order
     * @throws IllegalArgumentException if a shard is there twice, or they are of different batches
     */
    public static List<Gradients> merge(List<Gradients> parts) {
        List<Gradients> merged = new ArrayList<>();
        for (Gradients part : parts.stream().sorted(Comparator.comparingInt(Gradients::first))
                .toList()) {
            if (!merged.isEmpty() && part.first < merged.getLast().end) {
                throw new IllegalArgumentException(
                        "gradients of shard " + part.first + " are there twice");
            }
            merged.add(part);
            while (merged.size() > 1
                    && merged.get(merged.size() - 2).precedes(merged.getLast())) {
                merged.get(merged.size() - 2).add(merged.removeLast());
            }
        }
        return merged;
    }

    @Override
    public String toString() {
        return "gradients of shards " + first + " to " + (end - 1) + " of " + shards + " ("
                + length() + (doubles == null ? " floats)" : " doubles)");
    }
}
