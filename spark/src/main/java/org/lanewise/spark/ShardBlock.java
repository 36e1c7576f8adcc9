package org.lanewise.spark;

import java.io.Serializable;
import java.util.List;
import org.lanewise.Samples;
import org.lanewise.Shard;
import org.lanewise.spec.Shape;

/** The rows of one shard, in order of their ranks, as they are kept by an executor. */
final class ShardBlock implements Serializable {
    private final int number;
    private final int shards;
    private final byte[] pixels;
    private final double[] numbers;
    private final int[] labels;
    private final double[] targets;
    private final int size;
    private final long checksum;
    private transient Shard shard;

    /**
     * Copies rows.
     *
     * @param number of the shard
     * @param shards how many there are
     * @param rows in order of their ranks, at least one
     * @param shape of an input
     */
    ShardBlock(int number, int shards, List<RowSample> rows, Shape shape) {
        this.number = number;
        this.shards = shards;
        this.size = rows.size();
        int each = (int) shape.size();
        boolean bytes = rows.stream().allMatch(row -> row.pixels() != null);
        double[] first = rows.getFirst().targets();
        int width = first == null ? 0 : first.length;
        if ((long) rows.size() * each > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("shard " + number + " has " + rows.size()
                    + " rows of " + each + " values, more than one array can hold; divide batches"
                    + " into more shards than " + shards);
        }
        pixels = bytes ? new byte[rows.size() * each] : null;
        numbers = bytes ? null : new double[rows.size() * each];
        labels = first == null ? new int[rows.size()] : null;
        targets = first == null ? null : new double[Math.multiplyExact(rows.size(), width)];
        for (int i = 0; i < rows.size(); i++) {
            RowSample row = rows.get(i);
            System.arraycopy(bytes ? row.pixels() : row.numbers(), 0, bytes ? pixels : numbers,
                    i * each, each);
            if (labels != null) {
                labels[i] = row.label();
            } else {
                System.arraycopy(row.targets(), 0, targets, i * width, width);
            }
        }
        checksum = shard(shape, null).checksum();
        shard = null;
    }

    int number() {
        return number;
    }

    int size() {
        return size;
    }

    long checksum() {
        return checksum;
    }

    /** The shard, its inputs normalized as they are read. */
    synchronized Shard shard(Shape shape, RowNormalization normalization) {
        if (shard == null) {
            Samples samples = labels != null
                    ? pixels != null
                            ? Samples.labelled(shape, pixels, labels)
                            : Samples.labelled(shape, numbers, labels)
                    : pixels != null
                            ? Samples.valued(shape, pixels, targets)
                            : Samples.valued(shape, numbers, targets);
            shard = new Shard(normalization == null ? samples : normalization.of(samples), number,
                    shards);
        }
        return shard;
    }
}
