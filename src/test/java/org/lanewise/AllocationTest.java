package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.measure.Execution;
import org.lanewise.measure.LayerPasses;
import org.lanewise.measure.NetworkPasses;
import org.lanewise.measure.Pass;
import org.lanewise.measure.Passes;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.PiecewiseLinear;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Schedule;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** A step allocates nothing, on any thread. */
class AllocationTest {
    private static final int BATCH = 5;
    private static final int STEPS = 20;
    private static final int ATTEMPTS = 3000;
    private static final int EPOCHS = 60;

    static Stream<Arguments> trainings() {
        Network every = Network.input(2, 12, 12)
                .layer(new Conv2d(4, Window.of(3).padding(1), 2, true)).relu().maxPool2d(2)
                .conv2d(3, 3).tanh().layer(new AvgPool2d(Window.of(2).padding(1), false)).sigmoid()
                .flatten().linear(4).softmaxCrossEntropy();
        Network values = Network.input(3, 6, 6).conv2d(2, 3).relu().flatten().linear(4)
                .meanSquaredError();
        Network weighted = Network.input(5).linear(4).loss(Loss.softmaxCrossEntropy()
                .weight(1, 2, 0.5, 3).ignoreIndex(3).labelSmoothing(0.1));
        Network binary = Network.input(5).linear(4).loss(Loss.binaryCrossEntropyWithLogits());
        Network smooth = Network.input(5).linear(4).loss(Loss.huber());
        Window same = Window.of(3).padding(1);
        Network joined = Network.input(2, 12, 12).conv2d(8, same).batchNorm().relu().as("x")
                .residual(body -> body.conv2d(8, same)).relu().as("y").conv2d(4, 1).as("z")
                .concat("z", "x", "y").flatten().linear(6).batchNorm().linear(4)
                .softmaxCrossEntropy();
        Network functions = Network.input(2, 12, 12).conv2d(4, same).relu6().leakyRelu(0.1).elu(1)
                .gelu().geluTanh().silu().hardswish().softplus().scale(0.5).flatten().linear(4)
                .softmaxCrossEntropy();
        Network normalized = Network.input(2, 12, 12).conv2d(8, same).groupNorm(4).relu()
                .dropout(0.5).conv2d(4, 3).layerNorm().flatten().dropout(0.2).linear(9).layerNorm()
                .linear(4).softmaxCrossEntropy();
        Network chunked = Network.input(2, 12, 12).conv2d(8, same).batchNorm().gelu().conv2d(5, 3)
                .batchNorm().hardswish().flatten().linear(6).batchNorm().sigmoid().linear(4)
                .softmaxCrossEntropy();
        Network pooled = Network.input(2, 12, 12).conv2d(11, same).relu().as("x").globalAvgPool2d()
                .as("mean").from("x").globalMaxPool2d().add("mean").flatten().linear(4)
                .softmaxCrossEntropy();
        return Stream.of(
                Arguments.of(functions, Optimizer.sgd(1e-3)),
                Arguments.of(joined, Optimizer.sgd(1e-3)),
                Arguments.of(normalized, Optimizer.sgd(1e-3)),
                Arguments.of(pooled, Optimizer.sgd(1e-3)),
                Arguments.of(chunked, Optimizer.sgd(1e-3)),
                Arguments.of(every, Optimizer.sgd(1e-3)),
                Arguments.of(every, Optimizer.sgd(1e-3).momentum(0.9).weightDecay(1e-4)),
                Arguments.of(every, Optimizer.adam(1e-3)),
                Arguments.of(every, Optimizer.adamW(1e-3)),
                Arguments.of(every, Optimizer.nadam(1e-3)),
                Arguments.of(every, Optimizer.rmsProp(1e-3).momentum(0.5).centered(true)),
                Arguments.of(every, Optimizer.lion(1e-4)),
                Arguments.of(weighted, Optimizer.sgd(1e-3)),
                Arguments.of(binary, Optimizer.sgd(1e-3)),
                Arguments.of(smooth, Optimizer.sgd(1e-3)),
                Arguments.of(values, Optimizer.sgd(1e-3)));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void aStepAllocatesNothing(Network network, Optimizer optimizer) {
        RandomState random = new RandomState(1);
        Trainer trainer = new Trainer(network, TrainingOptions.of(optimizer).batchSize(BATCH)
                .safeguards(Safeguards.NONE.gradientNorm(0.1)));
        double[] inputs = random.randn(BATCH * (int) network.input().size());
        int[] labels = {0, 1, 2, 3, 0};
        double[] targets = new double[BATCH * (int) network.output().size()];
        Arrays.setAll(targets, i -> random.nextDouble());
        Runnable steps = () -> {
            for (int i = 0; i < STEPS; i++) {
                if (network.loss().takesLabels()) {
                    trainer.step(inputs, labels);
                } else {
                    trainer.step(inputs, targets);
                }
            }
        };
        assertAllocatesNothing(steps);
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void aStepInShardsAllocatesNothing(Network network, Optimizer optimizer) {
        RandomState random = new RandomState(1);
        Trainer trainer = new Trainer(network, TrainingOptions.of(optimizer).batchSize(2 * BATCH)
                .shards(BATCH));
        double[] inputs = random.randn(2 * BATCH * (int) network.input().size());
        int[] labels = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1};
        double[] targets = new double[2 * BATCH * (int) network.output().size()];
        Arrays.setAll(targets, i -> random.nextDouble());
        Runnable steps = () -> {
            for (int i = 0; i < STEPS; i++) {
                if (network.loss().takesLabels()) {
                    trainer.step(inputs, labels);
                } else {
                    trainer.step(inputs, targets);
                }
            }
        };
        assertAllocatesNothing(steps);
    }

    /** Whether samples are floats or doubles. */
    @ParameterizedTest
    @MethodSource("trainings")
    void aStepInSinglePrecisionAllocatesNothing(Network network, Optimizer optimizer) {
        RandomState random = new RandomState(1);
        Trainer trainer = new Trainer(network, TrainingOptions.of(optimizer).batchSize(BATCH)
                .precision(Precision.SINGLE).safeguards(Safeguards.NONE.gradientNorm(0.1)));
        double[] inputs = random.randn(BATCH * (int) network.input().size());
        float[] floats = new float[inputs.length];
        int[] labels = {0, 1, 2, 3, 0};
        double[] targets = new double[BATCH * (int) network.output().size()];
        float[] floatTargets = new float[targets.length];
        assertAllocatesNothing(() -> {
            for (int i = 0; i < STEPS; i++) {
                if (network.loss().takesLabels()) {
                    trainer.step(inputs, labels);
                    trainer.step(floats, labels);
                } else {
                    trainer.step(inputs, targets);
                    trainer.step(floats, floatTargets);
                }
            }
        });
    }

    /** Groups of parameters, some of them frozen, and averages. */
    @Test
    void groupsAndAveragesAllocateNothing() {
        Network network = Network.input(2, 8, 8).conv2d(4, 3).batchNorm().relu().flatten()
                .linear(4).softmaxCrossEntropy();
        double[] inputs = new RandomState(1).randn(BATCH * (int) network.input().size());
        int[] labels = {0, 1, 2, 3, 0};
        for (Average average : List.of(new Average.Lookahead(2, 0.9, 0),
                new Average.Ema(3, 0.99))) {
            Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.nadam(1e-3))
                    .batchSize(BATCH).safeguards(Safeguards.NONE.gradientNorm(0.1))
                    .average(average).accumulate(3)
                    .groups(List.of(ParameterGroup.of("0.*").frozenFromEpoch(0),
                            ParameterGroup.of("*.bias").learningRateFactor(2).weightDecay(0.1))));
            assertAllocatesNothing(() -> {
                for (int i = 0; i < STEPS; i++) {
                    trainer.step(inputs, labels);
                }
            });
        }
    }

    static Stream<Schedule> schedules() {
        return Stream.of(new Schedule.Exponential(0.9999).warmUp(50, 0.5),
                new Schedule.MultiStep(List.of(2, 70), 0.5), new Schedule.Cosine(97, 1e-4),
                new Schedule.CosineWarmRestarts(3, 2, 0),
                Schedule.oneCycle(1e-3, Integer.MAX_VALUE), new Schedule.PerEpoch(
                        new PiecewiseLinear(List.of(new PiecewiseLinear.Point(0, 0.1),
                                new PiecewiseLinear.Point(50, 1))),
                        3));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void aScheduleAllocatesNothing(Schedule schedule) {
        Network network = Network.input(3).linear(2).meanSquaredError();
        Trainer trainer = new Trainer(network,
                TrainingOptions.of(Optimizer.adamW(1e-3)).batchSize(2).schedule(schedule));
        double[] inputs = new double[2 * 3];
        double[] targets = new double[2 * 2];
        assertAllocatesNothing(() -> {
            for (int i = 0; i < STEPS; i++) {
                trainer.step(inputs, targets);
            }
        });
    }

    /** Neither by the caller nor by the one who helps; maps are large enough to be shared. */
    @Test
    void aStepThatIsSharedAllocatesNothing() {
        Network network = Network.input(3, 32, 32).conv2d(8, Window.of(3).padding(1)).relu()
                .maxPool2d(2).conv2d(8, 3).tanh().flatten().linear(20).softmaxCrossEntropy();
        double[] inputs = new RandomState(1).randn(BATCH * (int) network.input().size());
        int[] labels = {0, 1, 2, 3, 0};
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Trainer trainer = new Trainer(network,
                    TrainingOptions.of(Optimizer.adam(1e-3)).batchSize(BATCH), pool);
            assertAllocatesNothing(() -> {
                for (int i = 0; i < STEPS; i++) {
                    trainer.step(inputs, labels);
                }
            });
            assertTrue(pool.getPoolSize() > 0, "no helper took part");
        }
    }

    @Test
    void augmentedStepsAllocateNothing() {
        Network network = Network.input(3, 8, 8).conv2d(4, 3).relu().flatten().linear(4)
                .softmaxCrossEntropy();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(1e-3))
                .batchSize(BATCH).augment(List.of(new Augmentation.Flip(false),
                        new Augmentation.Crop(2, Augmentation.Padding.REFLECT),
                        new Augmentation.Crop(1, Augmentation.Padding.ZERO),
                        new Augmentation.Cutout(3), new Augmentation.Flip(true),
                        new Augmentation.ColorJitter(0.1, 0.1, 0.1))));
        Samples few = pixels(network, 4 * BATCH);
        Samples many = pixels(network, 400 * BATCH);
        long forMany = Allocations.least(EPOCHS,
                () -> trainer.train(many, 1, TrainingListener.SILENT))
                - Integer.BYTES * 400L * BATCH;
        long forFew = Allocations.least(EPOCHS,
                () -> trainer.train(few, 1, TrainingListener.SILENT))
                - Integer.BYTES * 4L * BATCH;
        assertEquals(forFew, forMany, 100, "less than a byte for each of 396 more steps");
    }

    private static Samples pixels(Network network, int count) {
        byte[] pixels = new byte[count * (int) network.input().size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31);
        }
        return Samples.labelled(network.input(), pixels, new int[count])
                .normalize(new double[] {0.5}, new double[] {0.25});
    }

    /** Training a whole epoch allocates as much for many steps as for few. */
    @Test
    void stepsOfAnEpochAllocateNothing() {
        Network network = Network.input(1, 8, 8).conv2d(4, 3).relu().flatten().linear(4)
                .softmaxCrossEntropy();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(1e-3))
                .batchSize(BATCH).average(new Average.Lookahead(2, 0.9, 3)));
        Samples few = samples(network, 4 * BATCH);
        Samples many = samples(network, 400 * BATCH);
        long forMany = Allocations.least(EPOCHS,
                () -> trainer.train(many, 1, TrainingListener.SILENT))
                - Integer.BYTES * 400L * BATCH;
        long forFew = Allocations.least(EPOCHS,
                () -> trainer.train(few, 1, TrainingListener.SILENT))
                - Integer.BYTES * 4L * BATCH;
        assertEquals(forFew, forMany, 100, "less than a byte for each of 396 more steps");
    }

    @ParameterizedTest
    @EnumSource(names = "PLAIN", mode = EnumSource.Mode.EXCLUDE)
    void passesAllocateNothing(Backend backend) {
        Execution execution = new Execution(backend, Algorithm.AUTO, 1);
        LayerPasses layer = Passes.of(new Conv2d(4, Window.of(3)), new Shape.Image(2, 8, 8), BATCH,
                execution);
        NetworkPasses network = Passes.of(Network.input(1, 8, 8).conv2d(4, 3).relu().flatten()
                .linear(4).softmaxCrossEntropy(), BATCH, execution);
        layer.fill(1);
        network.fill(1);
        assertAllocatesNothing(() -> {
            for (int i = 0; i < STEPS; i++) {
                layer.run(Pass.STEP);
                network.run(Pass.STEP);
            }
        });
    }

    private static Samples samples(Network network, int count) {
        return Samples.labelled(network.input(),
                new RandomState(2).randn(count * (int) network.input().size()), new int[count]);
    }

    @Test
    void outputsIntoAnArrayAllocateNothing() {
        Network network = Network.input(1, 12, 12).conv2d(4, 3).relu().maxPool2d(2).flatten()
                .linear(4).softmaxCrossEntropy();
        Model model = new Model(network,
                Parameters.initial(network, Initializer.heNormal(), new RandomState(1)), BATCH);
        double[] inputs = new RandomState(1).randn(3 * BATCH * 144);
        double[] outputs = new double[3 * BATCH * 4];
        assertAllocatesNothing(() -> {
            for (int i = 0; i < STEPS; i++) {
                model.outputs(inputs, outputs);
            }
        });
    }

    /** The measurement is shown an allocation, and must see it. */
    @Test
    void anAllocationIsSeen() {
        assertTrue(Allocations.least(EPOCHS, () -> List.of(new double[100]).hashCode()) >= 800);
    }

    @Test
    void theMethodsThatAllocateAreNamed() {
        String sites = Allocations.sites(ATTEMPTS, () -> Network.input(3, 8, 8).conv2d(4, 3));
        assertTrue(sites.contains("org.lanewise.spec.Network"), sites);
    }

    /** A failure names the frames that most allocations come from. */
    private static void assertAllocatesNothing(Runnable code) {
        long least = Allocations.least(ATTEMPTS, code);
        if (least > 0) {
            fail("expected no allocation, found " + least + " bytes in each of " + ATTEMPTS
                    + " calls, most of them by\n" + Allocations.sites(ATTEMPTS, code));
        }
    }
}
