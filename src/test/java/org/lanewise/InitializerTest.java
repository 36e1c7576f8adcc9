package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** First weights are the numbers of one random sequence, scaled by fans worked out by hand. */
class InitializerTest {
    private static final long SEED = 5;
    /** Fans: 30 in and 90 out for the convolution, 12 in and 3 out for the dense layer. */
    private static final Network NETWORK = Network.input(4, 3, 6)
            .layer(new Conv2d(6, Window.of(3, 5), 2, true)).flatten().linear(3)
            .softmaxCrossEntropy();

    private static void drawn(Initializer initializer, ToDoubleFunction<RandomState> first,
            ToDoubleFunction<RandomState> second) {
        RandomState random = new RandomState(SEED);
        Parameters found = Parameters.initial(NETWORK, initializer, new RandomState(SEED));
        assertArrayEquals(numbers(180, random, first), found.values("0.weight"));
        assertArrayEquals(new double[6], found.values("0.bias"));
        assertArrayEquals(numbers(36, random, second), found.values("2.weight"));
        assertArrayEquals(new double[3], found.values("2.bias"));
    }

    private static double[] numbers(int count, RandomState random,
            ToDoubleFunction<RandomState> draw) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = draw.applyAsDouble(random);
        }
        return values;
    }

    private static ToDoubleFunction<RandomState> normal(double variance) {
        return random -> random.nextGaussian() * Math.sqrt(variance);
    }

    private static ToDoubleFunction<RandomState> uniform(double squaredBound) {
        return random -> random.uniform(-Math.sqrt(squaredBound), Math.sqrt(squaredBound));
    }

    @Test
    void heNormalHasVarianceTwoByFanIn() {
        drawn(Initializer.heNormal(), normal(2.0 / 30), normal(2.0 / 12));
    }

    @Test
    void heUniformEndsAtTheRootOfSixByFanIn() {
        drawn(Initializer.heUniform(), uniform(6.0 / 30), uniform(6.0 / 12));
    }

    @Test
    void fanInUniformEndsAtTheRootOfOneByFanIn() {
        drawn(Initializer.fanInUniform(), uniform(1.0 / 30), uniform(1.0 / 12));
    }

    @Test
    void xavierNormalHasVarianceTwoByBothFans() {
        drawn(Initializer.xavierNormal(), normal(2.0 / 120), normal(2.0 / 15));
    }

    @Test
    void xavierUniformEndsAtTheRootOfSixByBothFans() {
        drawn(Initializer.xavierUniform(), uniform(6.0 / 120), uniform(6.0 / 15));
    }

    @Test
    void normalHasTheGivenDeviation() {
        drawn(Initializer.normal(0.01), random -> random.nextGaussian() * 0.01,
                random -> random.nextGaussian() * 0.01);
    }

    @Test
    void aTrainerDrawsFromTheSeedOfItsOptions() {
        for (Initializer initializer : new Initializer[] {Initializer.heNormal(),
                Initializer.xavierUniform()}) {
            Parameters found = new Trainer(NETWORK, TrainingOptions.of(Optimizer.sgd(0.1))
                    .seed(SEED).initializer(initializer)).parameters();
            Parameters drawn = Parameters.initial(NETWORK, initializer, new RandomState(SEED));
            for (Parameters.Parameter parameter : drawn.list()) {
                assertArrayEquals(parameter.values(), found.values(parameter.spec().name()));
            }
        }
    }

    /** Factors and addends of elements have the axes of a convolution, and are not drawn. */
    @Test
    void layerNormalizationBeginsAsOneAndZero() {
        Network network = Network.input(2, 5, 4).conv2d(3, 3).layerNorm().flatten().linear(3)
                .softmaxCrossEntropy();
        double[] ones = new double[3 * 3 * 2];
        Arrays.fill(ones, 1.0);
        for (Initializer initializer : List.of(Initializer.heNormal(), Initializer.pytorch())) {
            Parameters parameters = Parameters.initial(network, initializer,
                    List.of(new PatternInitializer("1.*", initializer)), new RandomState(1));
            assertArrayEquals(ones, parameters.values("1.weight"));
            assertArrayEquals(new double[ones.length], parameters.values("1.bias"));
        }
    }
}
