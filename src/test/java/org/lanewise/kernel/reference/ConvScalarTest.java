package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernel.RandomArrays.ULP;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.WindowSizes;

/**
 * The reference convolution against a second one, written from the definition and scattered where
 * the first gathers; on whole numbers, whose sums are exact in any order.
 */
public class ConvScalarTest {
    private static final long SEED = 20_260_101;
    private static final int SAMPLES = 3;

    /** A problem: n = 3 samples, groups, channels, window. */
    public record Problem(int g, int ic, int oc, WindowGeometry window) {
        public ConvGeometry geometry() {
            return new ConvGeometry(window, g, ic, oc,
                    Layout.rowMajor(ic, window.ih(), window.iw()),
                    Layout.rowMajor(oc, window.oh(), window.ow()));
        }

        public int src() {
            return src(SAMPLES);
        }

        public int src(int samples) {
            return samples * ic * window.ih() * window.iw();
        }

        public int dst() {
            return dst(SAMPLES);
        }

        public int dst(int samples) {
            return samples * oc * window.oh() * window.ow();
        }

        public int weights() {
            return oc * (ic / g) * window.kh() * window.kw();
        }
    }

    public static Stream<Problem> problems() {
        return Stream.of(
                new Problem(1, 1, 1, new WindowSizes(1, 1, 1, 1, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 3, 5, new WindowSizes(7, 6, 3, 3, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 2, 3, new WindowSizes(5, 7, 5, 7, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 4, 3, new WindowSizes(17, 13, 2, 2, 3, 3, 0, 0, 1, 1).geometry()),
                new Problem(1, 5, 7, new WindowSizes(11, 12, 5, 5, 2, 2, 2, 2, 1, 1).geometry()),
                new Problem(1, 2, 3, new WindowSizes(8, 11, 3, 2, 2, 1, 1, 0, 1, 3).geometry()),
                new Problem(2, 6, 4, new WindowSizes(6, 5, 3, 3, 1, 2, 1, 2, 1, 1).geometry()),
                new Problem(3, 3, 6, new WindowSizes(9, 4, 2, 3, 1, 1, 3, 4, 2, 1).geometry()),
                new Problem(1, 1, 2, new WindowSizes(3, 4, 1, 9, 1, 1, 0, 4, 1, 1).geometry()),
                new Problem(1, 5, 9,
                        new WindowSizes(6, 7, 4, 3, 1, 1, 1, 0, 1, 1).geometry(2, 3)),
                new Problem(1, 3, 10,
                        new WindowSizes(7, 9, 2, 4, 2, 3, 3, 0, 2, 1).geometry(0, 5)),
                new Problem(1, 1, 8,
                        new WindowSizes(9, 12, 3, 5, 1, 1, 0, 4, 1, 1).geometry(6, 0)),
                new Problem(2, 16, 18,
                        new WindowSizes(5, 6, 3, 3, 1, 1, 0, 2, 1, 1).geometry(2, 0)));
    }

    private static double[] wholeNumbers(Random random, int count) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextInt(-9, 10);
        }
        return numbers;
    }

    /** Calls back for every product of the convolution: indices into src, weights and dst. */
    private interface Product {
        void at(int src, int weight, int dst);
    }

    private static void products(Problem problem, Product product) {
        WindowGeometry w = problem.window();
        int icg = problem.ic() / problem.g();
        int ocg = problem.oc() / problem.g();
        for (int n = 0; n < SAMPLES; n++) {
            for (int k = 0; k < problem.oc(); k++) {
                for (int c = 0; c < icg; c++) {
                    int channel = k / ocg * icg + c;
                    for (int i = 0; i < w.oh() * w.ow() * w.kh() * w.kw(); i++) {
                        int p = i / (w.kh() * w.kw()) / w.ow();
                        int q = i / (w.kh() * w.kw()) % w.ow();
                        int r = i / w.kw() % w.kh();
                        int s = i % w.kw();
                        int h = p * w.sh() + r * w.dh() - w.ph();
                        int x = q * w.sw() + s * w.dw() - w.pw();
                        if (h >= 0 && h < w.ih() && x >= 0 && x < w.iw()) {
                            product.at(((n * problem.ic() + channel) * w.ih() + h) * w.iw() + x,
                                    ((k * icg + c) * w.kh() + r) * w.kw() + s,
                                    ((n * problem.oc() + k) * w.oh() + p) * w.ow() + q);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("problems")
    void allThreePassesAgreeWithTheDefinition(Problem problem) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        ConvScalar scalar = new ConvScalar(problem.geometry());
        double[] src = wholeNumbers(random, problem.src());
        double[] weights = wholeNumbers(random, problem.weights());
        double[] bias = wholeNumbers(random, problem.oc());
        double[] diffDst = wholeNumbers(random, problem.dst());

        double[] dst = new double[problem.dst()];
        int map = problem.window().oh() * problem.window().ow();
        for (int i = 0; i < dst.length; i++) {
            dst[i] = bias[i / map % problem.oc()];
        }
        double[] diffSrc = new double[problem.src()];
        double[] diffWeights = new double[problem.weights()];
        products(problem, (x, w, y) -> {
            dst[y] += src[x] * weights[w];
            diffSrc[x] += diffDst[y] * weights[w];
            diffWeights[w] += src[x] * diffDst[y];
        });
        double[] diffBias = new double[problem.oc()];
        for (int i = 0; i < diffDst.length; i++) {
            diffBias[i / map % problem.oc()] += diffDst[i];
        }

        assertArrayEquals(dst, filled(problem.dst(),
                found -> Tasks.run(scalar.forward(src, weights, bias, found), SAMPLES)), 0.0);
        assertArrayEquals(diffSrc, filled(problem.src(),
                found -> Tasks.run(scalar.backwardInput(diffDst, weights, null, found), SAMPLES)),
                0.0);
        double[] biases = new double[problem.oc()];
        assertArrayEquals(diffWeights, filled(problem.weights(),
                found -> Tasks.run(scalar.backwardWeights(src, diffDst, found, biases), SAMPLES)),
                0.0);
        assertArrayEquals(diffBias, biases, 0.0);
    }

    /** Ones that one long sum would lose: the second sample is a slice, whose sum is added to that of the first. */
    @Test
    void aGradientWithRespectToWeightsIsASumOfSlices() {
        Problem problem = new Problem(1, 1, 1,
                new WindowSizes(32, 34, 1, 1, 1, 1, 0, 0, 1, 1).geometry());
        int pixels = 32 * 34;
        assertEquals(1, problem.geometry().samplesOfSlice());
        double[] src = new double[2 * pixels];
        Arrays.fill(src, 1.0);
        double[] diffDst = new double[2 * pixels];
        double large = 2 / ULP;
        diffDst[0] = large;
        Arrays.fill(diffDst, pixels, 2 * pixels, 1.0);
        double[] bias = new double[1];
        assertArrayEquals(new double[] {large + pixels}, filled(1, found -> Tasks.run(
                new ConvScalar(problem.geometry()).backwardWeights(src, diffDst, found, bias), 2)));
        assertArrayEquals(new double[] {large + pixels}, bias);
    }

    /** Some 1,024 terms a sum, or 4,096 where there are more than 32,768 weights; a power of two. */
    @Test
    void slicesFollowFromTheShapeAlone() {
        assertEquals(1, slice(1, 8, 32, 32));
        assertEquals(2, slice(1, 8, 32, 31));
        assertEquals(16, slice(1, 8, 10, 10));
        assertEquals(1024, slice(1, 8, 1, 1));
        assertEquals(16, slice(512, 64, 8, 8));
        assertEquals(64, slice(513, 64, 8, 8));
    }

    private static int slice(int ic, int oc, int height, int width) {
        return new Problem(1, ic, oc,
                new WindowSizes(height, width, 1, 1, 1, 1, 0, 0, 1, 1).geometry()).geometry()
                .samplesOfSlice();
    }

    /** Runs a kernel on an array full of NaN: what it does not overwrite shows. */
    private static double[] filled(int length, Consumer<double[]> kernel) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NaN);
        kernel.accept(values);
        return values;
    }

    @Test
    void writesOnlyTheGivenSamples() {
        Problem problem = new Problem(1, 1, 1,
                new WindowSizes(2, 2, 2, 2, 1, 1, 0, 0, 1, 1).geometry());
        double[] dst = {7, 7, 7};
        Tasks.run(new ConvScalar(problem.geometry()).forward(new double[12], new double[4], null,
                dst), 2);
        assertArrayEquals(new double[] {0, 0, 7}, dst);
    }

    @Test
    void nanReachesExactlyTheWindowsThatHoldIt() {
        Problem problem = new Problem(1, 1, 1,
                new WindowSizes(3, 4, 2, 2, 1, 1, 0, 0, 1, 1).geometry());
        double[] src = new double[SAMPLES * 12];
        src[5] = Double.NaN;
        double[] dst = new double[SAMPLES * 6];
        Tasks.run(new ConvScalar(problem.geometry()).forward(src, new double[] {0, 0, 0, 0}, null,
                dst), SAMPLES);
        boolean[] reached = new boolean[6];
        for (int i = 0; i < dst.length; i++) {
            if (i < 6) {
                reached[i] = Double.isNaN(dst[i]);
            } else {
                assertEquals(0.0, dst[i]);
            }
        }
        assertArrayEquals(new boolean[] {true, true, false, true, true, false}, reached);
    }

    @Test
    void infinityTimesAZeroWeightIsNotSkipped() {
        Problem problem = new Problem(1, 1, 1,
                new WindowSizes(1, 2, 1, 2, 1, 1, 0, 0, 1, 1).geometry());
        double[] dst = new double[SAMPLES];
        double[] src = {Double.POSITIVE_INFINITY, 1, 1, 1, 1, 1};
        Tasks.run(new ConvScalar(problem.geometry()).forward(src, new double[] {0, 1}, null, dst),
                SAMPLES);
        assertArrayEquals(new double[] {Double.NaN, 1, 1}, dst);
    }
}
