package org.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.EpochReport;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingProgress;
import org.lanewise.io.NetworkJson;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;

/** A training on a cluster has the bits of one machine, whatever happens to executors and driver. */
class TrainingTest {
    /** With 13 steps each. */
    private static final int EPOCHS = 4;

    private static TrainingOptions options(Precision precision) {
        return TrainingOptions.of(Optimizer.sgd(0.05).momentum(0.9)).batchSize(24).shards(8)
                .seed(11).precision(precision);
    }

    private static LanewiseClassifier classifier(TrainingOptions options) {
        return classifier(options, EPOCHS);
    }

    private static LanewiseClassifier classifier(TrainingOptions options, int epochs) {
        return new LanewiseClassifier().setNetwork(NetworkJson.write(Cluster.NETWORK))
                .setOptions(options).setEpochs(epochs);
    }

    private static String local(TrainingOptions options) {
        return local(options, EPOCHS);
    }

    private static String local(TrainingOptions options, int epochs) {
        Trainer trainer = new Trainer(Cluster.NETWORK, options);
        trainer.train(Cluster.samples(), epochs, new TrainingListener() {
        });
        return trainer.parameters().sha256();
    }

    private static String fit(LanewiseClassifier classifier, Dataset<Row> rows) {
        return classifier.fit(rows).parameters().sha256();
    }

    @ParameterizedTest
    @EnumSource
    void bitsAreThoseOfOneMachine(Precision precision) {
        String expected = local(options(precision), 2 * EPOCHS);
        assertEquals(expected, fit(classifier(options(precision), 2 * EPOCHS),
                Cluster.vectors(1, 1)));
        assertEquals(expected, shuffling(() -> fit(classifier(options(precision), 2 * EPOCHS),
                Cluster.vectors(2, 5))));
    }

    @Test
    void shardsThatAreAveragedEveryFewSteps() {
        TrainingOptions options = options(Precision.SINGLE).syncEvery(4);
        LanewiseClassifier single = new LanewiseClassifier()
                .setNetwork(NetworkJson.write(Cluster.NETWORK)).setEpochs(EPOCHS)
                .setOptimizer("sgd").setLearningRate(0.05).setMomentum(0.9).setBatchSize(24)
                .setShards(8).setSeed(11).setPrecision("single").setSyncEvery(4);
        assertEquals(local(options), fit(single, Cluster.vectors(1, 1)));
        assertEquals(options, single.trainingOptions());
    }

    /** With gradients that tasks merge by a shuffle, however few they are. */
    private static <T> T shuffling(Supplier<T> training) {
        Cluster.session().conf().set(Merge.SETTING, "tasks");
        try {
            return training.get();
        } finally {
            Cluster.session().conf().unset(Merge.SETTING);
        }
    }

    /**
     * Kills the process of an executor during a round, in which tasks or the driver merge gradients; Spark computes what it held
     * again, on another. How often: {@code -Dlanewise.kills=10}.
     */
    @Test
    void anExecutorMayDie() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < Integer.getInteger("lanewise.kills", 2); i++) {
            TrainingOptions options = options(Precision.DOUBLE).syncEvery(1 + i % 2);
            int rounds = EPOCHS * Math.ceilDiv(13, options.syncEvery());
            int when = 1 + random.nextInt(rounds - 10);
            int delay = random.nextInt(100);
            LanewiseClassifier classifier = classifier(options);
            classifier.setListener(new TrainingListener() {
                private int steps;

                @Override
                public void step(TrainingProgress progress) {
                    steps++;
                    if (steps == when) {
                        List<Long> all = Cluster.executors();
                        long victim = all.get(random.nextInt(all.size()));
                        CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS)
                                .execute(() -> ProcessHandle.of(victim).orElseThrow()
                                        .destroyForcibly());
                    }
                }
            });
            Dataset<Row> rows = Cluster.vectors(i, 3);
            assertEquals(local(options), i % 4 < 2
                    ? shuffling(() -> fit(classifier, rows))
                    : fit(classifier, rows),
                    "killed " + delay + " ms after round " + when + ", seed " + seed);
        }
    }

    @Test
    void aDriverResumesFromItsLastCheckpoint(@TempDir Path folder) {
        LanewiseClassifier classifier = classifier(options(Precision.SINGLE))
                .setCheckpointLocation(folder.toUri().toString()).setCheckpointInterval(7);
        classifier.setListener(new TrainingListener() {
            private int steps;

            @Override
            public void step(TrainingProgress progress) {
                steps++;
                if (steps == 20) {
                    throw new IllegalStateException("the driver dies");
                }
            }
        });
        assertThrows(IllegalStateException.class,
                () -> classifier.fit(Cluster.vectors(1, 2)));
        int[] steps = new int[1];
        classifier.setListener(new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                steps[0]++;
            }
        });
        assertEquals(local(options(Precision.SINGLE)), fit(classifier, Cluster.vectors(3, 4)));
        assertEquals(EPOCHS * 13 - 14, steps[0]);
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> classifier.setOptions(options(Precision.SINGLE).seed(5))
                        .fit(Cluster.vectors(1, 2)))
                .getMessage()
                .contains("seed: found 11, expected 5"));
    }

    @Test
    void listenersOfSparkGetEpochs() throws InterruptedException {
        List<EpochReport> reports = new ArrayList<>();
        CountDownLatch epochs = new CountDownLatch(2);
        SparkListener listener = new SparkListener() {
            @Override
            public void onOtherEvent(SparkListenerEvent event) {
                if (event instanceof EpochEvent epoch) {
                    reports.add(epoch.report());
                    epochs.countDown();
                }
            }
        };
        Cluster.context().sc().addSparkListener(listener);
        classifier(options(Precision.DOUBLE)).setEpochs(2).fit(Cluster.vectors(1, 2));
        epochs.await();
        Cluster.context().sc().removeSparkListener(listener);
        assertEquals(2, reports.get(1).epoch());
        assertTrue(reports.get(1).loss() < reports.get(0).loss());
    }
}
