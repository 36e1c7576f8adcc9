package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ConvScalarTest.Problem;

/** Convolution on vectors against the reference: every array of every pass, every bit. */
class ConvVectorTest {
    private static final long SEED = 20_260_102;
    private static final int RANDOM_PROBLEMS = 300;
    private static final int SAMPLES = 3;

    static Stream<Problem> channels() {
        return Stream.of(1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 25, 31, 33, 40).flatMap(
                count -> Stream.of(
                        new Problem(1, count, 5, ConvScalarTest.window(5, 6, 3, 3, 1, 1, 1, 1, 1,
                                1)),
                        new Problem(1, 3, count, ConvScalarTest.window(4, 9, 3, 2, 1, 1, 0, 1, 1,
                                1))));
    }

    @ParameterizedTest
    @MethodSource({"channels", "org.lanewise.kernel.ConvScalarTest#problems"})
    void everyBitIsTheReferences(Problem problem) {
        assertAgrees(problem, new Random(SEED));
    }

    @Test
    void everyBitIsTheReferencesOnRandomShapes() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < RANDOM_PROBLEMS; i++) {
            assertAgrees(problem(random), random);
        }
    }

    private static Problem problem(Random random) {
        while (true) {
            int g = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1;
            int ic = g * (1 + random.nextInt(12));
            int oc = g * (1 + random.nextInt(20));
            int[] s = random.ints(10, 1, 4).toArray();
            int ih = 1 + random.nextInt(12);
            int iw = 1 + random.nextInt(12);
            WindowGeometry window = ConvScalarTest.window(ih, iw, 1 + random.nextInt(5),
                    1 + random.nextInt(5), s[0], s[1], s[2] - 1, s[3] - 1, Math.min(s[4], 2),
                    Math.min(s[5], 2));
            if (window.oh() > 0 && window.ow() > 0) {
                return new Problem(g, ic, oc, window);
            }
        }
    }

    private static void assertAgrees(Problem problem, Random random) {
        ConvKernel scalar = new ConvScalar(problem.geometry());
        ConvKernel vector = ConvVector.of(problem.geometry(),
                (name, count) -> new double[Math.toIntExact(count)], true, true);
        double[] src = random.doubles(problem.src(), -1, 1).toArray();
        double[] weights = random.doubles(problem.weights(), -1, 1).toArray();
        double[] bias = random.nextBoolean() ? random.doubles(problem.oc(), -1, 1).toArray() : null;
        double[] diffDst = random.doubles(problem.dst(), -1, 1).toArray();
        // Twice, because working memory must not remember the first time.
        for (int time = 0; time < 2; time++) {
            assertBits(problem, "forward", problem.dst(), scalar, vector,
                    (kernel, dst) -> kernel.forward(src, weights, bias, dst, 0, SAMPLES));
            assertBits(problem, "backwardInput", problem.src(), scalar, vector,
                    (kernel, diff) -> kernel.backwardInput(diffDst, weights, diff, 0, SAMPLES));
            assertBits(problem, "backwardWeights", problem.weights(), scalar, vector,
                    (kernel, diff) -> kernel.backwardWeights(src, diffDst, diff, SAMPLES));
            assertBits(problem, "backwardBias", problem.oc(), scalar, vector,
                    (kernel, diff) -> kernel.backwardBias(diffDst, diff, SAMPLES));
            src[0] = 2;
            weights[0] = -3;
            diffDst[0] = 4;
        }
    }

    private interface Pass {
        void run(ConvKernel kernel, double[] result);
    }

    private static void assertBits(Problem problem, String name, int length, ConvKernel scalar,
            ConvKernel vector, Pass pass) {
        double[] expected = filled(length, array -> pass.run(scalar, array));
        double[] computed = filled(length, array -> pass.run(vector, array));
        for (int i = 0; i < length; i++) {
            int at = i;
            assertEquals(Double.doubleToRawLongBits(expected[i]),
                    Double.doubleToRawLongBits(computed[i]), () -> name + "[" + at + "] of "
                            + problem + ": expected " + expected[at] + ", computed "
                            + computed[at]);
        }
    }

    private static double[] filled(int length, Consumer<double[]> kernel) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NaN);
        kernel.accept(values);
        return values;
    }
}
