package org.lanewise.spark;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.lanewise.FlatParameters;
import org.lanewise.GradientSource;
import org.lanewise.GradientWorker;
import org.lanewise.Gradients;
import org.lanewise.Shard;
import org.lanewise.Trainer;
import org.lanewise.TrainingState.Data;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Shape;
import scala.Tuple2;

/** Computes the gradients of each batch by a job over the shards that executors keep. */
final class Rounds implements GradientSource {
    private final JavaSparkContext context;
    private final ShardedRows rows;
    private final TrainingSetup setup;
    private final Trainer trainer;
    private final Merge merge;

    Rounds(JavaSparkContext context, ShardedRows rows, TrainingSetup setup, Trainer trainer,
            Merge merge) {
        this.context = context;
        this.rows = rows;
        this.setup = setup;
        this.trainer = trainer;
        this.merge = merge;
    }

    /** The checksum is that of the shards' checksums. */
    @Override
    public Data data() {
        CRC32C all = new CRC32C();
        for (long checksum : rows.checksums()) {
            all.update(ByteBuffer.allocate(Long.BYTES).putLong(checksum).flip());
        }
        RowNormalization inputs = setup.normalization();
        return new Data(rows.size(), all.getValue(), ClassNames.UNKNOWN, inputs == null
                ? Normalization.NONE
                : Normalization.of(inputs.mean(), inputs.std()));
    }

    @Override
    public Gradients gradients(Batch batch) {
        byte[] sent = JavaBytes.of(trainer.flatParameters());
        int tasks = rows.blocks().getNumPartitions();
        Broadcast<byte[]> parameters = context.broadcast(sent);
        try {
            JavaRDD<Gradients> parts = rows.blocks()
                    .mapPartitions(new Round(setup, parameters, batch, rows.checksums()));
            return merge.byTasks(tasks, sent.length)
                    ? shuffled(parts, tasks)
                    : whole(parts.map(JavaBytes::of).collect());
        } finally {
            parameters.destroy();
        }
    }

    /** Each task merges a range of the elements of all gradients, so that the driver gets every element once. */
    private static Gradients shuffled(JavaRDD<Gradients> parts, int tasks) {
        JavaRDD<byte[]> ranges = parts.flatMapToPair(part -> {
            List<Gradients> cut = part.split(tasks);
            return IntStream.range(0, tasks)
                    .mapToObj(range -> new Tuple2<>(range, JavaBytes.of(cut.get(range))))
                    .iterator();
        }).partitionBy(new HashPartitioner(tasks)).values().glom()
                .map(range -> JavaBytes.of(whole(range)));
        try {
            return Gradients.join(ranges.collect().stream()
                    .map(range -> JavaBytes.read(range, Gradients.class)).toList());
        } finally {
            // Or executors would keep what they wrote until the driver's garbage is collected.
            ranges.rdd().cleanShuffleDependencies(false);
        }
    }

    private static Gradients whole(List<byte[]> parts) {
        List<Gradients> merged = Gradients.merge(parts.stream()
                .map(part -> JavaBytes.read(part, Gradients.class)).toList());
        if (merged.size() != 1) {
            throw new IllegalStateException("found " + merged + ", expected all shards");
        }
        return merged.getFirst();
    }

    /** The task of a round: gradients of the shards of one partition, added up as far as they are adjacent. */
    private record Round(TrainingSetup setup, Broadcast<byte[]> parameters, Batch batch,
            long[] checksums) implements FlatMapFunction<Iterator<ShardBlock>, Gradients> {
        @Override
        public Iterator<Gradients> call(Iterator<ShardBlock> blocks) {
            Shape shape = setup.parsedNetwork().input();
            GradientWorker worker = Pool.WORKERS.take(setup.id(), setup::worker);
            worker.parameters(JavaBytes.read(parameters.value(), FlatParameters.class));
            List<Gradients> parts = worker.gradients(() -> new Shards(blocks, shape), batch);
            Pool.WORKERS.give(setup.id(), worker);
            return parts.iterator();
        }

        /** The shards of a partition, one after another, each as it was when it was first read. */
        private final class Shards implements Iterator<Shard> {
            private final Iterator<ShardBlock> blocks;
            private final Shape shape;

            Shards(Iterator<ShardBlock> blocks, Shape shape) {
                this.blocks = blocks;
                this.shape = shape;
            }

            @Override
            public boolean hasNext() {
                return blocks.hasNext();
            }

            @Override
            public Shard next() {
                ShardBlock block = blocks.next();
                if (block.checksum() != checksums[block.number()]) {
                    throw new IllegalStateException("shard " + block.number() + " was computed"
                            + " again from its source and has other rows than before (checksum "
                            + Long.toHexString(block.checksum()) + ", before "
                            + Long.toHexString(checksums[block.number()])
                            + "): the source gives other rows each time it is read; write it to"
                            + " files first, or use Dataset.checkpoint");
                }
                return block.shard(shape, setup.normalization());
            }
        }
    }
}
