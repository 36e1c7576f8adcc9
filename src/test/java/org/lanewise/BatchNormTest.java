package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Schedule;

/** Batch normalization in training, in inference, and what its state does. */
class BatchNormTest {
    private static final int BATCH = 6;
    private static final Network NETWORK = Network.input(2, 5, 4).conv2d(9, 3).batchNorm().relu()
            .flatten().linear(7).layer(new BatchNorm(1e-3, OptionalDouble.empty(), false, true))
            .linear(3).softmaxCrossEntropy();

    private static TrainingOptions options() {
        return TrainingOptions.of(Optimizer.sgd(0.05).momentum(0.9)).batchSize(BATCH).seed(4);
    }

    private static double[] inputs(int seed, int samples) {
        return new RandomState(seed).randn(samples * 40);
    }

    private static int[] labels(int samples) {
        int[] labels = new int[samples];
        Arrays.setAll(labels, i -> i % 3);
        return labels;
    }

    private static double[] flat(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(found -> Arrays.stream(found.values()))
                .toArray();
    }

    /** Of inputs that the layer reads directly, so that their mean and variance are plain to see. */
    @ParameterizedTest
    @EnumSource(value = Backend.class, names = {"SCALAR", "VECTOR"})
    void runningValuesFollowTheBatches(Backend backend) {
        Network network = Network.input(2).layer(new BatchNorm(1e-5, OptionalDouble.of(0.3), true,
                true)).linear(2).meanSquaredError();
        Trainer trainer = new Trainer(network, options().backend(backend));
        trainer.step(new double[] {1, 10, 3, 20, 8, 60}, new double[6]);
        // Means 4 and 30; sums of squared differences 26 and 1400, over 2.
        Parameters learned = trainer.parameters();
        assertArrayEquals(new double[] {0.3 * 4, 0.3 * 30},
                learned.values("0.running_mean"), 1e-14);
        assertArrayEquals(new double[] {0.7 + 0.3 * 13, 0.7 + 0.3 * 700},
                learned.values("0.running_var"), 1e-12);
        assertArrayEquals(new double[] {1}, learned.values("0.num_batches_tracked"));
    }

    @Test
    void withoutMomentumRunningValuesAreMeansOfAllBatches() {
        Network network = Network.input(1)
                .layer(new BatchNorm(1e-5, OptionalDouble.empty(), true, true)).linear(1)
                .meanSquaredError();
        Trainer trainer = new Trainer(network, options());
        trainer.step(new double[] {1, 2}, new double[2]);
        trainer.step(new double[] {4, 6, 8}, new double[3]);
        trainer.step(new double[] {-1, 0}, new double[2]);
        Parameters learned = trainer.parameters();
        assertEquals((1.5 + 6 - 0.5) / 3, learned.values("0.running_mean")[0], 1e-15);
        assertEquals((0.5 + 4 + 0.5) / 3, learned.values("0.running_var")[0], 1e-15);
    }

    @Test
    void predictionsUseRunningValues() {
        double[] mean = {2.0};
        double[] variance = {3.99999};
        Network network = Network.input(1).batchNorm().linear(1).meanSquaredError();
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(),
                new RandomState(1));
        System.arraycopy(mean, 0, parameters.values("0.running_mean"), 0, 1);
        System.arraycopy(variance, 0, parameters.values("0.running_var"), 0, 1);
        parameters.values("1.weight")[0] = 1.0;
        double[] outputs = new Model(network, parameters, 4).outputs(new double[] {2, 6, 0});
        assertArrayEquals(new double[] {0, 2, -1}, outputs, 1e-15);
    }

    private static Model unfolded(Parameters parameters) {
        try (ForkJoinPool one = new ForkJoinPool(1)) {
            return new Model(NETWORK, parameters, 4, Backend.AUTO, Algorithm.AUTO, one, false);
        }
    }

    @Test
    void aTrainersModelPredictsAsANewOneDoes() {
        Trainer trainer = new Trainer(NETWORK, options());
        double[] test = inputs(9, 4);
        for (int i = 0; i < 5; i++) {
            trainer.step(inputs(i, BATCH), labels(BATCH));
            double[] found = trainer.model().outputs(test);
            assertArrayEquals(unfolded(trainer.parameters()).outputs(test), found);
            assertArrayEquals(trainer.model().copy().outputs(test), found);
        }
    }

    /** Predictions between two steps leave the training as it is. */
    @Test
    void predictionsDoNotMoveTheState() {
        Trainer plain = new Trainer(NETWORK, options());
        Trainer watched = new Trainer(NETWORK, options());
        for (int i = 0; i < 4; i++) {
            plain.step(inputs(i, BATCH), labels(BATCH));
            watched.step(inputs(i, BATCH), labels(BATCH));
            watched.model().outputs(inputs(70, 3));
        }
        assertArrayEquals(flat(plain.parameters()), flat(watched.parameters()));
    }

    @Test
    void aStepThatFailsMovesNothing() {
        Trainer trainer = new Trainer(NETWORK, options());
        trainer.step(inputs(1, BATCH), labels(BATCH));
        double[] before = flat(trainer.parameters());
        double[] broken = inputs(2, BATCH);
        broken[17] = Double.POSITIVE_INFINITY;
        assertThrows(DivergenceException.class, () -> trainer.step(broken, labels(BATCH)));
        assertArrayEquals(before, flat(trainer.parameters()));
    }

    /** The update is refused after the backward pass: running values must not have moved by then. */
    @Test
    void aStepAfterTheScheduleMovesNothing() {
        Trainer trainer = new Trainer(NETWORK, options().schedule(Schedule.oneCycle(0.1, 2)));
        trainer.step(inputs(1, BATCH), labels(BATCH));
        trainer.step(inputs(2, BATCH), labels(BATCH));
        double[] before = flat(trainer.parameters());
        assertThrows(IllegalArgumentException.class,
                () -> trainer.step(inputs(3, BATCH), labels(BATCH)));
        assertArrayEquals(before, flat(trainer.parameters()));
    }

    /** Whose square is infinite: a constant channel has variance 0 all the same. */
    @Test
    void aHugeConstantChannelBecomesTheBias() {
        Network network = Network.input(1).batchNorm().linear(1).meanSquaredError();
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(),
                new RandomState(1));
        parameters.values("0.bias")[0] = 0.5;
        parameters.values("1.weight")[0] = 2.0;
        Trainer trainer = new Trainer(network, parameters, options());
        assertEquals(1.0, trainer.step(new double[] {1e160, 1e160}, new double[2]));
    }

    @Test
    void statesAreNoPartOfWhatIsLearned() {
        assertEquals(9 * 2 * 9 + 9 + 2 * 9 + 7 * 54 + 7 + 7 + 3 * 7 + 3, NETWORK.parameterCount());
        assertEquals(List.of("1.weight", "1.bias", "1.running_mean", "1.running_var",
                "1.num_batches_tracked"),
                NETWORK.describe().get(1).parameters().stream()
                        .map(spec -> spec.name()).toList());
        Trainer decayed = new Trainer(NETWORK,
                TrainingOptions.of(Optimizer.sgd(0.0).weightDecay(0.5)).batchSize(BATCH));
        decayed.step(inputs(1, BATCH), labels(BATCH));
        assertEquals(1.0, decayed.parameters().values("1.num_batches_tracked")[0]);
    }

    @Test
    void oneValueForAChannelIsRefused() {
        Trainer trainer = new Trainer(NETWORK, options());
        double[] before = flat(trainer.parameters());
        String message = assertThrows(IllegalArgumentException.class,
                () -> trainer.step(inputs(1, 1), labels(1))).getMessage();
        assertEquals("layer 5 (batch_norm) has one value for each channel in a batch of one sample,"
                + " which has no variance; a batch, the last of an epoch included, needs two"
                + " samples", message);
        Samples samples = Samples.labelled(NETWORK.input(), inputs(1, 13), labels(13));
        assertThrows(IllegalArgumentException.class, () -> trainer.train(samples, Optional.empty(),
                1, TrainingListener.SILENT));
        assertArrayEquals(before, flat(trainer.parameters()));
        assertEquals(1, trainer.model().outputs(inputs(1, 1)).length / 3);
        // Maps of several pixels have a variance in one sample too.
        Network maps = Network.input(2, 5, 4).batchNorm().flatten().linear(3).softmaxCrossEntropy();
        assertTrue(Double.isFinite(new Trainer(maps, options()).step(inputs(1, 1), labels(1))));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, -1e-5, Double.NaN, Double.POSITIVE_INFINITY})
    void epsIsAboveZero(double eps) {
        assertTrue(assertThrows(NetworkException.class, () -> Network.input(3)
                .layer(new BatchNorm(eps, BatchNorm.MOMENTUM, true, true)).linear(1)
                .meanSquaredError()).getMessage().contains("eps " + eps));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void momentumIsAShare(double momentum) {
        assertTrue(assertThrows(NetworkException.class, () -> Network.input(3)
                .layer(new BatchNorm(1e-5, OptionalDouble.of(momentum), true, true)).linear(1)
                .meanSquaredError()).getMessage()
                .contains("momentum " + momentum + " must be 0 to 1"));
    }
}
