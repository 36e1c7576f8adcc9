package org.lanewise.kernel.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ArrangedMaps;
import org.lanewise.kernel.ArrayKernel;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.WindowSizes;
import org.lanewise.kernel.list.KernelKind;
import org.lanewise.kernel.list.Implementations;
import org.lanewise.kernel.list.WeightedChoice;
import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.ConvScalar;
import org.lanewise.kernel.reference.ConvScalarTest.Problem;
import org.lanewise.kernel.reference.ConvScalarTest;

/** Convolution on vectors against the reference: every array of every pass, every bit. */
class ConvVectorTest {
    /** How many threads a kernel is made for; some cut their work accordingly, and no bit depends on it. */
    private static final int[] THREADS = {1, 3, 4, 16};

    private static final long SEED = 20_260_102;
    private static final int RANDOM_PROBLEMS = 300;
    private static final int SAMPLES = 3;
    private static final int MANY_SAMPLES = 25;
    private static final int MANY_CHANNELS = 64;

    static Stream<Problem> channels() {
        return Stream.of(1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 25, 31, 33, 40).flatMap(
                count -> Stream.of(
                        new Problem(1, count, 5, new WindowSizes(5, 6, 3, 3, 1, 1, 1, 1, 1,
                                1).geometry()),
                        new Problem(1, 3, count, new WindowSizes(4, 9, 3, 2, 1, 1, 0, 1, 1,
                                1).geometry())));
    }

    /** Rows of several segments, sums of several tasks, channels in lanes in the backward pass. */
    static Stream<Problem> lines() {
        return Stream.of(
                new Problem(1, 1, 6, new WindowSizes(28, 28, 5, 5, 1, 1, 2, 2, 1, 1).geometry()),
                new Problem(1, 1, 8, new WindowSizes(28, 28, 3, 3, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 3, 24, new WindowSizes(9, 37, 2, 3, 1, 1, 0, 1, 1, 1).geometry()),
                new Problem(1, 2, 17, new WindowSizes(4, 81, 2, 3, 1, 1, 0, 1, 1, 1).geometry()),
                new Problem(1, 3, 33, new WindowSizes(60, 90, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
                new Problem(1, 4, 3, new WindowSizes(7, 26, 3, 2, 1, 1, 2, 1, 2, 3).geometry()),
                new Problem(1, 6, 5, new WindowSizes(5, 80, 5, 5, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 3, 64, new WindowSizes(97, 96, 7, 7, 2, 2, 3, 3, 1, 1).geometry()),
                new Problem(1, 1, 32, new WindowSizes(161, 70, 20, 5, 2, 2, 0, 0, 1, 1).geometry()),
                new Problem(1, 7, 48, new WindowSizes(50, 91, 2, 3, 3, 2, 1, 0, 2, 2).geometry()));
    }

    /** Many channels: several parts of pixels, ranges of filters, groups, more weights than pixels. */
    static Stream<Problem> manyChannels() {
        return Stream.of(
                new Problem(1, 40, 33, new WindowSizes(2, 3, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
                new Problem(2, 48, 86, new WindowSizes(5, 4, 3, 3, 2, 2, 1, 1, 1, 1).geometry()),
                new Problem(1, 32, 2048, new WindowSizes(5, 6, 1, 1, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 256, 264, new WindowSizes(3, 5, 1, 1, 1, 2, 1, 2, 1, 1).geometry()),
                new Problem(1, 128, 512, new WindowSizes(17, 9, 1, 1, 1, 2, 0, 0, 1, 1).geometry()),
                new Problem(2, 512, 528, new WindowSizes(4, 3, 1, 1, 2, 1, 0, 1, 1, 1).geometry()),
                new Problem(1, 96, 704, new WindowSizes(3, 101, 1, 1, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 64, 96, new WindowSizes(9, 8, 3, 3, 1, 1, 1, 1, 1, 1).geometry()));
    }

    /** Few channels in batches that fill vectors; the second in several bands. */
    static Stream<Problem> largeBatches() {
        return Stream.of(
                new Problem(1, 6, 16, new WindowSizes(14, 14, 5, 5, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 1, 6, new WindowSizes(28, 28, 5, 5, 1, 1, 2, 2, 1, 1).geometry()),
                new Problem(1, 3, 7, new WindowSizes(51, 70, 5, 5, 2, 1, 2, 2, 2, 1).geometry()),
                new Problem(1, 2, 9, new WindowSizes(3, 5, 3, 5, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 3, 5, new WindowSizes(4, 9, 3, 2, 1, 1, 3, 1, 1, 1).geometry()),
                new Problem(1, 2, 7,
                        new WindowSizes(9, 8, 4, 3, 1, 1, 0, 2, 1, 1).geometry(5, 0)),
                new Problem(1, 4, 7, new WindowSizes(9, 5, 3, 4, 1, 1, 1, 3, 2, 1).geometry()),
                new Problem(1, 7, 8, new WindowSizes(6, 7, 1, 3, 1, 1, 0, 1, 1, 1).geometry()));
    }

    /** Several slices of a batch, the last with fewer samples; some slices of several parts. */
    static Stream<Problem> slices() {
        return Stream.of(
                new Problem(1, 3, 20, new WindowSizes(25, 23, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
                new Problem(1, 1, 9, new WindowSizes(16, 15, 3, 3, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 3, 24, new WindowSizes(80, 70, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
                new Problem(1, 6, 16, new WindowSizes(21, 14, 5, 5, 1, 1, 0, 0, 1, 1).geometry()),
                new Problem(1, 5, 7, new WindowSizes(41, 27, 3, 5, 2, 1, 1, 2, 1, 1).geometry()),
                new Problem(1, 32, 20, new WindowSizes(37, 34, 3, 3, 2, 1, 1, 1, 1, 1).geometry()),
                new Problem(2, 18, 22, new WindowSizes(24, 26, 3, 2, 1, 1, 1, 0, 2, 1).geometry()),
                new Problem(1, 64, 72, new WindowSizes(65, 66, 3, 3, 2, 2, 1, 1, 1, 1).geometry()),
                new Problem(1, 256, 264,
                        new WindowSizes(64, 65, 1, 1, 1, 1, 0, 0, 1, 1).geometry()));
    }

    @ParameterizedTest
    @MethodSource({"slices", "groups"})
    void everyBitIsTheReferencesInSeveralSlices(Problem problem) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        int slice = problem.geometry().samplesOfSlice();
        assertAgrees(problem, slice + 1, PostOps.NONE, random);
        if (problem.ic() < MANY_CHANNELS && slice < MANY_SAMPLES) {
            for (int i = 0; i < THREADS.length; i++) {
                assertAgrees(problem, 3 * slice + 1, PostOps.NONE, random);
            }
        }
    }

    /** Channels of all groups in lanes: depthwise, few and uneven channels a group, lines of several strips, many groups. */
    static Stream<Problem> groups() {
        return Stream.of(
                new Problem(19, 19, 19, new WindowSizes(9, 17, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
                new Problem(40, 40, 40, new WindowSizes(8, 7, 5, 3, 2, 1, 2, 0, 2, 1).geometry()),
                new Problem(33, 33, 33, new WindowSizes(9, 8, 3, 3, 2, 2, 1, 1, 1, 1).geometry()),
                new Problem(16, 16, 16, new WindowSizes(7, 9, 4, 5, 1, 2, 3, 4, 2, 2).geometry()),
                new Problem(24, 24, 24, new WindowSizes(3, 7, 1, 3, 1, 1, 0, 1, 1, 1)
                        .geometry(2, 0)),
                new Problem(8, 32, 32, new WindowSizes(20, 29, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
                new Problem(5, 20, 20, new WindowSizes(13, 15, 3, 3, 2, 2, 1, 1, 1, 1).geometry()),
                new Problem(7, 14, 21, new WindowSizes(6, 19, 2, 3, 1, 2, 1, 2, 1, 2).geometry()),
                new Problem(11, 11, 33, new WindowSizes(5, 18, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
                new Problem(6, 30, 6, new WindowSizes(9, 10, 3, 2, 1, 1, 2, 0, 1, 2).geometry()),
                new Problem(70, 70, 70, new WindowSizes(33, 34, 3, 3, 1, 1, 1, 1, 1, 1)
                        .geometry()));
    }

    static Stream<Problem> scalarProblems() {
        return ConvScalarTest.problems();
    }

    @ParameterizedTest
    @MethodSource("largeBatches")
    void everyBitIsTheReferencesInLargeBatches(Problem problem) {
        assertAgrees(problem, MANY_SAMPLES, PostOps.NONE, new Random(SEED));
        assertAgrees(problem, MANY_SAMPLES, new PostOps(true, true), new Random(SEED));
    }

    @ParameterizedTest
    @MethodSource({"channels", "lines", "manyChannels", "groups", "scalarProblems"})
    void everyBitIsTheReferences(Problem problem) {
        assertAgrees(problem, SAMPLES, PostOps.NONE, new Random(SEED));
        assertAgrees(problem, SAMPLES, new PostOps(true, true), new Random(SEED));
    }

    @Test
    void everyBitIsTheReferencesOnRandomShapes() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < RANDOM_PROBLEMS; i++) {
            assertAgrees(problem(random), SAMPLES,
                    new PostOps(random.nextBoolean(), random.nextBoolean()), random);
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
            WindowSizes sizes = new WindowSizes(ih, iw, 1 + random.nextInt(5),
                    1 + random.nextInt(5), s[0], s[1], s[2] - 1, s[3] - 1, Math.min(s[4], 2),
                    Math.min(s[5], 2));
            WindowGeometry window = random.nextBoolean()
                    ? sizes.geometry()
                    : sizes.geometry(random.nextInt(4), random.nextInt(4));
            if (window.oh() > 0 && window.ow() > 0) {
                return new Problem(g, ic, oc, window);
            }
        }
    }

    private static ConvProblem problem(Problem problem, int samples, boolean first) {
        return new ConvProblem(problem.window(), problem.g(), problem.ic(), problem.oc(), samples,
                first);
    }

    /** What computes a problem of any size by direct sums. */
    private static WeightedChoice<ConvProblem, ConvGeometry> choice(Problem problem, int samples,
            boolean first) {
        return Implementations.of(problem(problem, samples, first), Long.MAX_VALUE,
                KernelKind.DIRECT);
    }

    private static void assertAgrees(Problem problem, int samples, PostOps postOps, Random random) {
        assertAgrees(problem, samples, false, false, postOps, random);
        if (problem(problem, samples, true).planes()) {
            // NCHW maps are the network's input, which no ReLU wrote.
            PostOps forward = new PostOps(postOps.fuseRelu(), false);
            assertAgrees(problem, samples, true, false, forward, random);
            assertAgrees(problem, samples, true, true, forward, random);
        }
    }

    private static void assertAgrees(Problem problem, int samples, boolean planesIn,
            boolean planesOut, PostOps postOps, Random random) {
        ConvScalar scalar = new ConvScalar(problem.geometry());
        ConvGeometry arranged = arranged(problem, planesIn, planesOut);
        // More than there are samples, as where the last batch of an epoch is smaller.
        int threads = THREADS[random.nextInt(THREADS.length)];
        ArrayKernel vector = new ArrayKernel(choice(problem, samples + 1, planesIn).bind(
                arranged, postOps, samples + 1, Tasks.scratch(threads), !planesOut, true));
        double[] src = doubles(random, problem.src(samples), -1, 1);
        double[] weights = doubles(random, problem.weights(), -1, 1);
        double[] bias = random.nextBoolean() ? doubles(random, problem.oc(), -1, 1) : null;
        double[] diffDst = doubles(random, problem.dst(samples), -1, 1);
        // Twice, because working memory must not remember the first time.
        for (int time = 0; time < 2; time++) {
            ArrangedMaps in = new ArrangedMaps(samples, problem.ic(), problem.window().ih(),
                    problem.window().iw(),
                    problem.geometry().src(), arranged.src());
            ArrangedMaps out = new ArrangedMaps(samples, problem.oc(), problem.window().oh(),
                    problem.window().ow(),
                    problem.geometry().dst(), arranged.dst());
            double[] vectorSrc = in.arranged(src);
            double[] vectorDiff = out.arranged(diffDst);
            assertBits(problem, "forward",
                    filled(problem.dst(samples), dst -> {
                        Tasks.run(scalar.forward(src, weights, bias, dst), samples);
                        if (postOps.fuseRelu()) {
                            ActivationScalar.relu(dst, dst, 0, dst.length);
                        }
                    }),
                    out.computed(dst -> Tasks.run(
                            vector.forward(vectorSrc, weights, bias, dst), samples)));
            if (!planesOut) {
                assertBits(problem, "backwardInput",
                        filled(problem.src(samples), diff -> {
                            Tasks.run(scalar.backwardInput(diffDst, weights, null, diff), samples);
                            if (postOps.reluMask()) {
                                ActivationScalar.reluBackward(src, diff, diff, 0, diff.length);
                            }
                        }),
                        in.computed(diff -> Tasks.run(
                                vector.backwardInput(vectorDiff, weights, vectorSrc, diff),
                                samples)));
            }
            double[] biases = new double[problem.oc()];
            double[] vectorBiases = new double[problem.oc()];
            assertBits(problem, "backwardWeights",
                    filled(problem.weights(), diff -> Tasks.run(
                            scalar.backwardWeights(src, diffDst, diff, biases), samples)),
                    filled(problem.weights(),
                            diff -> Tasks.run(vector.backwardWeights(vectorSrc, vectorDiff, diff,
                                    vectorBiases), samples)));
            assertBits(problem, "backwardBias", biases, vectorBiases);
            src[0] = 2;
            weights[0] = -3;
            diffDst[0] = 4;
        }
    }

    /** The same maps arranged inside the zeros that the passes read. */
    private static ConvGeometry arranged(Problem problem, boolean planesIn,
            boolean planesOut) {
        WindowGeometry window = problem.window();
        ConvProblem convolution = problem(problem, 1, planesIn);
        Layout.Halo halo = ConvForwardVector.sourceHalo(convolution);
        return new ConvGeometry(window, problem.g(), problem.ic(), problem.oc(),
                planesIn
                        ? Layout.planes(problem.ic(), window.ih(), window.iw(), halo)
                        : Layout.channelsLast(problem.ic(), window.ih(), window.iw(), halo,
                                Element.ALIGNMENT_OFFSET),
                planesOut
                        ? Layout.rowMajor(problem.oc(), window.oh(), window.ow())
                        : Layout.channelsLast(problem.oc(), window.oh(), window.ow(),
                                ConvBackwardInputVector.halo(convolution),
                                Element.ALIGNMENT_OFFSET));
    }

    private static void assertBits(Problem problem, String name, double[] expected,
            double[] computed) {
        for (int i = 0; i < expected.length; i++) {
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
