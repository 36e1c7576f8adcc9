package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** Dropout as trainers and models use it. */
class DropoutTest {
    private static final int BATCH = 6;
    private static final int STEPS = 5;

    private static Network network(double p) {
        return layers(p).softmaxCrossEntropy();
    }

    private static NetworkBuilder layers(double p) {
        return Network.input(2, 9, 7).conv2d(8, Window.of(3).padding(1)).relu().dropout(p)
                .conv2d(5, 3).dropout(p).flatten().dropout(p).linear(11).relu().dropout(p)
                .linear(3);
    }

    private static Network without() {
        return Network.input(2, 9, 7).conv2d(8, Window.of(3).padding(1)).relu().conv2d(5, 3)
                .flatten().linear(11).relu().linear(3).softmaxCrossEntropy();
    }

    private static TrainingOptions options() {
        return TrainingOptions.of(Optimizer.sgd(0.05).momentum(0.9)).batchSize(BATCH).seed(3);
    }

    private static Samples samples(Network network, int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % 3);
        return Samples.labelled(network.input(),
                new RandomState(2).randn(count * (int) network.input().size()), labels);
    }

    private static double[] losses(Trainer trainer) {
        double[] inputs = new RandomState(2).randn(BATCH * 2 * 9 * 7);
        double[] losses = new double[STEPS];
        Arrays.setAll(losses, _ -> trainer.step(inputs, new int[] {0, 1, 2, 0, 1, 2}));
        return losses;
    }

    private static double[] all(Parameters parameters) {
        return parameters.list().stream().flatMapToDouble(one -> Arrays.stream(one.values()))
                .toArray();
    }

    /** Same parameters under other names: what comes out in inference is the network without dropout. */
    @ParameterizedTest
    @EnumSource(names = "PLAIN", mode = EnumSource.Mode.EXCLUDE)
    void inferenceLeavesItOut(Backend backend) {
        Trainer trainer = new Trainer(network(0.5), options().backend(backend));
        losses(trainer);
        Parameters learned = trainer.parameters();
        Parameters plain = Parameters.initial(without(), Initializer.heNormal(),
                new RandomState(0));
        for (int i = 0; i < plain.list().size(); i++) {
            double[] values = learned.list().get(i).values();
            System.arraycopy(values, 0, plain.list().get(i).values(), 0, values.length);
        }
        double[] inputs = new RandomState(4).randn(3 * 2 * 9 * 7);
        double[] expected = new Model(without(), plain, BATCH, backend).outputs(inputs);
        assertArrayEquals(expected,
                new Model(network(0.5), learned, BATCH, backend).outputs(inputs));
        assertArrayEquals(expected, trainer.model().outputs(inputs));
        assertArrayEquals(expected, trainer.model().copy().outputs(inputs));
    }

    @Test
    void everyStepSeedAndLayerDrawsItsOwnMask() {
        Optimizer still = Optimizer.sgd(1e-300);
        double[] losses = losses(new Trainer(network(0.5), options(),
                java.util.concurrent.ForkJoinPool.commonPool()));
        assertArrayEquals(losses, losses(new Trainer(network(0.5), options())));
        double[] frozen = losses(new Trainer(network(0.5),
                TrainingOptions.of(still).batchSize(BATCH)));
        assertEquals(STEPS, Arrays.stream(frozen).distinct().count());
        Parameters initial = Parameters.initial(network(0.5), Initializer.heNormal(),
                new RandomState(0));
        assertNotEquals(frozen[0], losses(new Trainer(network(0.5), initial,
                TrainingOptions.of(still).batchSize(BATCH).seed(1)))[0]);
        double[] none = losses(new Trainer(network(0), initial,
                TrainingOptions.of(still).batchSize(BATCH)));
        assertEquals(1, Arrays.stream(none).distinct().count());
    }

    /** A checkpoint in the middle of an epoch, after steps of another kind. */
    @Test
    void aRestoredTrainingContinuesWithTheSameMasks() {
        Network network = network(0.3);
        Samples samples = samples(network, 4 * BATCH + 1);
        Trainer whole = new Trainer(network, options());
        losses(whole);
        whole.train(samples, 3, TrainingListener.SILENT);
        Trainer first = new Trainer(network, options());
        losses(first);
        first.train(samples, 1, TrainingListener.SILENT);
        Trainer second = new Trainer(network, options());
        second.restore(first.state());
        second.train(samples, 3, TrainingListener.SILENT);
        assertArrayEquals(all(whole.parameters()), all(second.parameters()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, -0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesProbabilitiesOutOfRange(double p) {
        NetworkException refused = assertThrows(NetworkException.class, () -> network(p));
        assertTrue(refused.getMessage().contains("layer 2 (dropout)")
                && refused.getMessage().contains("p " + p + " must be from 0 to below 1"),
                refused.getMessage());
    }
}
