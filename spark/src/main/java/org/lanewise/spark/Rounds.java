package org.lanewise.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
        Broadcast<FlatParameters> parameters = context.broadcast(trainer.flatParameters());
        try {
            List<Gradients> parts = rows.blocks().mapPartitions(new Round(setup, parameters,
                    new Numbers(batch.step(), batch.epoch(), batch.number(), batch.samples()),
                    rows.checksums())).collect();
            List<Gradients> whole = Gradients.merge(parts);
            if (whole.size() != 1) {
                throw new IllegalStateException("found " + whole + ", expected all "
                        + rows.checksums().length + " shards");
            }
            return whole.getFirst();
        } finally {
            parameters.destroy();
        }
    }

    /** A batch, which is no serializable class of the library. */
    private record Numbers(long step, int epoch, int number, int samples) implements Serializable {
        Batch batch() {
            return new Batch(step, epoch, number, samples);
        }
    }

    /** The task of a round: gradients of the shards of one partition, added up as far as they are adjacent. */
    private record Round(TrainingSetup setup, Broadcast<FlatParameters> parameters,
            Numbers numbers, long[] checksums)
            implements
                FlatMapFunction<Iterator<ShardBlock>, Gradients> {
        @Override
        public Iterator<Gradients> call(Iterator<ShardBlock> blocks) {
            Shape shape = setup.parsedNetwork().input();
            GradientWorker worker = Workers.ofThisJvm().take(setup);
            worker.parameters(parameters.value());
            List<Shard> shards = new ArrayList<>();
            while (blocks.hasNext()) {
                ShardBlock block = blocks.next();
                if (block.checksum() != checksums[block.number()]) {
                    throw new IllegalStateException("shard " + block.number() + " was computed"
                            + " again from its source and has other rows than before (checksum "
                            + Long.toHexString(block.checksum()) + ", before "
                            + Long.toHexString(checksums[block.number()])
                            + "): the source gives other rows each time it is read; write it to"
                            + " files first, or use Dataset.checkpoint");
                }
                shards.add(block.shard(shape, setup.normalization()));
            }
            List<Gradients> parts = worker.gradients(shards, numbers.batch());
            Workers.ofThisJvm().give(setup, worker);
            return parts.iterator();
        }
    }
}
