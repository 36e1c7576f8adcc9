package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Elements.doubles;

import java.util.List;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernel.AdamConstants;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.SgdConstants;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.reference.AdamScalar;
import org.lanewise.kernel.reference.LionScalar;
import org.lanewise.kernel.reference.RmsPropScalar;
import org.lanewise.kernel.reference.SgdScalar;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Loss.Reduction;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.RmsProp;
import org.lanewise.spec.Schedule;
import org.lanewise.spec.Shape;

/** Losses and updates in blocks are those of the whole, in any order of the blocks. */
class BlocksTest {
    private static final int SAMPLES = 7;
    private static final int OUTPUTS = 3001;
    private static final int IGNORED = -7;

    private final Random random = new Random(1);

    private double[] values(int count) {
        return DoubleStream.generate(random::nextGaussian).limit(count).toArray();
    }

    private static void runBackwards(Task task) {
        int blocks = task.blocks(SAMPLES);
        assertTrue(blocks > 2, "blocks: " + blocks);
        for (int block = blocks - 1; block >= 0; block--) {
            task.run(block, 0, SAMPLES);
        }
    }

    private Tensor outputs() {
        Shape shape = new Shape.Flat(OUTPUTS);
        return new Tensor(shape, Tensor.rowMajor(shape), Elements.of(values(SAMPLES * OUTPUTS)),
                Elements.of(new double[SAMPLES * OUTPUTS]));
    }

    private Objective objective(Loss loss, Kernels kernels, Tensor outputs) {
        Objective objective = LossKernels.of(loss, kernels.vectors(), outputs,
                new Workspace(false, Precision.DOUBLE, 1, 1), SAMPLES);
        if (loss.takesLabels()) {
            System.arraycopy(random.ints(SAMPLES, 0, OUTPUTS).toArray(), 0, objective.labels(), 0,
                    SAMPLES);
            objective.labels()[SAMPLES / 2] = IGNORED;
        } else {
            Arrays.setAll(doubles(objective.targets()), i -> random.nextDouble());
        }
        return objective;
    }

    static Stream<Arguments> losses() {
        double[] weight = new Random(2).doubles(OUTPUTS).toArray();
        Loss.SoftmaxCrossEntropy softmax = Loss.softmaxCrossEntropy().ignoreIndex(IGNORED);
        return Stream.of(softmax, softmax.weight(weight), softmax.labelSmoothing(0.3),
                softmax.weight(weight).labelSmoothing(0.3), Loss.meanSquaredError(),
                Loss.binaryCrossEntropyWithLogits(),
                Loss.binaryCrossEntropyWithLogits().posWeight(weight), Loss.smoothL1().beta(0.7))
                .flatMap(loss -> Stream.of(Reduction.values()).map(loss::reduction))
                .flatMap(loss -> Stream.of(Kernels.values()).map(k -> Arguments.of(loss, k)));
    }

    /** The whole batch as one block, by the scalar kernels, is the reference. */
    @ParameterizedTest
    @MethodSource("losses")
    void lossInBlocks(Loss loss, Kernels kernels) {
        Tensor outputs = outputs();
        Objective blocks = objective(loss, kernels, outputs);
        Tensor same = new Tensor(outputs.shape(), outputs.layout(), outputs.values(),
                Elements.of(new double[SAMPLES * OUTPUTS]));
        Objective whole = objective(loss, Kernels.SCALAR, same);
        if (loss.takesLabels()) {
            System.arraycopy(blocks.labels(), 0, whole.labels(), 0, SAMPLES);
        } else {
            blocks.targets().copy(0, whole.targets(), 0, SAMPLES * OUTPUTS);
        }
        runBackwards(blocks.forward());
        double reduced = blocks.reduce(SAMPLES);
        runBackwards(blocks.backward());
        for (int block = 0; block < whole.forward().blocks(SAMPLES); block++) {
            whole.forward().run(block, 0, SAMPLES);
        }
        assertEquals(whole.reduce(SAMPLES), reduced);
        for (int block = 0; block < whole.backward().blocks(SAMPLES); block++) {
            whole.backward().run(block, 0, SAMPLES);
        }
        assertArrayEquals(doubles(whole.losses()), doubles(blocks.losses()));
        assertArrayEquals(doubles(same.gradient()), doubles(outputs.gradient()));
        assertTrue(Arrays.stream(doubles(outputs.gradient())).anyMatch(value -> value != 0));
    }

    /** A parameter of two blocks and a bit, two updates after one another. */
    private void requireUpdates(Optimizer optimizer, Reference reference) {
        Plan plan = Plan.compile(Network.input(11).layer(new Linear(OUTPUTS, false))
                .meanSquaredError(), PlanOptions.of(Purpose.TRAIN, Kernels.SCALAR, 1),
                Team.alone());
        Update update = Update.of(plan, optimizer);
        ParameterBuffer parameter = plan.parameters().getFirst();
        int size = doubles(parameter.values()).length;
        System.arraycopy(values(size), 0, doubles(parameter.values()), 0, size);
        double[] expected = doubles(parameter.values()).clone();
        for (int i = 1; i <= 2; i++) {
            parameter.gradient().write(values(size), 0, 0, size);
            update.apply();
            reference.update(i, expected, doubles(parameter.gradient()));
            assertArrayEquals(expected, doubles(parameter.values()));
        }
    }

    /** Computes the update of some number, counted from 1. */
    private interface Reference {
        void update(int number, double[] values, double[] diff);
    }

    @Test
    void gradientDescent() {
        Optimizer.Sgd plain = Optimizer.sgd(0.1).weightDecay(0.01);
        requireUpdates(plain, (number, values, diff) -> new SgdScalar(
                new SgdConstants(0, 0.01, false), values, diff, null).plain(0.1, 0,
                        values.length));
        double[] velocity = new double[11 * OUTPUTS];
        SgdConstants rule = new SgdConstants(0.9, 0.01, false);
        requireUpdates(new Optimizer.Sgd(0.1, 0.9, 0.5, 0.01, false),
                (number, values, diff) -> new SgdScalar(rule, values, diff, velocity)
                        .momentum(0.1, number == 1 ? 1 : 0.5, 0, values.length));
    }

    @Test
    void adam() {
        Optimizer.Adam adam = Optimizer.adam(0.1);
        double[] first = new double[11 * OUTPUTS];
        double[] second = new double[11 * OUTPUTS];
        AdamConstants rule = new AdamConstants(0.9, 0.999, 1e-8, 0);
        requireUpdates(adam, (number, values, diff) -> new AdamScalar(rule, values, diff, first,
                second).update(0.1 / (1 - new Schedule.Exponential(0.9).rate(1, number)),
                        Math.sqrt(1 - new Schedule.Exponential(0.999).rate(1, number)), 1, 0,
                        values.length));
    }

    @Test
    void rmsProp() {
        for (RmsProp rule : List.of(Optimizer.rmsProp(0.1).weightDecay(0.01),
                Optimizer.rmsProp(0.1).centered(true), Optimizer.rmsProp(0.1).momentum(0.5),
                Optimizer.rmsProp(0.1).momentum(0.5).centered(true))) {
            double[] square = new double[11 * OUTPUTS];
            double[] average = rule.centered() ? new double[11 * OUTPUTS] : null;
            double[] buffer = rule.momentum() == 0 ? null : new double[11 * OUTPUTS];
            requireUpdates(rule, (number, values, diff) -> new RmsPropScalar(rule.alpha(),
                    rule.epsilon(), rule.momentum(), rule.weightDecay(), values, diff, square,
                    average, buffer).update(0.1, 0, values.length));
        }
    }

    @Test
    void lion() {
        double[] average = new double[11 * OUTPUTS];
        requireUpdates(Optimizer.lion(0.1).weightDecay(0.5),
                (number, values, diff) -> new LionScalar(0.9, 0.99, values, diff, average).update(
                        0.1, 1 - 0.1 * 0.5, 0,
                        values.length));
    }

    @Test
    void nadam() {
        AdamConstants rule = new AdamConstants(0.9, 0.999, 1e-8, 0.01);
        double[] first = new double[11 * OUTPUTS];
        double[] second = new double[11 * OUTPUTS];
        double[] shares = new double[4];
        for (int t = 1; t < shares.length; t++) {
            shares[t] = 0.9 * (1 - 0.5 * Math.pow(StrictMath.pow(0.96, 0.25), t));
        }
        requireUpdates(new NAdam(0.1, 0.9, 0.999, 1e-8, 0.01, 0.25), (t, values, diff) -> {
            double product = t == 1 ? shares[1] : shares[1] * shares[2];
            new AdamScalar(rule, values, diff, first, second).nesterov(
                    0.1 * (1 - shares[t]) / (1 - product),
                    0.1 * shares[t + 1] / (1 - product * shares[t + 1]),
                    1 - new Schedule.Exponential(0.999).rate(1, t), 0, values.length);
        });
    }
}
