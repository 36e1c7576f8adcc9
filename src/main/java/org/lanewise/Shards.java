package org.lanewise;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.lanewise.random.Philox;
import org.lanewise.spec.Loss;

/**
 * How samples are divided into shards, whose gradients may be computed on different machines.
 *
 * <p>Samples are sorted by a hash of what they hold, and number r in that order is in shard r mod S: whatever the
 * order in which they come, a shard holds the same ones. Each batch takes equal numbers of the samples of each shard; in the last,
 * smaller one the first shards may have one more than others.
 */
public final class Shards {
    /** The most shards of a batch. */
    public static final int MAX_SHARDS = 1 << 16;

    /** Bytes of a hash: two samples in 2^64 agree by chance. */
    private static final int HASH_BYTES = 16;

    private Shards() {}

    /**
     * {@return how many of some samples, or of those of a batch, a shard has}
     *
     * @param samples how many there are
     * @param shards how many shards
     * @param shard which, from 0
     */
    public static int size(int samples, int shards, int shard) {
        return samples / shards + (shard < samples % shards ? 1 : 0);
    }

    /** How many samples of a batch come before those of a shard. */
    static int first(int samples, int shards, int shard) {
        return samples / shards * shard + Math.min(shard, samples % shards);
    }

    /** The fewest samples of a shard of a batch that has any. */
    static int fewest(int samples, int shards) {
        return Math.max(1, samples / shards);
    }

    /** How many samples the shard has that begins at a place of a batch. */
    static int sizeAt(int samples, int shards, int place) {
        int few = samples / shards;
        int longer = samples % shards;
        return place < longer * (few + 1) ? few + 1 : few;
    }

    /**
     * {@return the hash by which samples are sorted: the first 16 bytes of the SHA-256 of the input and the label}
     *
     * @param input before any normalization; of each value 8 bytes, big-endian IEEE
     * @param label 4 bytes, big-endian
     */
    public static byte[] hash(double[] input, int label) {
        return hash(input, ByteBuffer.allocate(Integer.BYTES).putInt(label).flip());
    }

    /**
     * {@return the hash by which samples are sorted: the first 16 bytes of the SHA-256 of the input and the target
     * values}
     *
     * @param input before any normalization; of each value 8 bytes, big-endian IEEE
     * @param targets likewise
     */
    public static byte[] hash(double[] input, double[] targets) {
        return hash(input, bytes(targets));
    }

    private static byte[] hash(double[] input, ByteBuffer answer) {
        MessageDigest digest = Sha256.digest();
        digest.update(bytes(input));
        digest.update(answer);
        return Arrays.copyOf(digest.digest(), HASH_BYTES);
    }

    private static ByteBuffer bytes(double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
        bytes.asDoubleBuffer().put(values);
        return bytes;
    }

    /** The indices of samples, sorted by their hashes. */
    static int[] ranked(Samples samples, Loss loss) {
        double[] input = new double[(int) samples.shape().size()];
        double[] targets = loss.takesLabels() ? null : new double[samples.targetsPerSample()];
        byte[][] hashes = new byte[samples.size()][];
        for (int i = 0; i < hashes.length; i++) {
            samples.copyPlain(i, input, 0);
            if (targets == null) {
                hashes[i] = hash(input, samples.label(i));
            } else {
                samples.copyTargets(i, targets, 0);
                hashes[i] = hash(input, targets);
            }
        }
        return IntStream.range(0, hashes.length).boxed()
                .sorted(Comparator.comparing(i -> hashes[i], Arrays::compareUnsigned))
                .mapToInt(Integer::intValue).toArray();
    }

    /**
     * The order in which an epoch takes the samples of a shard.
     *
     * @param samples how many it has
     * @param options of the training, of which its seed counts, and whether the order is random
     * @param epoch from 0
     * @param shard from 0
     */
    static int[] order(int samples, TrainingOptions options, int epoch, int shard) {
        int[] order = new int[samples];
        Arrays.setAll(order, i -> i);
        if (options.shuffle()) {
            int[] words = new int[4];
            Philox.block(Philox.key(options.seed(), Philox.SHARD_ORDER), epoch, 0, shard, 0, words,
                    0);
            new RandomState(Integer.toUnsignedLong(words[0])).shuffle(order);
        }
        return order;
    }

    /**
     * Overwrites indices with those of all samples of an epoch: batch after batch, and in each, shard after shard.
     *
     * @param ranked indices of samples by their ranks
     * @param each how many samples an epoch has
     */
    static void epoch(int[] indices, int[] ranked, int each, TrainingOptions options, int epoch) {
        int shards = options.shards();
        int batch = options.batchSize();
        for (int shard = 0; shard < shards; shard++) {
            int[] order = order(size(ranked.length, shards, shard), options, epoch, shard);
            int next = 0;
            for (int start = 0; start < each; start += batch) {
                int samples = Math.min(batch, each - start);
                int at = start + first(samples, shards, shard);
                for (int i = 0; i < size(samples, shards, shard); i++) {
                    indices[at + i] = ranked[order[next++] * shards + shard];
                }
            }
        }
    }
}
