package org.lanewise.spark;

import java.io.IOException;
import java.util.List;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Trains a network on images in folders of any Hadoop file system, a folder for each class. */
public final class ImageFolders {
    private ImageFolders() {}

    /**
     * Trains and evaluates, and prints the accuracy.
     *
     * @param args the network's name or JSON, a folder with a folder of training images for each class, one of test
     *        images, and the number of epochs
     * @throws IOException if the session cannot be closed
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            throw new IllegalArgumentException("expected NETWORK TRAIN TEST EPOCHS");
        }
        try (SparkSession session = SparkSession.builder().appName("Lanewise on image folders")
                .getOrCreate()) {
            double accuracy = accuracy(session, new LanewiseClassifier().setNetwork(args[0])
                    .setFeaturesCol("content").setOptimizer("sgd").setLearningRate(0.02)
                    .setMomentum(0.9).setBatchSize(64).setPrecision("single")
                    .setEpochs(Double.parseDouble(args[3])), args[1], args[2]);
            System.out.println("test accuracy " + accuracy);
        }
    }

    /** Trains on one folder; {@return the share of the images of another that is classified right} */
    static double accuracy(SparkSession session, LanewiseClassifier classifier, String train,
            String test) {
        Dataset<Row> images = images(session, train);
        List<String> classes = images.select("class").distinct().as(Encoders.STRING())
                .collectAsList().stream().sorted().toList();
        LanewiseClassificationModel model = classifier.fit(labelled(images, classes));
        return new MulticlassClassificationEvaluator().setMetricName("accuracy")
                .evaluate(model.transform(labelled(images(session, test), classes)));
    }

    private static Dataset<Row> images(SparkSession session, String folder) {
        return session.read().format("binaryFile").option("recursiveFileLookup", true)
                .option("pathGlobFilter", "*.{png,PNG,jpg,JPG,jpeg,JPEG}").load(folder)
                .withColumn("class", functions.regexp_extract(functions.col("path"),
                        "([^/]+)/[^/]+$", 1));
    }

    private static Dataset<Row> labelled(Dataset<Row> images, List<String> classes) {
        return images.withColumn("label", functions.array_position(
                functions.lit(classes.toArray(String[]::new)), functions.col("class")).minus(1));
    }
}
