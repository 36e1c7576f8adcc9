package org.lanewise.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lanewise.GradientSource.Batch;
import org.lanewise.GradientWorker;
import org.lanewise.Model;
import org.lanewise.RandomState;
import org.lanewise.Samples;
import org.lanewise.Shard;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.io.NetworkJson;
import org.lanewise.io.OptionsText;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Window;

/**
 * Measures what a round costs on this cluster, how far a training gains by its executors, and how fast a model predicts; from
 * that, predicts the efficiency of a larger cluster.
 */
public final class ClusterCosts {
    private static final double NANOS_OF_MILLI = 1e6;
    private static final int ROUNDS = 15;
    /** Of short rounds there are many, because Spark's own code is compiled meanwhile. */
    private static final int SHORT_ROUNDS = 120;
    private static final int SHARDS = 8;

    private final SparkSession session;
    private final JavaSparkContext context;
    private final int cores;

    private ClusterCosts(SparkSession session, int executors) {
        this.session = session;
        this.cores = executors;
        this.context = JavaSparkContext.fromSparkContext(session.sparkContext());
    }

    /**
     * Measures the cluster that the session finds.
     *
     * @param args executors of one core each, 2 to 7 (default: 2)
     * @throws IOException if the session cannot be closed
     */
    public static void main(String[] args) throws IOException {
        try (SparkSession session = SparkSession.builder().appName("Lanewise, costs of a cluster")
                .getOrCreate()) {
            ClusterCosts costs = new ClusterCosts(session,
                    args.length == 0 ? 2 : Integer.parseInt(args[0]));
            costs.awaitExecutors();
            costs.rounds(Precision.DOUBLE);
            Round round = costs.rounds(Precision.SINGLE);
            costs.gain();
            costs.inference();
            costs.predict(round);
        }
    }

    private void awaitExecutors() {
        while (context.sc().getExecutorMemoryStatus().size() < cores + 1) {
            Thread.onSpinWait();
        }
        print("%d executors of one core each%n", cores);
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private Dataset<Row> rows(int count, int width, int classes) {
        return session.createDataFrame(IntStream.range(0, count)
                .mapToObj(row -> RowFactory.create(
                        Vectors.dense(new RandomState(row).randn(width)), row % classes))
                .toList(),
                new StructType().add("features", SQLDataTypes.VectorType())
                        .add("label", DataTypes.IntegerType));
    }

    /** Milliseconds of a round: the least, and the median. */
    private double[] time(Network network, TrainingOptions options, int tasks, Dataset<Row> rows,
            int count, Merge merge) {
        Trainer trainer = new Trainer(network, options);
        String json = NetworkJson.write(network);
        TrainingSetup setup = new TrainingSetup("costs " + System.nanoTime(), json,
                OptionsText.write(options), null, trainer.contract());
        try (ShardedRows sharded = ShardedRows.of(rows,
                FeatureColumn.of(rows.schema(), "features", network.input()),
                TargetColumn.of(rows.schema(), "label", network), json, options.shards(), tasks)) {
            Rounds rounds = new Rounds(context, sharded, setup, trainer, merge);
            double[] times = new double[count];
            for (int i = 0; i < times.length; i++) {
                long start = System.nanoTime();
                rounds.gradients(new Batch(i, 0, 0, options.batchSize()));
                times[i] = (System.nanoTime() - start) / NANOS_OF_MILLI;
            }
            Arrays.sort(times);
            return new double[] {times[0], times[times.length / 2]};
        }
    }

    /**
     * What a round costs that computes next to nothing, in milliseconds.
     *
     * @param fixed whatever the number of parameters
     * @param shuffle likewise, of a shuffle
     * @param sent a parameter that the driver sends
     * @param returned a parameter of each array that the driver gets
     * @param exchanged a parameter of a shuffle, whatever the number of tasks: each writes and reads as much
     */
    private record Round(double fixed, double shuffle, double sent, double returned,
            double exchanged) {
        double of(long parameters, int arrays) {
            return fixed + parameters * (sent + returned * arrays);
        }

        double shuffled(long parameters) {
            return shuffle + exchanged * parameters + of(parameters, 1);
        }
    }

    private Round rounds(Precision precision) {
        print("%nA round of %d shards in %s precision: broadcast, job, sums%n", SHARDS, precision);
        double small = round(316, cores, precision, Merge.DRIVER);
        double stage = round(316, cores, precision, Merge.TASKS) - small;
        round(1000, cores, precision, Merge.DRIVER);
        double large = round(3162, cores, precision, Merge.DRIVER);
        double more = round(3162, SHARDS, precision, Merge.DRIVER);
        double shuffled = round(3162, cores, precision, Merge.TASKS);
        long parameters = side(3162).parameterCount();
        double returned = (more - large) / (SHARDS - cores) / parameters;
        double sent = (large - small) / parameters - cores * returned;
        double exchanged = (shuffled - small - stage) / parameters - sent - returned;
        print("Nanoseconds a parameter: %.0f to send, %.0f for each array that the driver gets, %.0f"
                + " for a shuffle, which is as long as %.1f arrays; its stage takes %.0f ms%n",
                sent * NANOS_OF_MILLI, returned * NANOS_OF_MILLI, exchanged * NANOS_OF_MILLI,
                exchanged / returned, stage);
        return new Round(small, stage, sent, returned, exchanged);
    }

    private static Network side(int width) {
        return Network.input(width).linear(width).softmaxCrossEntropy();
    }

    private double round(int width, int tasks, Precision precision, Merge merge) {
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(SHARDS)
                .shards(SHARDS).precision(precision);
        double[] times = time(side(width), options, tasks, rows(SHARDS, width, 10),
                width < 2000 ? SHORT_ROUNDS : ROUNDS, merge);
        print("%,12d parameters, %d tasks, merged by %s: least %.0f ms, median %.0f ms%n",
                side(width).parameterCount(), tasks, merge.name().toLowerCase(Locale.ROOT),
                times[0], times[1]);
        return times[0];
    }

    private static Network large() {
        Window same = Window.of(3).padding(1);
        return Network.input(3, 32, 32).conv2d(64, same).relu().conv2d(64, same).relu()
                .maxPool2d(2).conv2d(128, same).relu().globalAvgPool2d().flatten().linear(10)
                .softmaxCrossEntropy();
    }

    /** One task that computes all shards, and one for each executor; the same without Spark between them. */
    private void gain() {
        Network network = large();
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(128 * SHARDS)
                .shards(SHARDS).precision(Precision.SINGLE);
        Dataset<Row> rows = rows(options.batchSize(), 3 * 32 * 32, 10).cache();
        double one = time(network, options, 1, rows, ROUNDS, Merge.AUTO)[1];
        double all = time(network, options, cores, rows, ROUNDS, Merge.AUTO)[1];
        double alone = independent(network, options, 1);
        double together = independent(network, options, cores);
        double free = cores * alone / together;
        print("%nA step of %,d images: %.0f ms by one executor, %.0f ms by %d: %.2f times as fast."
                + " %d JVMs that do not wait for each other: %.2f. Share: %.2f%n",
                options.batchSize(), one, all, cores, one / all, cores, free, one / all / free);
    }

    /** Milliseconds of a shard, of tasks that run at the same time on as many executors and wait for no other. */
    private double independent(Network network, TrainingOptions options, int tasks) {
        String json = NetworkJson.write(network);
        String text = OptionsText.write(options);
        List<Double> times = context.parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
                .map(_ -> shardMillis(json, text)).collect();
        return times.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    private static double shardMillis(String json, String text) {
        Network network = NetworkJson.read(json);
        TrainingOptions options = OptionsText.read(text);
        int count = options.batchSize() / options.shards();
        Samples samples = Samples.labelled(network.input(),
                new RandomState(1).randn(count * (int) network.input().size()),
                IntStream.range(0, count).map(i -> i % 10).toArray());
        GradientWorker worker = new GradientWorker(network, options);
        Shard shard = new Shard(samples, 0, options.shards());
        double[] times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            worker.gradients(List.of(shard), new Batch(i, 0, 0, options.batchSize()));
            times[i] = (System.nanoTime() - start) / NANOS_OF_MILLI;
        }
        Arrays.sort(times);
        return times[ROUNDS / 2];
    }

    /**
     * Images a second by transform, of vectors and of image structs, and by a model of the library in one thread, which has them in
     * one array.
     */
    private void inference() {
        int images = 60_000;
        int width = (int) Networks.of("lenet-5").input().size();
        StructType image = new StructType().add("origin", "string").add("height", "int")
                .add("width", "int").add("nChannels", "int").add("mode", "int")
                .add("data", "binary");
        Map<String, Dataset<Row>> rows = Map.of(
                "vectors", images(images, new StructType().add("features",
                        SQLDataTypes.VectorType()), row -> Vectors.dense(numbers(row, width))),
                "image structs", images(images, new StructType().add("features", image),
                        row -> RowFactory.create("", 28, 28, 1, 0, pixels(row, width))));
        double[] inputs = new double[images * width];
        for (int i = 0; i < images; i++) {
            System.arraycopy(numbers(i, width), 0, inputs, i * width, width);
        }
        Samples samples = Samples.unlabelled(Networks.of("lenet-5").input(), inputs);
        print("%n");
        for (String name : List.of("lenet-5", "mnist-cnn")) {
            Network network = Networks.of(name);
            TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(SHARDS)
                    .shards(SHARDS).precision(Precision.SINGLE);
            Prediction prediction = Prediction.of(network,
                    new Trainer(network, options).parameters(), options, null);
            LanewiseClassificationModel model = new LanewiseClassificationModel(name, prediction);
            Model alone = prediction.model();
            double local = images / least(3, () -> alone.probabilities(samples));
            rows.forEach((column, dataset) -> {
                double rate = images / least(8, () -> model.transform(dataset)
                        .select("prediction").foreach(_ -> {
                        }));
                print("%s predicts %,.0f images/s by transform of %s on %d executors; a model in"
                        + " one thread %,.0f. Share: %.2f%n", name, rate * 1000, column, cores,
                        local * 1000, rate / local / cores);
            });
        }
    }

    /** Images that executors keep in memory. */
    private Dataset<Row> images(int count, StructType schema, Function<Integer, Object> column) {
        Dataset<Row> rows = session.createDataFrame(context.parallelize(
                IntStream.range(0, count).boxed().toList(), 4 * cores)
                .map(row -> RowFactory.create(column.call(row))), schema).cache();
        rows.count();
        return rows;
    }

    /** Milliseconds, the least of some runs. */
    private static double least(int runs, Runnable run) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            run.run();
            least = Math.min(least, (System.nanoTime() - start) / NANOS_OF_MILLI);
        }
        return least;
    }

    private static byte[] pixels(int row, int width) {
        byte[] pixels = new byte[width];
        for (int i = 0; i < width; i++) {
            pixels[i] = (byte) (row * 31 + i * 17);
        }
        return pixels;
    }

    private static double[] numbers(int row, int width) {
        double[] numbers = new double[width];
        byte[] pixels = pixels(row, width);
        Arrays.setAll(numbers, i -> (pixels[i] & 0xFF) / 255.0);
        return numbers;
    }

    /** Of a cluster of 64: each executor computes its part of a batch. */
    private void predict(Round round) {
        int executors = 64;
        int images = 32;
        Network network = Networks.of("resnet-18");
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(2 * images)
                .shards(2).precision(Precision.SINGLE);
        double image = independent(network, options, 1) / images;
        int batch = 8_192;
        double compute = image * batch / executors;
        long parameters = network.parameterCount();
        double driver = round.of(parameters, executors);
        double tasks = round.shuffled(parameters);
        print("%nPredicted: ResNet-18 (%,d parameters, single precision), batches of %,d, %d executors"
                + " of one core: %.0f ms to compute. A round takes %.0f ms where the driver merges"
                + " (efficiency %.2f), and %.0f ms by a shuffle (efficiency %.2f): %.0f to send"
                + " parameters, %.0f to merge, %.0f that the driver gets. With one round in 4 steps:"
                + " efficiency %.2f%n", parameters, batch, executors, compute, driver,
                compute / (compute + driver), tasks, compute / (compute + tasks),
                round.sent * parameters, round.shuffle + round.exchanged * parameters,
                round.returned * parameters, 4 * compute / (4 * compute + tasks));
    }
}
