package org.lanewise.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lanewise.Samples;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** One session for all tests, with executors that are JVMs of their own; and data to learn. */
final class Cluster {
    static final int EXECUTORS = Integer.getInteger("lanewise.executors", 2);
    static final int ROWS = 301;
    static final int CLASSES = 3;
    static final Shape.Image SHAPE = new Shape.Image(1, 8, 8);
    static final Network NETWORK = Network.input(1, 8, 8)
            .conv2d(8, Window.of(3).padding(1)).batchNorm().relu().maxPool2d(2).flatten()
            .dropout(0.2).linear(CLASSES).softmaxCrossEntropy();

    private static SparkSession session;

    private Cluster() {}

    /** {@return the session, started by the first call} */
    static synchronized SparkSession session() {
        if (session == null) {
            try {
                Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            session = SparkSession.builder().master("local-cluster[" + EXECUTORS + ",2,1024]")
                    .appName("lanewise-spark tests")
                    .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
                    .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
                    .config("spark.executor.extraClassPath",
                            System.getProperty("java.class.path"))
                    .config("spark.executor.memory", "1024m")
                    .config("spark.task.cpus", 2)
                    .config("spark.executor.extraJavaOptions",
                            "--sun-misc-unsafe-memory-access=allow"
                                    + " --enable-native-access=ALL-UNNAMED")
                    .config("spark.driver.host", "127.0.0.1")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.ui.enabled", false)
                    .config("spark.sql.shuffle.partitions", 2)
                    .getOrCreate();
            while (session.sparkContext().getExecutorMemoryStatus().size() < EXECUTORS + 1) {
                Thread.onSpinWait();
            }
        }
        return session;
    }

    static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(session().sparkContext());
    }

    /** {@return the processes of the executors that run tasks now} */
    static List<Long> executors() {
        return context().parallelize(IntStream.range(0, 4 * EXECUTORS).boxed().toList(),
                4 * EXECUTORS).map(_ -> ProcessHandle.current().pid()).distinct().collect();
    }

    /** Pixels of a class: noise and a bright quarter. */
    static double[] pixels(int row) {
        Random random = new Random(row);
        double[] pixels = new double[(int) SHAPE.size()];
        for (int i = 0; i < pixels.length; i++) {
            boolean bright = i / 8 / 4 * 2 + i % 8 / 4 == label(row);
            pixels[i] = (float) (random.nextGaussian() + (bright ? 2.0 : 0.0));
        }
        return pixels;
    }

    static int label(int row) {
        return row % CLASSES;
    }

    static Samples samples() {
        double[] inputs = new double[ROWS * (int) SHAPE.size()];
        int[] labels = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            System.arraycopy(pixels(row), 0, inputs, row * (int) SHAPE.size(),
                    (int) SHAPE.size());
            labels[row] = label(row);
        }
        return Samples.labelled(SHAPE, inputs, labels);
    }

    static Dataset<Row> vectors(int seed, int partitions) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, ROWS).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return session().createDataFrame(order.stream().map(row -> RowFactory
                .create(Vectors.dense(pixels(row)), label(row))).toList(),
                new StructType().add("features", SQLDataTypes.VectorType())
                        .add("label", DataTypes.IntegerType))
                .repartition(partitions);
    }
}
