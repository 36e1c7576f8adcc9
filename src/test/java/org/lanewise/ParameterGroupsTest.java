package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Window;

/** Parameters that learn at another rate, with another decay, or not at all. */
class ParameterGroupsTest {
    private static final Network NETWORK = Network.input(2, 7, 7).conv2d(3, 3).as("stem")
            .batchNorm().relu().conv2d(4, 3).relu().conv2d(3, 2).flatten().linear(3)
            .softmaxCrossEntropy();

    private static TrainingOptions options(ParameterGroup... groups) {
        return TrainingOptions.of(Optimizer.sgd(0.1).momentum(0.9)).batchSize(5)
                .groups(List.of(groups));
    }

    private static Samples samples() {
        int[] labels = new int[13];
        Arrays.setAll(labels, i -> i % 3);
        return Samples.labelled(NETWORK.input(), new RandomState(8).randn(13 * 98), labels);
    }

    private static ParameterGroup frozen(String pattern) {
        return ParameterGroup.of(pattern).frozenFromEpoch(0);
    }

    private static String refused(ParameterGroup... groups) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> new Trainer(NETWORK, options(groups))).getMessage();
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> Trainer.memory(NETWORK, options(groups), 1)).getMessage());
        return message;
    }

    @Test
    void aPatternThatMatchesNothingIsRefused() {
        assertEquals("the parameter group 'stem.wieght' matches no parameter; the network learns"
                + " stem.weight, stem.bias, 1.weight, 1.bias, 3.weight, 3.bias, 5.weight, 5.bias"
                + " and 2 more; did you mean stem.weight?",
                refused(ParameterGroup.of("stem.*"), ParameterGroup.of("stem.wieght")));
        // A state is not learned.
        assertTrue(refused(ParameterGroup.of("*.running_mean")).contains("matches no parameter"));
        assertTrue(refused(ParameterGroup.of("stem?weight?")).contains("matches no parameter"));
    }

    @Test
    void aGroupAfterOthersThatHaveItsParametersIsRefused() {
        assertEquals("all parameters that the parameter group '1.bias' matches belong to groups"
                + " before it; put it in front of them",
                refused(ParameterGroup.of("*.bias"), ParameterGroup.of("1.bias")));
        assertEquals("all parameters that the parameter group '*.bias' matches belong to groups"
                + " before it; put it in front of them",
                refused(ParameterGroup.of("*.bias").weightDecay(0),
                        ParameterGroup.of("*.bias").learningRateFactor(64)));
        new Trainer(NETWORK, options(ParameterGroup.of("1.bias"), ParameterGroup.of("*.bias")));
    }

    @Test
    void nothingToTrainIsRefused() {
        assertEquals("every parameter of the network is frozen: there is nothing to train; freeze"
                + " fewer", refused(frozen("*.bias"), frozen("*")));
        Trainer trainer = new Trainer(NETWORK, options(frozen("*.bias"),
                ParameterGroup.of("*").frozenFromEpoch(2)));
        assertEquals("every parameter is frozen from epoch 3 on, and this training has 3; train for"
                + " fewer epochs or freeze fewer parameters",
                assertThrows(IllegalArgumentException.class, () -> trainer.train(samples(), 2.1,
                        TrainingListener.SILENT)).getMessage());
        assertEquals(TrainingEnd.COMPLETE,
                trainer.train(samples(), 2, TrainingListener.SILENT));
    }

    /** The parameters and the state of the optimizer after each epoch. */
    private static List<TrainingState> epochs(int count, ParameterGroup... groups) {
        Trainer trainer = new Trainer(NETWORK, options(groups));
        List<TrainingState> states = new ArrayList<>(List.of(trainer.state()));
        trainer.train(samples(), count, new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                states.add(trainer.state());
            }
        });
        return states;
    }

    @Test
    void whatIsFrozenStaysAndStatesMove() {
        List<TrainingState> states = epochs(4, ParameterGroup.of("1.*").frozenFromEpoch(2),
                frozen("stem.*"));
        for (int i = 0; i < 4; i++) {
            Parameters before = states.get(i).parameters();
            Parameters after = states.get(i + 1).parameters();
            assertArrayEquals(before.values("stem.weight"), after.values("stem.weight"));
            assertEquals(i >= 2,
                    Arrays.equals(before.values("1.weight"), after.values("1.weight")));
            assertEquals(i >= 2, Arrays.equals(states.get(i).memory().values("1.bias/velocity"),
                    states.get(i + 1).memory().values("1.bias/velocity")));
            assertFalse(Arrays.equals(before.values("1.running_mean"),
                    after.values("1.running_mean")));
            assertFalse(Arrays.equals(before.values("7.weight"), after.values("7.weight")));
        }
    }

    /** What is learned has the bits that it has where the gradients of the rest are computed too. */
    @ParameterizedTest
    @ValueSource(
            strings = {"stem.*", "1.*", "*.weight", "stem.weight", "?.bias", "3.*", "5.weight"})
    void whatIsNotComputedDoesNotCount(String pattern) {
        for (Backend backend : List.of(Backend.SCALAR, Backend.VECTOR)) {
            Trainer still = new Trainer(NETWORK, options(
                    ParameterGroup.of(pattern).learningRateFactor(0)).backend(backend));
            Trainer frozen = new Trainer(NETWORK, options(frozen(pattern)).backend(backend));
            still.train(samples(), 2, TrainingListener.SILENT);
            frozen.train(samples(), 2, TrainingListener.SILENT);
            for (Parameters.Parameter parameter : still.parameters().list()) {
                String name = parameter.spec().name();
                assertArrayEquals(parameter.values(), frozen.parameters().values(name), name);
            }
        }
    }

    /** Passes by Winograd's tiles do without one another too. */
    @ParameterizedTest
    @ValueSource(strings = {"0.*", "2.*", "2.weight", "4.*"})
    void otherAlgorithmsSkipPassesToo(String pattern) {
        Window same = Window.of(3).padding(1);
        Network network = Network.input(32, 14, 13).conv2d(32, same).relu().conv2d(40, same).relu()
                .conv2d(32, same).flatten().linear(3).softmaxCrossEntropy();
        double[] inputs = new RandomState(3).randn(3 * 32 * 14 * 13);
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.01)).batchSize(3);
        Trainer still = new Trainer(network, options.groups(List.of(
                ParameterGroup.of(pattern).learningRateFactor(0))));
        Trainer frozen = new Trainer(network, options.groups(List.of(frozen(pattern))));
        assertTrue(still.state().setup().algorithm().contains("winograd"));
        for (int i = 0; i < 2; i++) {
            assertEquals(still.step(inputs, new int[] {0, 2, 1}),
                    frozen.step(inputs, new int[] {0, 2, 1}));
        }
        for (Parameters.Parameter parameter : still.parameters().list()) {
            String name = parameter.spec().name();
            assertArrayEquals(parameter.values(), frozen.parameters().values(name), name);
        }
    }

    /** Normalizations of samples too. */
    @ParameterizedTest
    @ValueSource(strings = {"0.*", "1.*", "1.weight", "1.bias", "4.*", "4.weight", "*.bias"})
    void normalizationsOfSamplesSkipPassesToo(String pattern) {
        Network network = Network.input(2, 7, 7).conv2d(4, 3).groupNorm(2).relu().conv2d(3, 2)
                .layerNorm().tanh().flatten().linear(3).softmaxCrossEntropy();
        double[] inputs = new RandomState(3).randn(4 * 98);
        for (Backend backend : List.of(Backend.SCALAR, Backend.VECTOR)) {
            TrainingOptions options = options().backend(backend);
            Trainer still = new Trainer(network, options.groups(List.of(
                    ParameterGroup.of(pattern).learningRateFactor(0))));
            Trainer frozen = new Trainer(network, options.groups(List.of(frozen(pattern))));
            for (int i = 0; i < 2; i++) {
                assertEquals(still.step(inputs, new int[] {0, 2, 1, 1}),
                        frozen.step(inputs, new int[] {0, 2, 1, 1}));
            }
            for (Parameters.Parameter parameter : still.parameters().list()) {
                String name = parameter.spec().name();
                assertArrayEquals(parameter.values(), frozen.parameters().values(name), name);
            }
        }
    }

    /** What is frozen after some epochs stays so in single steps after a restore. */
    @Test
    void aRestoredTrainerFreezesToo() {
        ParameterGroup group = ParameterGroup.of("stem.*").frozenFromEpoch(1);
        Trainer trained = new Trainer(NETWORK, options(group));
        trained.train(samples(), 1, TrainingListener.SILENT);
        Trainer restored = new Trainer(NETWORK, options(group));
        restored.restore(trained.state());
        double[] before = restored.parameters().values("stem.weight");
        restored.step(new RandomState(3).randn(2 * 98), new int[] {0, 1});
        assertArrayEquals(before, restored.parameters().values("stem.weight"));
    }

    /** Neither gradients nor states of what is frozen, nor gradients below what is learned. */
    @Test
    void whatIsFrozenNeedsNoGradients() {
        TrainingOptions options = options(frozen("stem.*"), frozen("1.*"), frozen("5.*"));
        List<LayerPlan> plan = Trainer.plan(NETWORK, options);
        for (LayerPlan layer : plan) {
            boolean learns = layer.layer() == 3 || layer.layer() == 7;
            assertEquals(learns, layer.backwardWeights().isPresent(), layer.toString());
            assertEquals(layer.layer() > 3, layer.backwardInput().isPresent(), layer.toString());
        }
        List<MemoryUse> uses = Trainer.memory(NETWORK, options, 1);
        assertTrue(uses.stream().noneMatch(use -> use.name().startsWith("stem.weight g")
                || use.name().startsWith("1.bias v") || use.name().startsWith("5.weight g")));
        assertEquals(uses, new Trainer(NETWORK, options).memory());
        assertTrue(uses.stream().mapToLong(MemoryUse::bytes).sum() < Trainer
                .memory(NETWORK, options(), 1).stream().mapToLong(MemoryUse::bytes).sum());
    }

    @Test
    void anotherGroupIsNotResumed() {
        Trainer plain = new Trainer(NETWORK, options());
        Trainer grouped = new Trainer(NETWORK, options(frozen("stem.*")));
        assertEquals("the saved training is not this one: parameter groups: found"
                + " [stem.*:frozen_from_epoch=0], expected []",
                assertThrows(IllegalArgumentException.class,
                        () -> plain.restore(grouped.state())).getMessage());
    }
}
