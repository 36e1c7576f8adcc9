package org.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.MinMaxScaler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.EpochReport;
import org.lanewise.Initializer;
import org.lanewise.Samples;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.io.NetworkJson;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;
import scala.reflect.ClassTag;

/** The estimators are used as Spark's own, and refuse what they cannot learn from. */
class EstimatorTest {
    private static LanewiseClassifier classifier() {
        return new LanewiseClassifier().setNetwork(NetworkJson.write(Cluster.NETWORK))
                .setBatchSize(28).setShards(4).setLearningRate(0.01).setEpochs(4);
    }

    private static Dataset<Row> rows(StructType schema, List<Row> rows) {
        return Cluster.session().createDataFrame(rows, schema);
    }

    @Test
    void aModelPredictsAsWithoutSpark() {
        LanewiseClassificationModel model = classifier().fit(Cluster.vectors(1, 2));
        Dataset<Row> predicted = model.transform(Cluster.vectors(2, 3));
        assertArrayEquals(new String[] {"features", "label", "probability", "prediction"},
                predicted.columns());
        List<Row> rows = predicted.collectAsList();
        assertEquals(Cluster.ROWS, rows.size());
        int right = 0;
        for (Row row : rows) {
            Vector features = row.getAs("features");
            double[] expected = model.model()
                    .probabilities(Samples.unlabelled(Cluster.SHAPE, features.toArray()));
            Vector found = row.getAs("probability");
            assertArrayEquals(expected, found.toArray());
            right += row.<Double>getAs("prediction").intValue() == row.<Integer>getAs("label")
                    ? 1
                    : 0;
        }
        assertTrue(right > 0.9 * rows.size(), right + " of " + rows.size());
    }

    @Test
    void modelsAndEstimatorsAreSaved(@TempDir Path folder) throws IOException {
        LanewiseClassifier classifier = classifier().setPrecision("single")
                .setMean(new double[] {0.5}).setStd(new double[] {1.5}).setProbabilityCol("p");
        classifier.save(folder.resolve("estimator").toUri().toString());
        LanewiseClassifier loaded = LanewiseClassifier
                .load(folder.resolve("estimator").toUri().toString());
        assertEquals(classifier.uid(), loaded.uid());
        LanewiseClassificationModel model = loaded.fit(Cluster.vectors(1, 2));
        assertEquals(classifier.fit(Cluster.vectors(1, 2)).parameters().sha256(),
                model.parameters().sha256());
        model.save(folder.resolve("model").toUri().toString());
        LanewiseClassificationModel same = LanewiseClassificationModel
                .load(folder.resolve("model").toUri().toString());
        assertTrue(sorted(model.transform(Cluster.vectors(1, 1)))
                .equals(sorted(same.transform(Cluster.vectors(1, 1)))));
    }

    @Test
    void pipelinesAndCrossValidation(@TempDir Path folder) throws IOException {
        LanewiseClassifier classifier = classifier().setFeaturesCol("scaled");
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
                new MinMaxScaler().setInputCol("features").setOutputCol("scaled"), classifier});
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(classifier.learningRate(), new double[] {0.01, 1e-9}).build();
        CrossValidatorModel best = new CrossValidator().setEstimator(pipeline)
                .setEstimatorParamMaps(grid).setNumFolds(2).setParallelism(2).setSeed(1)
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                .fit(Cluster.vectors(1, 2));
        assertTrue(best.avgMetrics()[0] > best.avgMetrics()[1],
                Arrays.toString(best.avgMetrics()));
        PipelineModel model = (PipelineModel) best.bestModel();
        String path = folder.resolve("pipeline").toUri().toString();
        model.save(path);
        assertTrue(sorted(model.transform(Cluster.vectors(3, 1)))
                .equals(sorted(PipelineModel.load(path).transform(Cluster.vectors(3, 1)))));
    }

    /** Images as files, as Spark's structs and as numbers are the same inputs. */
    @Test
    void anyColumnOfInputsGivesTheSameBits() throws IOException {
        Network network = Network.input(3, 4, 4).conv2d(4, 3).relu().flatten().linear(2)
                .softmaxCrossEntropy();
        List<Row> all = new ArrayList<>();
        for (int row = 0; row < 40; row++) {
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            byte[] bgr = new byte[48];
            List<Double> numbers = new ArrayList<>(java.util.Collections.nCopies(48, 0.0));
            for (int i = 0; i < 16; i++) {
                int[] rgb = {row * 5, i * 11, (row * i) % 256};
                image.setRGB(i % 4, i / 4, rgb[0] << 16 | rgb[1] << 8 | rgb[2]);
                for (int c = 0; c < 3; c++) {
                    bgr[i * 3 + 2 - c] = (byte) rgb[c];
                    numbers.set(c * 16 + i, rgb[c] / 255.0);
                }
            }
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            all.add(RowFactory.create(png.toByteArray(),
                    RowFactory.create("row " + row, 4, 4, 3, 16, bgr), numbers,
                    Vectors.dense(numbers.stream().mapToDouble(Double::doubleValue).toArray()),
                    (double) (row % 2)));
        }
        StructType image = new StructType().add("origin", "string").add("height", "int")
                .add("width", "int").add("nChannels", "int").add("mode", "int")
                .add("data", "binary");
        Dataset<Row> dataset = rows(new StructType().add("file", "binary").add("image", image)
                .add("numbers", DataTypes.createArrayType(DataTypes.DoubleType))
                .add("vector", SQLDataTypes.VectorType()).add("label", "double"), all);
        List<String> bits = new ArrayList<>();
        for (String column : List.of("file", "image", "numbers", "vector")) {
            LanewiseClassificationModel model = classifier().setNetwork(
                    NetworkJson.write(network)).setFeaturesCol(column).setBatchSize(8)
                    .fit(dataset);
            bits.add(model.parameters().sha256());
            assertEquals(40, model.transform(dataset).count());
        }
        assertEquals(1, bits.stream().distinct().count(), bits.toString());
    }

    @Test
    void foldersOfImagesAreLearned(@TempDir Path folder) throws IOException {
        for (String set : List.of("train", "test")) {
            for (int row = 0; row < 90; row++) {
                Path file = folder.resolve(set).resolve("class " + Cluster.label(row))
                        .resolve(row + ".png");
                Files.createDirectories(file.getParent());
                BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
                double[] pixels = Cluster.pixels(set.equals("test") ? 1000 * 3 + row : row);
                for (int i = 0; i < pixels.length; i++) {
                    image.getRaster().setSample(i % 8, i / 8, 0,
                            Math.clamp(Math.round(60 * pixels[i] + 60), 0, 255));
                }
                ImageIO.write(image, "png", file.toFile());
            }
        }
        double accuracy = ImageFolders.accuracy(Cluster.session(),
                classifier().setFeaturesCol("content").setEpochs(10),
                folder.resolve("train").toUri().toString(),
                folder.resolve("test").toUri().toString());
        assertTrue(accuracy > 0.85, "accuracy " + accuracy);
    }

    @Test
    void valuesAreLearned(@TempDir Path folder) throws IOException {
        Network network = Network.input(2).linear(8).tanh().linear(1).meanSquaredError();
        List<Row> all = new ArrayList<>();
        for (int row = 0; row < 60; row++) {
            double x = row / 30.0 - 1;
            all.add(RowFactory.create(Vectors.dense(x, x * x), 0.5 * x - x * x));
        }
        Dataset<Row> dataset = rows(new StructType().add("features", SQLDataTypes.VectorType())
                .add("label", "double"), all);
        LanewiseRegressionModel model = new LanewiseRegressor()
                .setNetwork(NetworkJson.write(network)).setBatchSize(20).setShards(2)
                .setLearningRate(0.02).setEpochs(60).fit(dataset);
        String path = folder.resolve("model").toUri().toString();
        model.save(path);
        for (Row row : LanewiseRegressionModel.load(path).transform(dataset).collectAsList()) {
            assertEquals(row.<Double>getAs("label"), row.<Double>getAs("prediction"), 0.15);
        }
    }

    @Test
    void whatCannotBeLearnedFromIsRefused() {
        Dataset<Row> rows = Cluster.vectors(1, 2);
        refused(() -> new LanewiseClassifier().fit(rows), "no network is set");
        refused(() -> classifier().setNetwork("lenet-55").fit(rows),
                "no network has the name lenet-55");
        refused(() -> classifier().setFeaturesCol("x").fit(rows),
                "there is no column x; the columns are features, label");
        refused(() -> classifier().setFeaturesCol("label").fit(rows), "column label is int");
        refused(() -> classifier().setLabelCol("features").fit(rows),
                "takes classes from a column of numbers");
        refused(() -> classifier().setOptimizer("magic").fit(rows), "optimizer magic; expected");
        refused(() -> classifier().setBatchSize(10).fit(rows),
                "a batch of 10 samples cannot be divided into 4 equal shards");
        refused(() -> classifier().setShards(1).fit(rows), "shards must be at least 2;");
        refused(() -> classifier().fit(rows.limit(3)),
                "3 rows cannot be divided into 4 shards");
        refused(() -> classifier().setPredictionCol("label").fit(rows),
                "there is a column label already");
        refused(() -> classifier().setProbabilityCol("prediction").fit(rows),
                "there is a column prediction already");
        refused(() -> classifier().setCheckpointInterval(0), "checkpointInterval");
        refused(() -> classifier().setOptions(TrainingOptions.of(Optimizer.sgd(0.1)).shards(8))
                .fit(rows), "learningRate is set, and so are options");
        refused(() -> classifier().setOptions(TrainingOptions.of(Optimizer.sgd(0.1))
                .initializer(Initializer.pytorch())), "the options have another initializer");
        refused(() -> new LanewiseRegressor().setNetwork(NetworkJson.write(Cluster.NETWORK))
                .fit(rows), "use LanewiseClassifier");
        refusedByTask(rows.withColumn("label", functions.lit(3)),
                "column label has the class 3.0; the network has 3 classes, 0 to 2");
        refusedByTask(rows.withColumn("label", functions.lit(null).cast("int")),
                "column label is null");
        refusedByTask(rows.withColumn("features", functions.lit(new double[] {1, 2})),
                "column features has 2 values; inputs of 1x8x8 have 64");
    }

    @Test
    void valuesThatALossDoesNotTakeAreRefused() {
        Network network = Network.input(64).linear(1)
                .loss(Loss.binaryCrossEntropyWithLogits());
        LanewiseRegressor regressor = new LanewiseRegressor()
                .setNetwork(NetworkJson.write(network)).setShards(2);
        String found = assertThrows(Exception.class, () -> regressor
                .fit(Cluster.vectors(1, 2).withColumn("label", functions.lit(5)))).toString();
        assertTrue(found.contains("column label has the value 5.0"), found);
        String nan = assertThrows(Exception.class, () -> regressor.fit(Cluster.vectors(1, 2)
                .withColumn("label", functions.lit(Double.NaN)))).toString();
        assertTrue(nan.contains("column label has the value NaN"), nan);
    }

    @Test
    void aFeatureThatIsNotFiniteIsNamed() {
        UDF1<Vector, Vector> broken = vector -> {
            double[] values = vector.toArray().clone();
            values[5] = values[0] == Cluster.pixels(17)[0] ? Double.NaN : values[5];
            return Vectors.dense(values);
        };
        Dataset<Row> rows = Cluster.vectors(1, 2).withColumn("features", functions
                .udf(broken, SQLDataTypes.VectorType()).apply(functions.col("features")));
        String found = assertThrows(Exception.class, () -> classifier().fit(rows)).getMessage();
        assertTrue(found.contains("because input value 5 of sample") && found.contains("is NaN"),
                found);
    }

    @Test
    void copiesAndColumnsKeepWhatTheyHave() {
        int[] epochs = new int[1];
        LanewiseClassifier classifier = classifier().setEpochs(2)
                .setListener(new TrainingListener() {
                    @Override
                    public void epoch(EpochReport report) {
                        epochs[0]++;
                    }
                });
        Metadata metadata = new MetadataBuilder().putString("from", "a test").build();
        Dataset<Row> rows = Cluster.vectors(1, 2).withColumnRenamed("features", "in.put")
                .withColumn("label", functions.col("label").as("label", metadata));
        Dataset<Row> predicted = classifier.setFeaturesCol("in.put").fit(rows, new ParamMap())
                .transform(rows);
        assertEquals(2, epochs[0]);
        assertEquals(metadata, predicted.schema().apply("label").metadata());
        assertEquals(10, predicted.limit(10).count());
    }

    /** Spark may be set to another serializer than Java's. */
    @Test
    void kryoReadsWhatItWrites() {
        SerializerInstance kryo = new KryoSerializer(new SparkConf()).newInstance();
        RowSample row = new RowSample(null, new double[] {1, 2}, 1, null);
        ShardBlock block = new ShardBlock(1, 2, List.of(row), new Shape.Flat(2));
        ClassTag<ShardBlock> tag = ClassTag.apply(ShardBlock.class);
        ShardBlock copy = kryo.deserialize(kryo.serialize(block, tag), tag);
        assertEquals(block.checksum(),
                copy.shard(new Shape.Flat(2), null).checksum());
        ClassTag<RowSample> rowTag = ClassTag.apply(RowSample.class);
        assertEquals(row.hash(), kryo.deserialize(kryo.serialize(row, rowTag), rowTag).hash());
    }

    /** Some empty partitions and a shard for each row are no reason to refuse. */
    @Test
    void fewRowsAndEmptyPartitions() {
        Dataset<Row> rows = Cluster.vectors(1, 1).limit(8).repartition(16);
        LanewiseClassifier classifier = classifier().setBatchSize(16).setShards(8);
        assertTrue(Double.isFinite(
                classifier.fit(rows).parameters().list().getFirst().values()[0]));
        assertEquals(8, classifier.fit(rows).transform(rows).count());
    }

    /** What an executor held is computed again after it died; a source that then gives other rows is refused. */
    @Test
    void aSourceOfOtherRowsEachTimeIsRefused() {
        UDF1<Vector, Vector> noise = vector -> {
            double[] values = vector.toArray().clone();
            values[0] = System.nanoTime();
            return Vectors.dense(values);
        };
        Dataset<Row> rows = Cluster.vectors(1, 2).withColumn("features", functions
                .udf(noise, SQLDataTypes.VectorType()).asNondeterministic()
                .apply(functions.col("features")));
        LanewiseClassifier classifier = classifier();
        classifier.setListener(new org.lanewise.TrainingListener() {
            private int steps;

            @Override
            public void step(org.lanewise.TrainingProgress progress) {
                steps++;
                if (steps == 3) {
                    Cluster.executors().forEach(pid -> ProcessHandle.of(pid).orElseThrow()
                            .destroyForcibly());
                }
            }
        });
        String message = assertThrows(Exception.class, () -> classifier.fit(rows)).toString();
        assertTrue(message.contains("the source gives other rows each time it is read"), message);
    }

    @Test
    void aTaskComputesWithItsCores() {
        assertEquals(List.of(2), Cluster.context().parallelize(List.of(1, 2, 3), 3)
                .map(_ -> Pool.threads()).distinct().collect());
        assertEquals(1, Pool.threads());
    }

    @Test
    void gradientsAreMergedByTasksWhereTheDriverWouldTakeLonger() {
        assertTrue(Merge.AUTO.byTasks(64, 44 << 20));
        assertFalse(Merge.AUTO.byTasks(64, 100 << 10));
        assertFalse(Merge.AUTO.byTasks(2, 1L << 30));
        assertTrue(Merge.TASKS.byTasks(1, 1));
        assertFalse(Merge.DRIVER.byTasks(64, 1L << 30));
    }

    @Test
    void anExecutorOfOtherBitsIsRefused() {
        TrainingSetup setup = new TrainingSetup("x", NetworkJson.write(Cluster.NETWORK),
                org.lanewise.io.OptionsText.write(classifier().trainingOptions()), null,
                "numerical contract 0");
        assertTrue(assertThrows(IllegalStateException.class, setup::worker).getMessage()
                .contains("this executor computes other bits than the driver"));
    }

    /** Rows come in another order each time. */
    private static List<String> sorted(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::toString).sorted().toList();
    }

    private static void refused(Executable call, String message) {
        String found = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(found.contains(message), found);
    }

    private static void refusedByTask(Dataset<Row> rows, String message) {
        String found = assertThrows(Exception.class, () -> classifier().fit(rows)).toString();
        assertTrue(found.contains(message), found);
        assertTrue(found.contains("row 0 of partition"), found);
    }

}
