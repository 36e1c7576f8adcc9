package org.lanewise.spark;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;
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

/** Computes the gradients of each batch by a job over the shards that executors keep. */
final class Rounds implements GradientSource {
    private final JavaSparkContext context;
    private final ShardedRows rows;
    private final TrainingSetup setup;
    private final Trainer trainer;

    Rounds(JavaSparkContext context, ShardedRows rows, TrainingSetup setup, Trainer trainer) {
        this.context = context;
        this.rows = rows;
        this.setup = setup;
        this.trainer = trainer;
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
        Broadcast<byte[]> parameters = context.broadcast(JavaBytes.of(trainer.flatParameters()));
        try {
            List<byte[]> parts = rows.blocks()
                    .mapPartitions(new Round(setup, parameters, batch, rows.checksums()))
                    .collect();
            List<Gradients> whole = Gradients.merge(parts.stream()
                    .map(part -> JavaBytes.read(part, Gradients.class)).toList());
            if (whole.size() != 1) {
                throw new IllegalStateException("found " + whole + ", expected all "
                        + rows.checksums().length + " shards");
            }
            return whole.getFirst();
        } finally {
            parameters.destroy();
        }
    }

    /** The task of a round: gradients of the shards of one partition, added up as far as they are adjacent. */
    private record Round(TrainingSetup setup, Broadcast<byte[]> parameters, Batch batch,
            long[] checksums) implements FlatMapFunction<Iterator<ShardBlock>, byte[]> {
        @Override
        public Iterator<byte[]> call(Iterator<ShardBlock> blocks) {
            Shape shape = setup.parsedNetwork().input();
            GradientWorker worker = Pool.WORKERS.take(setup.id(), setup::worker);
            worker.parameters(JavaBytes.read(parameters.value(), FlatParameters.class));
            List<Gradients> parts = worker.gradients(() -> new Shards(blocks, shape), batch);
            Iterator<byte[]> results = parts.stream().map(JavaBytes::of).toList().iterator();
            Pool.WORKERS.give(setup.id(), worker);
            return results;
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
