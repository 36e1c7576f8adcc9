package org.lanewise.kernel.winograd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.io.Rounds;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.FloatArrangedMaps;
import org.lanewise.kernel.FloatArrayKernel;
import org.lanewise.kernel.FloatElement;
import org.lanewise.kernel.FloatRandomArrays;
import org.lanewise.kernel.FloatTasks;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.WeightedKernel;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.WindowSizes;
import org.lanewise.kernel.reference.ConvScalar;
import org.lanewise.kernel.reference.FloatConvScalar;
import org.lanewise.kernel.reference.FloatLinearScalar;
import org.lanewise.kernel.reference.LinearScalar;

/** Passes of floats against those of doubles, computed from the same floats: as a part of the largest result. */
class FloatAccuracyTest {
    private static final int SEED = 20_260_302 + Rounds.seed();
    private static final int PROBLEMS = Rounds.of(25);
    private static final double BOUND_OF_TILES = 3e-5;
    private static final double BOUND_OF_SUMS = 1e-5;

    private static ConvGeometry rowMajor(WindowGeometry window, int ic, int oc) {
        return new ConvGeometry(window, 1, ic, oc, Layout.rowMajor(ic, window.ih(), window.iw()),
                Layout.rowMajor(oc, window.oh(), window.ow()));
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }

    private static double error(double[] expected, float[] found) {
        double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double worst = 0.0;
        for (int i = 0; i < expected.length; i++) {
            // NaN stays.
            worst = Math.max(worst, Math.abs(expected[i] - found[i]) / scale);
        }
        return worst;
    }

    /** By the direct algorithm, in doubles: forward, backward input and backward weights. */
    @Test
    void tilesAreNearDirectSumsOfDoubles() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        Map<String, Double> worst = new TreeMap<>();
        for (int i = 0; i < PROBLEMS; i++) {
            WindowGeometry window = new WindowSizes(random.nextInt(3, 26), random.nextInt(3, 26), 3,
                    3, 1, 1, random.nextInt(0, 3), random.nextInt(0, 3), 1, 1).geometry();
            int ic = 16 * random.nextInt(1, 5);
            int oc = 16 * random.nextInt(1, 5);
            int samples = random.nextInt(1, 6);
            ConvGeometry geometry = rowMajor(window, ic, oc);
            ConvProblem problem = new ConvProblem(window, 1, ic, oc, samples, false);
            ConvGeometry arranged = new ConvGeometry(window, 1, ic, oc,
                    Layout.channelsLast(ic, window.ih(), window.iw(),
                            FloatConvWinograd.sourceHalo(problem), FloatElement.ALIGNMENT_OFFSET),
                    Layout.channelsLast(oc, window.oh(), window.ow(),
                            FloatConvWinograd.inputGradientHalo(problem)
                                    .with(FloatConvWinograd.weightGradientHalo(problem)),
                            FloatElement.ALIGNMENT_OFFSET));
            FloatArrayKernel tiles = new FloatArrayKernel(new WeightedKernel(
                    FloatConvWinograd.forward(arranged, PostOps.NONE, samples,
                            FloatTasks.scratch()),
                    FloatConvWinograd.backwardInput(arranged, PostOps.NONE, samples,
                            FloatTasks.scratch()),
                    FloatConvWinograd.backwardWeights(arranged, PostOps.NONE, samples,
                            FloatTasks.scratch())));
            FloatArrangedMaps in = new FloatArrangedMaps(samples, ic, window.ih(), window.iw(),
                    geometry.src(), arranged.src());
            FloatArrangedMaps out = new FloatArrangedMaps(samples, oc, window.oh(), window.ow(),
                    geometry.dst(), arranged.dst());
            // As after a ReLU, or of both signs.
            int least = random.nextInt(-1, 1);
            float[] src = FloatRandomArrays.floats(random,
                    samples * ic * window.ih() * window.iw(), least, 1);
            float[] weights = FloatRandomArrays.floats(random, ic * oc * 9, -1, 1);
            float[] diffDst = FloatRandomArrays.floats(random,
                    samples * oc * window.oh() * window.ow(), -1, 1);
            ConvScalar scalar = new ConvScalar(geometry);
            double[] dst = new double[diffDst.length];
            Tasks.run(scalar.forward(doubles(src), doubles(weights), null, dst), samples);
            double[] diffSrc = new double[src.length];
            Tasks.run(scalar.backwardInput(doubles(diffDst), doubles(weights), null, diffSrc),
                    samples);
            double[] diffWeights = new double[weights.length];
            Tasks.run(scalar.backwardWeights(doubles(src), doubles(diffDst), diffWeights, null),
                    samples);
            float[] x = in.arranged(src);
            float[] g = out.arranged(diffDst);
            float[] found = new float[weights.length];
            FloatTasks.run(tiles.backwardWeights(x, g, found, null), samples);
            Map<String, Double> errors = Map.of("forward", error(dst, out.computed(to -> FloatTasks
                    .run(tiles.forward(x, weights, null, to), samples))),
                    "backward input", error(diffSrc, in.computed(to -> FloatTasks.run(
                            tiles.backwardInput(g, weights, x, to), samples))),
                    "backward weights", error(diffWeights, found));
            String what = ic + " -> " + oc + " channels, " + samples + " samples, " + window;
            errors.forEach((pass, error) -> {
                worst.merge(tiles.kernel().algorithm() + " " + pass, error, Math::max);
                assertTrue(error <= BOUND_OF_TILES, () -> pass + ": " + error + " of " + what);
            });
        }
        System.out.println(PROBLEMS + " problems, the worst errors: " + worst);
    }

    /** Sums over large batches: of random signs, and of one sign, where errors add up too. */
    @ParameterizedTest
    @CsvSource({"3, 8, 32, 3, 128", "1, 4, 28, 5, 600", "1, 6, 1, 1, 70000", "2, 3, 224, 3, 8",
            "64, 64, 8, 3, 512", "256, 136, 7, 1, 1000"})
    void weightGradientsOfLargeBatchesAreNearThoseOfDoubles(int ic, int oc, int size, int kernel,
            int samples) {
        WindowGeometry window = new WindowSizes(size, size, kernel, kernel, 1, 1, kernel / 2,
                kernel / 2, 1, 1).geometry();
        ConvGeometry geometry = rowMajor(window, ic, oc);
        for (int least = -1; least <= 0; least++) {
            Random random = new Random(SEED);
            float[] src = FloatRandomArrays.floats(random, samples * ic * size * size, 0, 1);
            float[] diffDst = FloatRandomArrays.floats(random, samples * oc * size * size, least,
                    1);
            double[] expected = new double[ic * oc * kernel * kernel];
            double[] expectedBias = new double[oc];
            float[] found = new float[expected.length];
            float[] bias = new float[oc];
            Tasks.run(new ConvScalar(geometry).backwardWeights(doubles(src), doubles(diffDst),
                    expected, expectedBias), samples);
            FloatTasks.run(new FloatConvScalar(geometry).backwardWeights(src, diffDst, found,
                    bias), samples);
            requireNear(error(expected, found), error(expectedBias, bias), least);
        }
    }

    @ParameterizedTest
    @CsvSource({"17, 5, 1000", "40, 3, 10000"})
    void weightGradientsOfLinearLayersAreNearThoseOfDoubles(int ic, int oc, int samples) {
        LinearGeometry geometry = new LinearGeometry(ic, oc);
        for (int least = -1; least <= 0; least++) {
            Random random = new Random(SEED);
            float[] src = FloatRandomArrays.floats(random, samples * ic, 0, 1);
            float[] diffDst = FloatRandomArrays.floats(random, samples * oc, least, 1);
            double[] expected = new double[ic * oc];
            double[] expectedBias = new double[oc];
            float[] found = new float[expected.length];
            float[] bias = new float[oc];
            Tasks.run(new LinearScalar(geometry).backwardWeights(doubles(src), doubles(diffDst),
                    expected, expectedBias), samples);
            FloatTasks.run(new FloatLinearScalar(geometry).backwardWeights(src, diffDst, found,
                    bias), samples);
            requireNear(error(expected, found), error(expectedBias, bias), least);
        }
    }

    private static void requireNear(double weights, double bias, int least) {
        String errors = String.format(Locale.ROOT,
                "gradients from %d to 1: weights %.1e, bias %.1e",
                least, weights, bias);
        System.out.println("seed " + SEED + ", " + errors);
        assertTrue(weights <= BOUND_OF_SUMS && bias <= BOUND_OF_SUMS, errors);
    }
}
