package org.lanewise.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.TaskContext;
import org.lanewise.io.NetworkJson;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;
import scala.Tuple2;

/** The rows of a data set in shards, kept by executors. */
final class ShardedRows implements AutoCloseable {
    private final JavaRDD<ShardBlock> blocks;
    private final long[] checksums;
    private final int size;

    /** Of each shard its number, size and checksum. */
    private ShardedRows(JavaRDD<ShardBlock> blocks, List<long[]> infos, int shards) {
        this.blocks = blocks;
        this.checksums = new long[shards];
        long rows = 0;
        for (long[] info : infos) {
            rows += info[1];
            checksums[(int) info[0]] = info[2];
        }
        if (infos.size() < shards) {
            throw new IllegalArgumentException(rows + " rows cannot be divided into " + shards
                    + " shards; there must be one for each, at least");
        }
        this.size = Math.toIntExact(rows);
    }

    /**
     * Divides rows, whatever their order and their partitions.
     *
     * @param dataset of the rows
     * @param features column of the inputs
     * @param targets column of labels or values
     * @param network as JSON
     * @param shards how many
     * @param tasks how many partitions they are kept in; each has the shards of a part of the tree
     * @throws IllegalArgumentException if there are fewer rows than shards
     */
    static ShardedRows of(Dataset<?> dataset, FeatureColumn features, TargetColumn targets,
            String network, int shards, int tasks) {
        JavaRDD<RowSample> samples = dataset
                .select(Columns.quoted(features.name()), Columns.quoted(targets.name())).toDF()
                .javaRDD()
                .mapPartitions(rows -> read(rows, features, targets, network));
        JavaPairRDD<Long, RowSample> ranked = samples
                .mapToPair(sample -> new Tuple2<>(sample.hash(), sample)).sortByKey().values()
                .zipWithIndex().mapToPair(Tuple2::swap);
        Shape shape = features.shape();
        JavaRDD<ShardBlock> blocks = ranked
                .repartitionAndSortWithinPartitions(new ByShard(shards, tasks))
                .mapPartitions(rows -> blocks(rows, shards, shape))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            return new ShardedRows(blocks, blocks.map(block -> new long[] {block.number(),
                    block.size(), block.checksum()}).collect(), shards);
        } catch (RuntimeException e) {
            blocks.unpersist(false);
            throw e;
        }
    }

    private static Iterator<RowSample> read(Iterator<Row> rows, FeatureColumn features,
            TargetColumn targets, String network) {
        Network parsed = NetworkJson.read(network);
        Loss loss = parsed.loss();
        int partition = TaskContext.getPartitionId();
        return new Iterator<>() {
            private long number;

            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public RowSample next() {
                String place = "row " + number++ + " of partition " + partition;
                Row row = rows.next();
                return targets.read(row, 1, features.read(row, 0, place), loss, place);
            }
        };
    }

    private static Iterator<ShardBlock> blocks(Iterator<Tuple2<Long, RowSample>> ranked,
            int shards, Shape shape) {
        TreeMap<Integer, List<RowSample>> rows = new TreeMap<>();
        while (ranked.hasNext()) {
            Tuple2<Long, RowSample> row = ranked.next();
            rows.computeIfAbsent((int) (row._1() % shards), _ -> new ArrayList<>()).add(row._2());
        }
        return rows.entrySet().stream().map(shard -> new ShardBlock(shard.getKey(), shards,
                shard.getValue(), shape)).iterator();
    }

    /** Adjacent shards are in one partition, where their gradients are added up. */
    private static final class ByShard extends Partitioner {
        private final int shards;
        private final int tasks;

        ByShard(int shards, int tasks) {
            this.shards = shards;
            this.tasks = tasks;
        }

        @Override
        public int numPartitions() {
            return tasks;
        }

        @Override
        public int getPartition(Object rank) {
            long shard = (Long) rank % shards;
            return (int) (shard * tasks / shards);
        }
    }

    JavaRDD<ShardBlock> blocks() {
        return blocks;
    }

    /** Checksums of the shards, which those that are computed again must have. */
    long[] checksums() {
        return checksums;
    }

    int size() {
        return size;
    }

    @Override
    public void close() {
        blocks.unpersist(false);
    }
}
